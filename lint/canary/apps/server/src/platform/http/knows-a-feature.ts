import '#features/auth'; // forbidden
import '../../features/auth/service.ts'; // forbidden

export const home = process.env['HOME']; // forbidden
