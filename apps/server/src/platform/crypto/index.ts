export { type AccessToken, AccessTokenError, type AccessTokens, createAccessTokens } from './access-tokens.ts';
export { deriveKey } from './derive-key.ts';
export { hashPassword, passwordHashOfNobody, verifyPassword } from './passwords.ts';
export { loadSecrets, SecretsError } from './secrets.ts';
