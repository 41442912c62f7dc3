export { createSafeFetch, type SafeFetch, SafeFetchError } from './safe-fetch.ts';
