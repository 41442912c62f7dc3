const parent = process.ppid;
const lookEveryMs = 500;

/**
 * Calls back when npm, which started this program, has gone. npm passes SIGTERM on to the shell it runs a script with,
 * and that shell to nobody: the program would go on without them. Whoever was started in another way (a shell in the
 * background, systemd, a container) may outlive its parent.
 * @returns the way to go on without npm
 */
export function onNpmGone(callback) {
  if (!process.env.npm_lifecycle_script?.includes('scripts/octavo.mjs')) return () => {};
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    callback();
  }, lookEveryMs);
  timer.unref();
  return () => clearInterval(timer);
}
