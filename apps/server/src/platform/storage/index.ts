export { createStorage, type Storage, StorageError } from './storage.ts';
