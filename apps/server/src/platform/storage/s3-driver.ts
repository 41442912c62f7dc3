import { S3Driver } from 'flydrive/drivers/s3';
import type { StorageSettings } from './storage.ts';

export function createS3Driver(s3: NonNullable<StorageSettings['s3']>, timeoutMs: number): S3Driver {
  return new S3Driver({
    bucket: s3.bucket,
    region: s3.region,
    forcePathStyle: s3.forcePathStyle,
    ...(s3.endpoint !== undefined && { endpoint: s3.endpoint }),
    ...(s3.credentials && { credentials: s3.credentials }),
    visibility: 'private',
    // Buckets made today have no ACLs and refuse requests that set one; many other servers never had any.
    supportsACL: false,
    // Servers other than Amazon's do not all know the newer checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 2,
    requestHandler: {
      connectionTimeout: Math.min(5000, timeoutMs),
      socketTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  });
}
