/** A leaf folded into a book: an octavo. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--accent)" />
      <path
        d="M16 9.5C13.6 7.8 10.600 7 7 7v15.500c3.600 0 6.600.8 9 2.500 2.400-1.700 5.400-2.500 9-2.500V7c-3.600 0-6.600.8-9 2.500Z"
        fill="var(--raised)"
      />
      <path d="M16 9.500V25" stroke="var(--accent)" strokeWidth="1.600" />
    </svg>
  );
}
