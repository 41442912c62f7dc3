import type { Config } from '#config';
import { createMediaRepository, createMediaService, createSignedUrls, type MediaService } from '#features/media';
import { deriveKey, loadSecrets } from '#platform/crypto';
import type { Db } from '#platform/db';
import { createSafeFetch } from '#platform/safe-fetch';
import { createStorage } from '#platform/storage';

/** Images, as the API serves them and the worker reads and makes them. */
export async function createMedia(config: Config, db: Db): Promise<MediaService> {
  return createMediaService({
    repository: createMediaRepository(db),
    storage: await createStorage(config.storage),
    safeFetch: createSafeFetch({ allowPrivate: config.media.allowPrivateUrls }),
    signedUrls: createSignedUrls(deriveKey(loadSecrets(config.dataFolder), 'media addresses')),
    uploadMaxBytes: config.media.uploadMaxBytes,
  });
}
