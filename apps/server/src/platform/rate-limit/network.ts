import ipaddr from 'ipaddr.js';

/**
 * Whoever has one IPv6 address has a whole /64 of them, so that is what is counted; an IPv4 address in IPv6 clothes is the
 * IPv4 address.
 */
export function networkOf(ip: string): string {
  if (!ipaddr.isValid(ip)) return ip;
  const address = ipaddr.process(ip);
  return address instanceof ipaddr.IPv6
    ? `${address.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : address.toString();
}
