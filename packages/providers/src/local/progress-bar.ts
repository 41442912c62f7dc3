import type { DownloadProgress } from './download.ts';

/** One line: `[########............]  40 %  6.0 of 14.9 MB  onnx/model_quantized.onnx`, cut to `columns`. */
export function formatProgress({ file, loadedBytes, totalBytes }: DownloadProgress, columns = 100): string {
  const percent = percentOf(loadedBytes, totalBytes);
  const filled = Math.floor(percent / 5);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(20 - filled)}]`;
  const size =
    totalBytes > 0 ? `${megabytes(loadedBytes)} of ${megabytes(totalBytes)} MB` : `${megabytes(loadedBytes)} MB`;
  return `${bar} ${String(percent).padStart(3)} %  ${size}  ${file}`.slice(0, Math.max(columns, 10));
}

/**
 * Shows a download: one line that is written over on a terminal, a line for every 10 % where there is none (a log of a
 * service, a pipe). Call `end` when it is over, however it ended.
 */
export function createProgressBar(stream: { isTTY?: boolean; columns?: number; write(text: string): unknown }) {
  let shown = -1;
  let line = '';
  return {
    update(progress: DownloadProgress): void {
      const percent = percentOf(progress.loadedBytes, progress.totalBytes);
      if (!stream.isTTY) {
        const step = Math.floor(percent / 10);
        if (step > shown) stream.write(`${formatProgress(progress)}\n`);
        shown = Math.max(shown, step);
        return;
      }
      // One column is left free: in the last one some terminals wrap.
      const next = formatProgress(progress, (stream.columns ?? 80) - 1);
      if (next !== line) stream.write(`\r\u001b[2K${next}`);
      line = next;
    },
    end(): void {
      if (line !== '') stream.write('\n');
      line = '';
    },
  };
}

function percentOf(loadedBytes: number, totalBytes: number): number {
  return totalBytes > 0 ? Math.min(100, Math.floor((loadedBytes / totalBytes) * 100)) : 0;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
