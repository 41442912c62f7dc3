export { createStorage, type Storage, StorageError, type StorageSettings } from './storage.ts';
