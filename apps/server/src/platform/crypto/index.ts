export { type AccessToken, AccessTokenError, type AccessTokens, createAccessTokens } from './access-tokens.ts';
export { hashPassword, passwordHashOfNobody, verifyPassword } from './passwords.ts';
export { loadSecrets, type Secrets, SecretsError } from './secrets.ts';
