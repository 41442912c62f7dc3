import { createProviders, type FetchImage, type KeyedProvider, type Providers } from '@octavo/providers';
import type { Config } from '#config';
import { createAdminRepository, createProviderKeyReader } from '#features/admin';
import {
  type Circuits,
  createCircuitRepository,
  createCircuits,
  createStoredKeys,
  prepareCircuits,
  type StoredKeys,
} from '#features/providers';
import { loadMasterKeys } from '#platform/crypto';
import type { Db } from '#platform/db';
import type { Logger } from '#platform/log';
import type { EventBus } from '#platform/realtime';
import { createVault } from '#platform/vault';

/** The providers as a process knows them: with the keys that are stored now, and the state of their circuits. */
export async function createProvidersHere(deps: {
  config: Config;
  db: Db;
  bus: EventBus;
  log: Logger;
  sandboxUrl: string;
  fetchImage?: FetchImage;
}): Promise<{ providers: Providers; circuits: Circuits; storedKeys: StoredKeys; close(): Promise<void> }> {
  const { config, db, bus, log } = deps;
  const vault = createVault({ db, masterKeys: () => loadMasterKeys(config.dataFolder, config.masterKeys) });
  const reader = createProviderKeyReader({ repository: createAdminRepository(db), vault });
  const circuitRepository = createCircuitRepository(db);
  const circuits = createCircuits({ repository: circuitRepository, bus, log, breaker: config.breaker });
  const storedKeys = createStoredKeys({
    ...reader,
    bus,
    log,
    async onChange() {
      // A circuit that was opened for the old key need not wait for the new one.
      await prepareCircuits(circuitRepository);
      for (const provider of keyed) bus.publish({ topic: 'circuit', provider });
    },
  });
  const providers = createProviders({
    ...config.providers,
    storedKey: storedKeys.get,
    sandbox: { baseUrl: deps.sandboxUrl },
    fetchImage: deps.fetchImage,
  });
  await Promise.all([storedKeys.refresh(), providers.ready()]);

  return {
    providers,
    // Whoever asks whom to call wants to know both.
    circuits: {
      ...circuits,
      refresh: () => Promise.all([circuits.refresh(), storedKeys.refresh()]).then(() => undefined),
    },
    storedKeys,
    async close() {
      storedKeys.close();
      circuits.close();
      await providers.close();
    },
  };
}

const keyed: KeyedProvider[] = ['xai', 'google', 'openrouter', 'openai-compatible'];
