import '../auth/service.ts'; // forbidden

async function forgotten(): Promise<void> {}
forgotten(); // forbidden
