import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Whether an IP address is one of the public internet. Everything else is refused: private, loopback, link-local (cloud
 * metadata), carrier NAT, multicast, documentation, reserved, and IPv6 forms that carry an IPv4 address within
 * (mapped, NAT64, 6to4, Teredo). IANA special-purpose address registries, RFC 6890.
 */
export function isPublicAddress(address: string): boolean {
  // Stricter than ipaddr.js, which takes 1.2.3 and octal numbers as well.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // Only 2000::/3 is given out; the rest of the space that has no name of its own is not the internet.
  return parsed instanceof ipaddr.IPv4 || parsed.match(ipaddr.IPv6.parse('2000::'), 3);
}
