/** Hands a file to the browser's downloads. */
export function saveFile(blob: Blob, title: string, extension: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  const name = title.replace(/[^\p{L}\p{N} _-]/gu, '').trim();
  link.download = `${name.slice(0, 80) || 'octavo'}.${extension}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
