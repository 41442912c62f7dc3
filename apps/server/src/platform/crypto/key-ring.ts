import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { jwtVerify, type JWTVerifyResult } from 'jose';
import { readSecrets, secretsChangedAt, type Secrets } from './secrets.ts';

export const tokenIssuer = 'octavo';

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

/**
 * What every token of this server has to pass, whatever it is for: EdDSA, a key of the ring, our issuer, this audience,
 * its times. What it is a token of (`typ`) is for the caller to look at.
 * @throws JWTExpired when it was good once, and something else for all that is wrong otherwise
 */
export function verifySigned(
  token: string,
  { keys, audience, nowMs }: { keys: KeyRing; audience: string; nowMs: number },
): Promise<JWTVerifyResult> {
  return jwtVerify(
    token,
    ({ kid }) => {
      const key = kid === undefined ? undefined : keys.find(kid);
      if (!key) throw new Error('no such key');
      return key.publicKey;
    },
    {
      algorithms: ['EdDSA'],
      issuer: tokenIssuer,
      audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(nowMs),
    },
  );
}
