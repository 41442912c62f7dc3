import type { accountWords } from './en-account.ts';
import type { adminWords } from './en-admin.ts';
import type { batchWords } from './en-batches.ts';
import type { en } from './en.ts';

/** The shape of the English strings: what every other language has to have. */
type Widen<T> = T extends string
  ? string
  : T extends readonly string[]
    ? readonly string[]
    : { [Key in keyof T]: Widen<T[Key]> };
export type Strings = Widen<typeof en>;
export type AccountWords = Widen<typeof accountWords>;
export type AdminWords = Widen<typeof adminWords>;
export type BatchWords = Widen<typeof batchWords>;
