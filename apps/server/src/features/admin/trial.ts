import type { CredentialProblem, CredentialTrial, SecretName } from '@octavo/contracts';
import { ProviderError, type ProviderErrorCode, ProviderNotAvailable } from '@octavo/providers';
import { z } from 'zod';
import type { Audit } from '#features/audit';
import { EnvelopeError } from '#platform/crypto';
import { AppError } from '#platform/http';
import { type Transports, tryMail, tryWhatsApp } from '#platform/mail';
import { isProviderKey, type ProviderKeyName, type StoredSecrets } from './secrets.ts';

/** Whoever waits for the answer looks at the page. */
const withinMs = 10_000;

/**
 * Tries the credentials that are in use: those of the environment, else those that are stored. Whoever they are for is
 * asked something that costs nothing; no word of the answer is passed on, for it may repeat a key.
 */
export function createCredentialTrials(deps: {
  secrets: StoredSecrets;
  transports: Transports;
  /** @throws ProviderError, ProviderNotAvailable */
  tryProviderKey: (provider: ProviderKeyName, storedKey: string, signal: AbortSignal) => Promise<void>;
  audit: Audit;
}): (name: SecretName) => Promise<CredentialTrial> {
  const { secrets } = deps;

  async function askProvider(name: ProviderKeyName): Promise<CredentialProblem | undefined> {
    // What is stored beside one in the environment is not in use, and may be sealed with another key.
    const stored = secrets.isInEnvironment(name) ? '' : await secrets.providerKey(name);
    if (stored === undefined) throw nothingThere();
    try {
      await deps.tryProviderKey(name, stored, AbortSignal.timeout(withinMs));
      return undefined;
    } catch (error) {
      if (error instanceof ProviderNotAvailable) return 'no_server';
      if (!(error instanceof ProviderError)) throw error;
      return problemOfProvider[error.code] ?? 'unexpected';
    }
  }

  async function ask(name: SecretName): Promise<CredentialProblem | undefined> {
    if (isProviderKey(name)) return askProvider(name);
    if (name === 'mail') {
      const mail = await deps.transports.mail();
      if (mail) return tryMail(mail, withinMs);
    } else {
      const whatsapp = await deps.transports.whatsapp();
      if (whatsapp) return tryWhatsApp(whatsapp, withinMs);
    }
    throw nothingThere();
  }

  return async (name) => {
    const problem = await ask(name).catch((error: unknown): CredentialProblem => {
      if (error instanceof EnvelopeError || error instanceof SyntaxError || error instanceof z.ZodError)
        return 'unreadable';
      throw error;
    });
    await deps.audit({ action: 'secret.tried', subjectId: null, details: { name, problem: problem ?? 'none' } });
    if (problem === undefined) return { works: true, problem: null, message: 'They work.' };
    return { works: false, problem, message: words[problem] };
  };
}

const problemOfProvider: Partial<Record<ProviderErrorCode, CredentialProblem>> = {
  provider_auth: 'refused',
  provider_credits: 'no_credit',
  provider_forbidden: 'not_allowed',
  provider_rate_limited: 'slow_down',
  provider_quota: 'slow_down',
  provider_timeout: 'unreachable',
  provider_unavailable: 'unreachable',
};

const words: Record<CredentialProblem, string> = {
  refused: 'They were not accepted: wrong, expired or revoked.',
  no_credit: 'They are right, but the account has no credit left.',
  not_allowed: 'They were recognised, but are not allowed to do this.',
  slow_down: 'Too many requests, or a quota that is used up. Try again later.',
  not_found: 'There is no such phone number for this access token.',
  unreachable: 'Nobody answered in time. Check the address and the network of this server.',
  no_tls: 'No encrypted connection could be made. Check the port, the TLS setting and the certificate.',
  no_server: 'The key is not used: no server is set. Set OPENAI_COMPATIBLE_BASE_URL.',
  unreadable: 'What is stored cannot be read with the master key of this server. Enter it anew.',
  unexpected: 'Something answered that is not what it should be. Check the address.',
};

function nothingThere(): AppError {
  return new AppError('not_found', 'Nothing is stored under this name.');
}
