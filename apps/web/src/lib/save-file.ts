/** Puts bytes among the downloads of the browser. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** A name that every system takes, from a title that may hold anything. */
export function fileName(title: string, extension: string): string {
  const name = title.replace(/[^\p{L}\p{N} _-]/gu, '').trim();
  return `${name.slice(0, 80) || 'octavo'}.${extension}`;
}
