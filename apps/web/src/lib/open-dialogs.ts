import { useEffect, useRef } from 'react';

/** What Escape does in each dialog that is open, the last one on top. */
const open: Array<() => void> = [];

export function useOpenDialog(onEscape: (() => void) | undefined): void {
  const latest = useRef(onEscape);
  useEffect(() => void (latest.current = onEscape));
  useEffect(() => {
    const escape = () => latest.current?.();
    open.push(escape);
    return () => void open.splice(open.indexOf(escape), 1);
  }, []);
}

/** For what lies over a dialog without being part of it. @returns whether there is one */
export function escapeTopDialog(): boolean {
  const escape = open.at(-1);
  escape?.();
  return escape !== undefined;
}
