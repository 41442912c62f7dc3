/** 128 random bits. `crypto.randomUUID` would do, but browsers lend it to HTTPS and localhost only. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Gives a request that is sent again the key it had, and every other one a new key. */
export function createKeyOf(): (request: object) => string {
  let last = { words: '', key: '' };
  return (request) => {
    const words = JSON.stringify(request);
    if (words !== last.words) last = { words, key: newKey() };
    return last.key;
  };
}
