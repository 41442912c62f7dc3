/** Where an address of this site leads; the library for any other, so that no link sends people elsewhere. */
export function insideOnly(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? next : '/';
}
