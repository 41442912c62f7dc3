import { type SecretName, secretNames } from '@octavo/contracts';
import type { Providers } from '@octavo/providers';
import type { Config } from '#config';
import { type AdminRepository, createCredentialTrials, createStoredSecrets } from '#features/admin';
import type { Audit } from '#features/audit';
import type { Transports } from '#platform/mail';
import type { Vault } from '#platform/vault';

/** Keys and passwords for others: those that admins store, those of the environment, and whether they work. */
export function createCredentials(deps: {
  config: Config;
  repository: AdminRepository;
  vault: Vault;
  audit: Audit;
  providerKeysChanged: () => Promise<void>;
  tryProviderKey: Providers['tryKey'];
}) {
  const { config, audit } = deps;
  const storedSecrets = createStoredSecrets({ ...deps, inEnvironment: secretsInEnvironment(config) });
  // What the environment says goes before what an admin has entered.
  const transports: Transports = {
    mail: async () => config.mail ?? storedSecrets.mail(),
    async whatsapp() {
      const whatsapp = config.whatsapp.settings ?? (await storedSecrets.whatsapp());
      return whatsapp && { ...whatsapp, baseUrl: config.whatsapp.baseUrl };
    },
    async sends() {
      const { secrets, inEnvironment } = await storedSecrets.list();
      const isSet = (wanted: SecretName) =>
        inEnvironment.includes(wanted) || secrets.some(({ name }) => name === wanted);
      return { email: isSet('mail'), whatsapp: isSet('whatsapp') };
    },
  };
  const trySecret = createCredentialTrials({
    secrets: storedSecrets,
    transports,
    tryProviderKey: deps.tryProviderKey,
    audit,
  });
  return { storedSecrets, transports, trySecret };
}

function secretsInEnvironment({ mail, whatsapp, providers }: Config): SecretName[] {
  const isSet: Record<SecretName, boolean> = {
    mail: mail !== undefined,
    whatsapp: whatsapp.settings !== undefined,
    xai: providers.xai.apiKey !== undefined,
    google: providers.google.apiKey !== undefined,
    openrouter: providers.openrouter.apiKey !== undefined,
    'openai-compatible': providers.openaiCompatible.apiKey !== undefined,
  };
  return secretNames.filter((name) => isSet[name]);
}
