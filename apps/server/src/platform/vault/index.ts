export { createVault, dropUnusedMasterKeys, hasSealedWithOthers, rotateDataKeys, type Vault } from './vault.ts';
