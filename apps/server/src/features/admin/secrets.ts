import {
  type MailSettings,
  mailSettings,
  providerKeySettings,
  type SecretList,
  type SecretName,
  secretName,
  type WhatsAppSettings,
  whatsAppSettings,
} from '@octavo/contracts';
import type { z } from 'zod';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { Vault } from '#platform/vault';
import type { AdminRepository } from './repository.ts';

/** Credentials that an admin enters in the studio: sealed when they are stored, and never answered again. */
export interface StoredSecrets {
  list(): Promise<SecretList>;
  /** @throws AppError validation_failed */
  put(name: SecretName, value: unknown): Promise<void>;
  delete(name: SecretName): Promise<void>;
  isInEnvironment(name: SecretName): boolean;
  providerKey(name: ProviderKeyName): Promise<string | undefined>;
  mail(): Promise<MailSettings | undefined>;
  whatsapp(): Promise<WhatsAppSettings | undefined>;
}

export type ProviderKeyName = Exclude<SecretName, 'mail' | 'whatsapp'>;

export const isProviderKey = (name: SecretName): name is ProviderKeyName => name !== 'mail' && name !== 'whatsapp';
const placeOf = (name: SecretName) => ({ table: 'stored_secrets', row: name, column: 'sealed' });

export function createStoredSecrets(deps: {
  repository: AdminRepository;
  vault: Vault;
  audit: Audit;
  /** A key of a provider was stored or removed; resolves when this process uses it no more, or from now on. */
  providerKeysChanged: () => Promise<void>;
  /** Set by the environment, which goes first. */
  inEnvironment: SecretName[];
}): StoredSecrets {
  const { repository, vault, audit } = deps;

  async function read<T extends z.ZodType>(name: SecretName, schema: T): Promise<z.infer<T> | undefined> {
    const row = await repository.findSecret(name);
    return row && schema.parse(JSON.parse(await vault.open(placeOf(name), row.sealed)));
  }

  return {
    async list() {
      const secrets = (await repository.storedSecrets()).map(({ name, updated_at: updatedAt }) => ({
        name: name as SecretName,
        updatedAt: updatedAt.toISOString(),
      }));
      return { secrets, inEnvironment: deps.inEnvironment };
    },
    async put(name, value) {
      const parsed = schemaOf(name).safeParse(value);
      if (!parsed.success) {
        // The path only: a message may quote the value.
        const fields = parsed.error.issues.flatMap((issue) => {
          const path = ['body', ...issue.path].join('.');
          if (issue.code !== 'unrecognized_keys') return [{ path, message: 'is missing or not valid' }];
          return issue.keys.map((key) => ({ path: `${path}.${key}`, message: 'is not a known field' }));
        });
        throw new AppError('validation_failed', fields[0] && `${fields[0].path} ${fields[0].message}`, { fields });
      }
      await repository.putSecret(name, await vault.seal(placeOf(name), JSON.stringify(parsed.data)));
      await audit({ action: 'secret.changed', subjectId: null, details: { name } });
      if (isProviderKey(name)) await deps.providerKeysChanged();
    },
    async delete(name) {
      if (!(await repository.deleteSecret(name))) throw new AppError('not_found', 'Nothing is stored under this name.');
      await audit({ action: 'secret.removed', subjectId: null, details: { name } });
      if (isProviderKey(name)) await deps.providerKeysChanged();
    },
    isInEnvironment: (name) => deps.inEnvironment.includes(name),
    providerKey: async (name) => (await read(name, providerKeySettings))?.apiKey,
    mail: () => read('mail', mailSettings),
    whatsapp: () => read('whatsapp', whatsAppSettings),
  };
}

/** For whoever calls providers: which keys are stored, still sealed, and what one of them is. */
export function createProviderKeyReader({ repository, vault }: { repository: AdminRepository; vault: Vault }) {
  return {
    async list(): Promise<Array<{ name: ProviderKeyName; sealed: string }>> {
      const rows = await repository.sealedSecrets();
      return rows.flatMap(({ name, sealed }) => {
        const known = secretName.safeParse(name).data;
        return known && isProviderKey(known) ? [{ name: known, sealed }] : [];
      });
    },
    open: async (name: ProviderKeyName, sealed: string): Promise<string> =>
      providerKeySettings.parse(JSON.parse(await vault.open(placeOf(name), sealed))).apiKey,
  };
}

function schemaOf(name: SecretName) {
  if (name === 'mail') return mailSettings;
  return name === 'whatsapp' ? whatsAppSettings : providerKeySettings;
}
