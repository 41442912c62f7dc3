import { b } from './cycle-b.ts'; // forbidden

export const a = (): number => b();
