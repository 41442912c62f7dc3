export { createVault, dropUnusedMasterKeys, rotateDataKeys, type Vault } from './vault.ts';
