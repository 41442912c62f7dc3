export { createVault, rotateDataKeys, type Vault } from './vault.ts';
