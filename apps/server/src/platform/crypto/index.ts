export { AccessTokenError, type AccessTokens, createAccessTokens } from './access-tokens.ts';
export { deriveKey } from './derive-key.ts';
export { EnvelopeError, keyIdOf, open, type Place, seal } from './envelope.ts';
export { createKeyRing, type KeyRing, tokenIssuer, verifySigned } from './key-ring.ts';
export { addMasterKey, dropMasterKeys, loadMasterKeys, masterKeyIds, type MasterKeys } from './master-keys.ts';
export { createGate, GateFull } from './gate.ts';
export { createPasswordRules, type PasswordRules } from './passwords/password-rules.ts';
export { hashOfNobody, hashPassword, verifyPassword } from './passwords/passwords.ts';
export { hasSecrets, loadSecrets, rotateSigningKeys, SecretsError } from './secrets.ts';
