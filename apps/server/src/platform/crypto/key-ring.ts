import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readSecrets, secretsChangedAt, type Secrets } from './secrets.ts';

export interface SigningKey {
  kid: string;
  privateKey: KeyObject;
  publicKey: KeyObject;
  /** It signs from then on; everybody knows it before. */
  signsFromMs: number;
}

export interface KeyRing {
  /** The newest key whose time has come. */
  current(): SigningKey;
  find(kid: string): SigningKey | undefined;
  all(): SigningKey[];
}

/** How often the file is looked at; a rotation gives a new key far longer before it signs. */
const lookEveryMs = 1000;

/** The signing keys of the data folder. A rotation reaches running processes within a second, without a restart. */
export function createKeyRing(dataFolder: string, options: { now?: () => number } = {}): KeyRing {
  const now = options.now ?? Date.now;
  let keys = open(readSecrets(dataFolder));
  let changedAt = secretsChangedAt(dataFolder);
  let lookedAtMs = now();

  function fresh(): SigningKey[] {
    if (Math.abs(now() - lookedAtMs) < lookEveryMs) return keys;
    lookedAtMs = now();
    try {
      const latest = secretsChangedAt(dataFolder);
      if (latest !== changedAt) {
        keys = open(readSecrets(dataFolder));
        changedAt = latest;
      }
    } catch {
      // A folder that is away for a moment takes no key from anybody; what we have stays good.
    }
    return keys;
  }

  return {
    current() {
      const known = fresh();
      const key = known.find(({ signsFromMs }) => signsFromMs <= now()) ?? known.at(-1);
      if (!key) throw new Error('no signing key');
      return key;
    },
    find: (kid) => fresh().find((key) => key.kid === kid),
    all: fresh,
  };
}

function open({ signingKeys }: Secrets): SigningKey[] {
  return signingKeys.map(({ kid, privateKeyPem, signsFrom }) => {
    const privateKey = createPrivateKey(privateKeyPem);
    return {
      kid,
      privateKey,
      publicKey: createPublicKey(privateKey),
      signsFromMs: signsFrom === undefined ? 0 : Date.parse(signsFrom),
    };
  });
}
