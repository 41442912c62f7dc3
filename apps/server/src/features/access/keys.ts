import type { ApiKeyCreated, ApiKeyView, CreateApiKeyBody } from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Audit } from '#features/audit';
import { AppError, type Caller } from '#platform/http';
import type { Access } from './access.ts';
import { newApiKey } from './api-key.ts';
import type { KeyRow, KeysRepository } from './keys.repository.ts';

const maxKeys = 50;

export interface ApiKeys {
  /** The only time the key is seen. @throws AppError forbidden, limit_reached */
  create(caller: Caller, key: Omit<CreateApiKeyBody, 'password'>): Promise<ApiKeyCreated>;
  list(userId: string): Promise<ApiKeyView[]>;
  /** It stops working at once. */
  delete(userId: string, id: string): Promise<void>;
}

export function createApiKeys(deps: {
  repository: KeysRepository;
  access: Pick<Access, 'changed'>;
  audit: Audit;
  /** A key must not be a way around the second factor. */
  adminsNeedSecondFactor: boolean;
}): ApiKeys {
  const { repository, access, audit } = deps;
  return {
    async create({ userId, role, by }, { name, scopes, expiresInDays }) {
      if (by.kind !== 'session') throw new AppError('forbidden', 'Keys are made by people.');
      if (scopes.includes('admin')) {
        if (role !== 'admin') throw new AppError('forbidden', 'The scope admin is for the keys of admins.');
        if (deps.adminsNeedSecondFactor && !by.secondFactor) {
          throw new AppError('admin_second_factor_required', 'Sign in with your second factor first.');
        }
      }
      const { key, prefix, hash } = newApiKey();
      const expiresAt = expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * 86_400_000);
      const row = await repository.insert(
        { id: uuidv7(), userId, sessionId: by.sessionId, name, prefix, hash, scopes, expiresAt },
        maxKeys,
      );
      if (row === 'session_over') throw new AppError('unauthorized', 'This session is over. Sign in again.');
      if (row === 'limit_reached') {
        throw new AppError('limit_reached', `There are ${maxKeys} keys already. Delete one you do not need.`);
      }
      await audit({ action: 'key.created', details: { keyId: row.id, scopes: scopes.join(' ') } });
      return { key, ...present(row) };
    },
    async list(userId) {
      return (await repository.list(userId)).map(present);
    },
    async delete(userId, id) {
      if (!(await repository.delete(userId, id))) throw new AppError('not_found', 'There is no such key.');
      access.changed(userId);
      await audit({ action: 'key.ended', details: { keyId: id } });
    },
  };
}

function present({ id, name, prefix, scopes, ...dates }: KeyRow): ApiKeyView {
  return {
    id,
    name,
    prefix,
    scopes,
    createdAt: dates.created_at.toISOString(),
    expiresAt: dates.expires_at?.toISOString() ?? null,
    lastUsedAt: dates.last_used_at?.toISOString() ?? null,
  };
}
