export { describeModel, type DownloadProgress, downloadModel, ModelDownloadError, needsDownload } from './download.ts';
export { createLocalProvider } from './local-provider.ts';
export { createProgressBar, formatProgress } from './progress-bar.ts';
