import type { Providers } from '@octavo/providers';
import type { Config } from '#config';
import {
  accessRoutes,
  createAccess,
  createAccessRepository,
  createApiKeys,
  createKeysRepository,
  createSessions,
} from '#features/access';
import {
  accountRoutes,
  type CancelGeneration,
  createAccountRepository,
  createAccountService,
  createPurge,
  createPurgeRepository,
} from '#features/account';
import { adminRoutes, createAdminRepository, createAdminService, hashInvitation } from '#features/admin';
import type { Audit } from '#features/audit';
import {
  authRoutes,
  createAddressRepository,
  createAuthRepository,
  createAuthService,
  createCodes,
  createCodesRepository,
  createPasswordRepository,
  createRecovery,
  createVerification,
  messagesIn,
} from '#features/auth';
import {
  createPasskeys,
  createSecondFactor,
  createSecondFactorRepository,
  secondFactorRoutes,
} from '#features/second-factor';
import { createSecurityService, securityRoutes, startNotingRotations } from '#features/security';
import {
  createAccessTokens,
  createKeyRing,
  createPasswordRules,
  deriveKey,
  loadMasterKeys,
  loadSecrets,
  hashOfNobody,
} from '#platform/crypto';
import type { Db } from '#platform/db';
import {
  adminRefusal,
  AppError,
  type Caller,
  createAuthenticate,
  createAuthenticateAdmin,
  createAuthenticatePerson,
} from '#platform/http';
import type { Logger } from '#platform/log';
import { createMessenger, createOutbox } from '#platform/mail';
import type { EventBus } from '#platform/realtime';
import { createVault } from '#platform/vault';
import type { App } from '#platform/web';
import { createCredentials } from './credentials.ts';
import { canSendCodes } from './may-generate.ts';

const unconfirmedForMs = 86_400_000;
const housekeepingMs = 3_600_000;

