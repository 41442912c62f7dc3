import type { Config } from '#config';
import { createAudit, createAuditRepository } from '#features/audit';
import { addMasterKey, loadMasterKeys, rotateSigningKeys } from '#platform/crypto';
import type { Logger } from '#platform/log';
import { dropUnusedMasterKeys, rotateDataKeys } from '#platform/vault';
import { connect } from './connect.ts';
import { assertSecretsBesideDatabase, startOwnPostgres } from './keys/keys.ts';
import { StartupError } from './startup.ts';

/** Longer than anybody may keep the public keys without asking again (the JWKS says 300 s). */
const signsInMs = 600_000;

/**
 * The role `rotate-keys`: a new key signs tokens from in ten minutes on; nobody is logged out. With `--revoke-old` it
 * signs at once and the old keys are good for nothing: sessions go on, access tokens are renewed.
 * @throws StartupError
 */
export function rotateKeys(config: Config, option: string | undefined): void {
  if (option !== undefined && option !== '--revoke-old') {
    throw new StartupError(`rotate-keys knows no "${option}"; there is only --revoke-old.`);
  }
  if (config.databaseUrl === undefined) assertSecretsBesideDatabase(config.dataFolder);
  const revokeOld = option === '--revoke-old';
  const { kid, kept } = rotateSigningKeys(config.dataFolder, { signsInMs, revokeOld });
  console.log(
    revokeOld
      ? `Key ${kid} signs from now on; all older keys are gone. A running server knows within seconds.`
      : `Key ${kid} signs from in ${signsInMs / 60_000} minutes on; ${kept} older ${kept === 1 ? 'key' : 'keys'} still verify.`,
  );
}

/**
 * The role `rotate-master-key`: a new master key in the data folder (or the first of OCTAVO_MASTER_KEY, when that is set:
 * put the new key first and leave the old one behind it), and every data key wrapped with it.
 * @throws StartupError
 */
export async function rotateMasterKey(config: Config, log: Logger): Promise<void> {
  const postgres = config.databaseUrl === undefined ? await startOwnPostgres(config, log) : undefined;
  try {
    const databaseUrl = config.databaseUrl ?? postgres?.connectionString;
    const { db } = await connect({ ...config, databaseUrl }, log);
    try {
      const { dataFolder, masterKeys } = config;
      const isInFile = masterKeys.length === 0;
      const wrapped = await rotateDataKeys(db, () => {
        if (isInFile) addMasterKey(dataFolder);
        return loadMasterKeys(dataFolder, masterKeys);
      });
      if (isInFile) await dropUnusedMasterKeys(db, dataFolder);
      await createAudit({ repository: createAuditRepository(db), log })({
        action: 'keys.rotated',
        details: { kind: 'master', dataKeys: wrapped },
      });
      console.log(`${wrapped} data ${wrapped === 1 ? 'key is' : 'keys are'} wrapped with the new master key.`);
    } finally {
      await db.destroy();
    }
  } finally {
    await postgres?.stop();
  }
}
