/** Calls back when whoever started this process with a channel to it is gone, however it went. */
export function onParentGone(callback: () => void): void {
  if (!process.channel) return;
  process.once('disconnect', callback);
  // Listening alone must not keep a process alive that has nothing else to do.
  process.channel.unref();
}
