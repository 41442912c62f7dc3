export { type AccessToken, AccessTokenError, type AccessTokens, createAccessTokens } from './access-tokens.ts';
export { hashPassword, passwordHashOfNobody, verifyPassword } from './passwords.ts';
export { loadSecrets, SecretsError } from './secrets.ts';