/** Accounts, sessions, keys and everything around them, put together for the API. */
export async function createAccounts(deps: {
  config: Config;
  db: Db;
  bus: EventBus;
  log: Logger;
  audit: Audit;
  cancelGeneration: CancelGeneration;
  removeJobs: (generationIds: string[]) => Promise<void>;
  providerKeysChanged: () => Promise<void>;
  tryProviderKey: Providers['tryKey'];
}) {
  const { config, db, bus, log, audit } = deps;
  const secrets = loadSecrets(config.dataFolder);
  const keys = createKeyRing(config.dataFolder);
  const vault = createVault({ db, masterKeys: () => loadMasterKeys(config.dataFolder, config.masterKeys) });
  const accessTokens = createAccessTokens({ keys, lifetimeMs: config.auth.accessTokenMs });
  const accessRepository = createAccessRepository(db);
  const access = createAccess({ repository: accessRepository, accessTokens, bus, log });
  const sessions = createSessions({ repository: accessRepository, access, audit });
  const apiKeys = createApiKeys({
    repository: createKeysRepository(db),
    access,
    audit,
    adminsNeedSecondFactor: config.accounts.adminSecondFactor,
  });
  const passwordRules = createPasswordRules({ minLength: config.accounts.passwordMinLength });

  const adminRepository = createAdminRepository(db);
  const { storedSecrets, transports, trySecret } = createCredentials({
    ...deps,
    repository: adminRepository,
    vault,
  });
  const outbox = createOutbox({ db, vault });
  const messenger = createMessenger({ transports, outbox, log });
  // That credentials are there is enough: where they cannot be opened, an admin must still get in to enter them anew.
  const requireVerification = config.accounts.requireVerification ?? (await canSendCodes(config, db));

  await hashOfNobody();
  const factorRepository = createSecondFactorRepository(db);
  const secondFactor = createSecondFactor({
    repository: factorRepository,
    vault,
    audit,
    key: deriveKey(secrets, 'recovery codes'),
    changed: access.changed,
  });
  const passkeys = createPasskeys({
    repository: factorRepository,
    audit,
    publicUrl: config.publicUrl,
    changed: access.changed,
  });

  const repository = createAuthRepository(db);
  const addresses = createAddressRepository(db);
  const codes = createCodes({
    repository: createCodesRepository(db),
    key: deriveKey(secrets, 'codes'),
    perHourInAll: config.accounts.codesPerHour,
  });
  const verification = createVerification({
    repository: addresses,
    codes,
    messenger,
    audit,
    required: requireVerification,
    publicUrl: config.publicUrl,
    changed: access.changed,
    onError: (error) => log.error({ err: error }, 'no code was sent'),
  });
  const passwords = createPasswordRepository(db);
  const recovery = createRecovery({
    repository,
    passwords,
    codes,
    messenger,
    audit,
    publicUrl: config.publicUrl,
    checkNewPassword,
    changed: access.changed,
  });
  const auth = createAuthService({
    repository,
    accessTokens,
    refreshTokenMs: config.auth.refreshTokenMs,
    refreshKey: deriveKey(secrets, 'refresh tokens'),
    audit,
    registration: config.accounts.registration,
    requireVerification,
    passwordMinLength: config.accounts.passwordMinLength,
    sends: transports.sends,
    hashInvitation,
    checkNewPassword,
    askToConfirm: verification.askToConfirm,
    checkSecondFactor: secondFactor.check,
    changed: access.changed,
  });
  const purgeRepository = createPurgeRepository(db);
  const purge = createPurge({
    repository: purgeRepository,
    cancelGeneration: deps.cancelGeneration,
    removeJobs: deps.removeJobs,
    audit,
    log,
  });
  const account = createAccountService({
    repository: createAccountRepository(db),
    audit,
    purge: purgeRepository,
    requireVerification,
    checkNewPassword,
    secondFactorOf: secondFactor.status,
    setPassword: passwords.change,
    endSessions: sessions.endAll,
    cancelGenerations: purge.cancelAll,
    changed: access.changed,
    tellOfPassword({ email, language }) {
      if (email === null) return;
      messenger.send({ channel: 'email', to: email, ...messagesIn[language].passwordChanged(), language });
    },
    tellOfDeletion({ email, language }, at) {
      if (email === null) return;
      const date = at.toISOString().slice(0, 10);
      messenger.send({ channel: 'email', to: email, ...messagesIn[language].deletion(date), language });
    },
  });
  const admin = createAdminService({
    repository: adminRepository,
    audit,
    messenger,
    outbox,
    sends: transports.sends,
    publicUrl: config.publicUrl,
    endSessions: sessions.endAll,
    resetSecondFactor: secondFactor.reset,
    changed: access.changed,
    cancelGenerations: purge.cancelAll,
    invitationText: (link) => messagesIn.en.invitation(link),
  });

  function checkNewPassword(password: string, personal: string[], path: string): void {
    const { reason: message } = passwordRules.judge(password, personal);
    if (message === null) return;
    throw new AppError('validation_failed', `${path} ${message}`, { fields: [{ path, message }] });
  }

  async function tidy(): Promise<void> {
    await repository.deleteExpiredTokens();
    await sessions.deleteOld();
    await codes.deleteOld();
    await passkeys.tidy();
    await purge.run();
    if (requireVerification) await repository.deleteUnconfirmed(unconfirmedForMs);
  }
  const housekeeping = setInterval(() => {
    tidy().catch((error: unknown) => log.warn({ err: error }, 'accounts not tidied, will try again'));
  }, housekeepingMs);
  housekeeping.unref();
  const rotations = startNotingRotations({ keys, audit });

  const authenticate = createAuthenticate(access.identify);
  const authenticatePerson = createAuthenticatePerson(access.identify);
  const requireSecondFactor = config.accounts.adminSecondFactor;
  const authenticateAdmin = createAuthenticateAdmin(access.identify, { requireSecondFactor });
  const authenticateAdminKey = createAuthenticateAdmin(access.identify, { requireSecondFactor: false, keysOnly: true });

  return {
    authenticate,
    authenticatePerson,
    authenticateAdmin,
    adminRefusal: (caller: Caller) => adminRefusal(caller, { requireSecondFactor }),
    identify: access.identify,
    watch: access.watch,
    assertMayGenerate: verification.assertMayGenerate,
    addRoutes(app: App): void {
      authRoutes(app, {
        auth,
        verification,
        recovery,
        passwordRules,
        authenticate,
        authenticatePerson,
        checkPassword: account.checkPassword,
      });
      accountRoutes(app, {
        account,
        authenticatePerson,
        async restore(body, client) {
          const user = await auth.findByPassword(body);
          const usedSecondFactor = await secondFactor.check(user.id, body.code);
          await account.restore(user.id);
          return auth.startSession({ ...user, deletionDueAt: null }, client, { secondFactor: usedSecondFactor });
        },
      });
      accessRoutes(app, { sessions, apiKeys, authenticatePerson, checkPassword: account.checkPassword });
      securityRoutes(app, { security: createSecurityService({ keys, audit }), authenticateAdminKey });
      secondFactorRoutes(app, {
        secondFactor,
        passkeys,
        authenticatePerson,
        checkPassword: account.checkPassword,
        markSession: sessions.markSecondFactor,
        startSession: auth.startPasskeySession,
      });
      adminRoutes(app, { admin, secrets: storedSecrets, trySecret, authenticateAdmin });
    },
    async close(): Promise<void> {
      clearInterval(housekeeping);
      rotations.close();
      access.close();
      await messenger.close();
    },
  };
}
