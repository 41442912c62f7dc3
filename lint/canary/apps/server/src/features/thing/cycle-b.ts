import { a } from './cycle-a.ts'; // forbidden

export const b = (): number => a();
