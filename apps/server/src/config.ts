import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import {
  type ContentType,
  contentTypeNames,
  type MailSettings,
  providerName,
  type ProviderName,
} from '@octavo/contracts';
import type { PriceSettings, ProviderSettings } from '@octavo/providers';
import { z } from 'zod';

/** Every setting of the server, read once from the environment and `.env`. Nothing else reads `process.env`. */

const repositoryRoot = resolve(import.meta.dirname, '../../..');

const optional = z
  .string()
  .transform((value) => value.trim() || undefined)
  .optional();
const whole = (min: number, max: number) =>
  z
    .string()
    .refine(
      (value) => /^\d{1,15}$/.test(value.trim()) && Number(value) >= min && Number(value) <= max,
      `must be a whole number from ${min} to ${max}`,
    )
    .transform(Number);
const onOff = z.enum(['on', 'off']).transform((value) => value === 'on');
const url = (...protocols: string[]) =>
  optional.refine(
    (value) => value === undefined || protocols.some((protocol) => value.startsWith(`${protocol}://`)),
    `must start with ${protocols.map((protocol) => `${protocol}://`).join(' or ')}`,
  );
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
/** Newest first; 32 bytes each, as hex or base64. */
const masterKeys = list.transform((keys, context) =>
  keys.map((key) => {
    const bytes = /^[0-9a-f]{64}$/i.test(key) ? Buffer.from(key, 'hex') : Buffer.from(key, 'base64');
    if (bytes.length !== 32) context.addIssue('must be keys of 32 bytes, as hex or base64, separated by commas');
    return bytes;
  }),
);
const providerOrder = list.pipe(z.array(providerName)).optional();

const usd = z.string().transform(Number).pipe(z.number().min(0).max(1000));
const price = z.number().min(0).max(10_000).optional();
/** JSON: `{"provider/model": {"inputUsdPerMtok": 1, "outputUsdPerMtok": 2, "usdPerImage": 0.02, "usdPerTake": 0}}`. */
const priceOverrides = z
  .string()
  .default('{}')
  .transform((value, context): unknown => {
    try {
      return JSON.parse(value);
    } catch {
      context.addIssue('must be JSON');
      return z.NEVER;
    }
  })
  .pipe(
    z.record(
      z.string().regex(/^[a-z-]+\/.+$/, 'needs keys such as provider/model or provider/*'),
      z.strictObject({ inputUsdPerMtok: price, outputUsdPerMtok: price, usdPerImage: price, usdPerTake: price }),
    ),
  );

/** Who may say in `X-Forwarded-For` where a request came from. Not "everybody": then anybody could say anything. */
function isProxyName(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  const isBits =
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= 1 && Number(bits) <= (family === 4 ? 32 : 128));
  return family !== 0 && isBits && rest.length === 0;
}

const environment = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: whole(0, 65_535).default(3000),
  OCTAVO_DATA: z.string().default('data'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  CORS_ORIGINS: list.default([]),
  TRUST_PROXY: z
    .string()
    .default('off')
    .transform((value) => value.trim().toLowerCase())
    .transform((value) => (value === 'off' ? (false as const) : value))
    .refine(
      (value) => value === false || value.split(',').every((one) => isProxyName(one.trim())),
      'must be off, or the addresses of proxies such as 127.0.0.1,10.0.0.0/8',
    ),
  HSTS: onOff.default(false),
  RATE_LIMIT_SCALE: z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'must be a number')
    .transform(Number)
    .pipe(z.number().min(0.1).max(1_000_000))
    .default(1),
  LOGIN_DELAY_MS: whole(0, 10_000).default(250),
  MAX_UNFINISHED_JOBS: whole(1, 100_000_000).default(10_000),

  DATABASE_URL: url('postgres', 'postgresql'),
  DATABASE_POOL_SIZE: whole(4, 200).default(12),
  REDIS_URL: url('redis', 'rediss'),

  UPLOAD_MAX_BYTES: whole(1024, 104_857_600).default(20_971_520),
  ALLOW_PRIVATE_URLS: list
    .default([])
    .refine(
      (hosts) => hosts.every((host) => URL.canParse(`http://${host}`) && new URL(`http://${host}`).pathname === '/'),
      'must be hosts such as nas.lan or 192.168.1.5:9000, separated by commas',
    ),
  S3_BUCKET: optional,
  S3_REGION: z.string().default('us-east-1'),
  S3_ENDPOINT: url('http', 'https'),
  S3_ACCESS_KEY_ID: optional,
  S3_SECRET_ACCESS_KEY: optional,
  S3_FORCE_PATH_STYLE: onOff.default(false),

  WORKER_CONCURRENCY: whole(1, 1000).default(50),
  BATCH_WINDOW: whole(1, 1000).default(20),
  GENERATION_DELAY: whole(0, 86_400_000).default(0),
  GENERATION_ATTEMPTS: whole(1, 10).default(3),
  GENERATION_BACKOFF_MS: whole(1, 600_000).default(2000),
  LEASE_MS: whole(1000, 600_000).default(15_000),
  SWEEP_INTERVAL_MS: whole(100, 600_000).default(5000),

  ACCESS_TOKEN_MINUTES: z
    .string()
    .refine((value) => Number(value) > 0 && Number(value) <= 1440, 'must be a number above 0, at most 1440')
    .transform(Number)
    .default(15),
  REFRESH_TOKEN_DAYS: whole(1, 365).default(7),

  /** Where people reach this server; links in messages begin with it, and passkeys belong to its host. */
  PUBLIC_URL: url('http', 'https'),
  REGISTRATION: z.enum(['open', 'invite', 'closed']).default('open'),
  REQUIRE_VERIFICATION: onOff.optional(),
  PASSWORD_MIN_LENGTH: whole(8, 64).default(8),
  ADMIN_SECOND_FACTOR: onOff.default(false),
  CODES_PER_HOUR: whole(1, 1_000_000).default(1000),
  OCTAVO_MASTER_KEY: masterKeys.default([]),
  SMTP_HOST: optional,
  SMTP_PORT: whole(1, 65_535).default(587),
  SMTP_SECURE: onOff.default(false),
  SMTP_USER: optional,
  SMTP_PASSWORD: optional,
  SMTP_FROM: optional,
  WHATSAPP_ACCESS_TOKEN: optional,
  WHATSAPP_PHONE_NUMBER_ID: optional.refine((id) => id === undefined || /^\d{1,30}$/.test(id), 'must be digits'),
  WHATSAPP_TEMPLATE: z.string().default('octavo_code'),
  WHATSAPP_BASE_URL: z.url().default('https://graph.facebook.com/v23.0'),
  IMPORT_MAX_BYTES: whole(1_048_576, 2_147_483_647).default(268_435_456),

  XAI_API_KEY: optional,
  XAI_BASE_URL: z.string().default('https://api.x.ai/v1'),
  XAI_MODEL: z.string().default('grok-4.3'),
  XAI_IMAGE_MODEL: z.string().default('grok-imagine-image'),
  XAI_RATE_PER_MINUTE: whole(0, 100_000).default(10),
  XAI_CONCURRENCY: whole(0, 100_000).default(0),
  GOOGLE_API_KEY: optional,
  GOOGLE_BASE_URL: z.string().default('https://generativelanguage.googleapis.com/v1beta'),
  GOOGLE_MODEL: z.string().default('gemini-flash-latest'),
  GOOGLE_IMAGE_MODEL: z.string().default('gemini-3.1-flash-image-preview'),
  GOOGLE_RATE_PER_MINUTE: whole(0, 100_000).default(10),
  GOOGLE_CONCURRENCY: whole(0, 100_000).default(0),
  OPENROUTER_API_KEY: optional,
  OPENROUTER_BASE_URL: z.string().default('https://openrouter.ai/api/v1'),
  OPENROUTER_MODEL: z.string().default('openrouter/free'),
  OPENROUTER_IMAGE_MODEL: z.string().default('bytedance-seed/seedream-4.5'),
  OPENROUTER_VISION_MODEL: optional,
  OPENROUTER_RATE_PER_MINUTE: whole(0, 100_000).default(10),
  OPENROUTER_CONCURRENCY: whole(0, 100_000).default(0),
  OPENAI_COMPATIBLE_BASE_URL: url('http', 'https'),
  OPENAI_COMPATIBLE_API_KEY: optional,
  OPENAI_COMPATIBLE_MODEL: optional,
  OPENAI_COMPATIBLE_IMAGE_MODEL: optional,
  OPENAI_COMPATIBLE_VISION_MODEL: optional,
  OPENAI_COMPATIBLE_RATE_PER_MINUTE: whole(0, 100_000).default(0),
  OPENAI_COMPATIBLE_CONCURRENCY: whole(0, 100_000).default(0),
  LOCAL_SERVER_DISCOVERY: onOff.default(true),
  LOCAL_STORY_MODEL: z.string().default(resolve(repositoryRoot, 'models/octavo-story-tiny')),
  LOCAL_TRANSLATION_MODEL: optional,
  LOCAL_CAPTION_MODEL: optional,
  LOCAL_MODEL_IDLE_SECONDS: whole(1, 86_400).default(300),
  SANDBOX_URL: url('http', 'https'),
  SANDBOX_TOKENS_PER_SECOND: whole(0, 1_000_000).default(40),
  PROVIDER_ORDER: providerOrder,
  PROVIDER_ORDER_BLOG: providerOrder,
  PROVIDER_ORDER_PRODUCT: providerOrder,
  PROVIDER_ORDER_SOCIAL: providerOrder,
  PROVIDER_ORDER_STORY: providerOrder,
  PROVIDER_ORDER_IMAGE: providerOrder,
  PROVIDER_ORDER_DESCRIPTION: providerOrder,
  PROVIDER_ORDER_TRANSLATION: providerOrder,
  BUDGET_UNKNOWN_MODEL_USD: usd.default(0.5),
  BUDGET_UNKNOWN_AFTER_HOURS: whole(1, 8760).default(24),
  PRICE_OVERRIDES: priceOverrides,

  PROVIDER_BREAKER_FAILURES: whole(1, 1000).default(5),
  PROVIDER_BREAKER_OPEN_MS: whole(100, 600_000).default(30_000),
  PROVIDER_FIRST_CHUNK_TIMEOUT_MS: whole(100, 3_600_000).default(60_000),
  PROVIDER_CHUNK_TIMEOUT_MS: whole(100, 3_600_000).default(30_000),
  PROVIDER_TOTAL_TIMEOUT_MS: whole(100, 3_600_000).default(600_000),
  PROVIDER_IMAGE_TIMEOUT_MS: whole(100, 3_600_000).default(180_000),
});

export const settingNames = Object.keys(environment.shape);

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** Variables that are set; those in the process win over those in `.env` of the repository's root. */
function readEnvironment(): Record<string, string | undefined> {
  const file = resolve(repositoryRoot, '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  const set = Object.entries({ ...fromFile, ...process.env }).filter(
    ([, value]) => value !== undefined && value !== '',
  );
  return Object.fromEntries(set);
}

/** @throws ConfigError naming each wrong variable, without its value: it may be a secret. */
export function readConfig(source: Record<string, string | undefined> = readEnvironment()) {
  const parsed = environment.safeParse(source);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path[0]?.toString() ?? ''} ${issue.message}`);
    throw new ConfigError(`Wrong settings: ${problems.join('; ')}.`);
  }
  const env = parsed.data;
  const dataFolder = resolve(repositoryRoot, env.OCTAVO_DATA);
  const order: Partial<Record<ContentType, ProviderName[]>> = {};
  for (const type of contentTypeNames) {
    const chosen = env[`PROVIDER_ORDER_${type.toUpperCase() as Uppercase<ContentType>}`] ?? env.PROVIDER_ORDER;
    if (chosen) order[type] = chosen;
  }
  return {
    host: env.HOST,
    port: env.PORT,
    dataFolder,
    webFolder: resolve(repositoryRoot, 'apps/web/dist'),
    logLevel: env.LOG_LEVEL,
    corsOrigins: env.CORS_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    hsts: env.HSTS,
    limits: { scale: env.RATE_LIMIT_SCALE, loginDelayMs: env.LOGIN_DELAY_MS },
    databaseUrl: env.DATABASE_URL,
    databasePoolSize: env.DATABASE_POOL_SIZE,
    redisUrl: env.REDIS_URL,
    workerConcurrency: env.WORKER_CONCURRENCY,
    /** How many rows of one batch may be on their way at once. */
    batchWindow: env.BATCH_WINDOW,
    media: { uploadMaxBytes: env.UPLOAD_MAX_BYTES, allowPrivateUrls: env.ALLOW_PRIVATE_URLS },
    storage: {
      folder: resolve(dataFolder, 'media'),
      s3: env.S3_BUCKET === undefined ? undefined : readS3(env.S3_BUCKET, env),
    },
    generation: {
      defaultDelayMs: env.GENERATION_DELAY,
      maxFailures: env.GENERATION_ATTEMPTS,
      backoffMs: env.GENERATION_BACKOFF_MS,
      leaseMs: env.LEASE_MS,
      sweepIntervalMs: env.SWEEP_INTERVAL_MS,
      maxUnfinished: env.MAX_UNFINISHED_JOBS,
    },
    auth: {
      accessTokenMs: Math.round(env.ACCESS_TOKEN_MINUTES * 60_000),
      refreshTokenMs: env.REFRESH_TOKEN_DAYS * 86_400_000,
    },
    unknownCostAfterMs: env.BUDGET_UNKNOWN_AFTER_HOURS * 3_600_000,
    prices: {
      overrides: env.PRICE_OVERRIDES,
      // Without an address only servers on this machine are found.
      freeProviders: env.OPENAI_COMPATIBLE_BASE_URL === undefined ? ['openai-compatible'] : [],
      unknownMicroUsd: Math.round(env.BUDGET_UNKNOWN_MODEL_USD * 1e6),
    } satisfies PriceSettings,
    /** 0: no limit. What is not named here has none. */
    providerLimits: {
      xai: { perMinute: env.XAI_RATE_PER_MINUTE, concurrency: env.XAI_CONCURRENCY },
      google: { perMinute: env.GOOGLE_RATE_PER_MINUTE, concurrency: env.GOOGLE_CONCURRENCY },
      openrouter: { perMinute: env.OPENROUTER_RATE_PER_MINUTE, concurrency: env.OPENROUTER_CONCURRENCY },
      'openai-compatible': {
        perMinute: env.OPENAI_COMPATIBLE_RATE_PER_MINUTE,
        concurrency: env.OPENAI_COMPATIBLE_CONCURRENCY,
      },
    } satisfies Partial<Record<ProviderName, { perMinute: number; concurrency: number }>>,
    breaker: { failures: env.PROVIDER_BREAKER_FAILURES, openMs: env.PROVIDER_BREAKER_OPEN_MS },
    publicUrl: (env.PUBLIC_URL ?? `http://localhost:${env.PORT}`).replace(/(?<!\/)\/+$/, ''),
    accounts: {
      registration: env.REGISTRATION,
      /** Undefined: asked for when there is a way to send codes. */
      requireVerification: env.REQUIRE_VERIFICATION,
      passwordMinLength: env.PASSWORD_MIN_LENGTH,
      adminSecondFactor: env.ADMIN_SECOND_FACTOR,
      codesPerHour: env.CODES_PER_HOUR,
      importMaxBytes: env.IMPORT_MAX_BYTES,
    },
    masterKeys: env.OCTAVO_MASTER_KEY,
    mail: readMail(env),
    whatsapp: readWhatsApp(env),
    sandbox: { url: env.SANDBOX_URL, tokensPerSecond: env.SANDBOX_TOKENS_PER_SECOND },
    providers: {
      xai: {
        apiKey: env.XAI_API_KEY,
        baseUrl: env.XAI_BASE_URL,
        model: env.XAI_MODEL,
        imageModel: env.XAI_IMAGE_MODEL,
      },
      google: {
        apiKey: env.GOOGLE_API_KEY,
        baseUrl: env.GOOGLE_BASE_URL,
        model: env.GOOGLE_MODEL,
        imageModel: env.GOOGLE_IMAGE_MODEL,
      },
      openrouter: {
        apiKey: env.OPENROUTER_API_KEY,
        baseUrl: env.OPENROUTER_BASE_URL,
        model: env.OPENROUTER_MODEL,
        imageModel: env.OPENROUTER_IMAGE_MODEL,
        visionModel: env.OPENROUTER_VISION_MODEL,
      },
      openaiCompatible: {
        baseUrl: env.OPENAI_COMPATIBLE_BASE_URL,
        apiKey: env.OPENAI_COMPATIBLE_API_KEY,
        model: env.OPENAI_COMPATIBLE_MODEL,
        imageModel: env.OPENAI_COMPATIBLE_IMAGE_MODEL,
        visionModel: env.OPENAI_COMPATIBLE_VISION_MODEL,
      },
      discovery: { enabled: env.LOCAL_SERVER_DISCOVERY, intervalMs: 30_000 },
      local: {
        model: env.LOCAL_STORY_MODEL,
        translationModel: env.LOCAL_TRANSLATION_MODEL,
        captionModel: env.LOCAL_CAPTION_MODEL,
        cacheFolder: resolve(dataFolder, 'models'),
        idleMs: env.LOCAL_MODEL_IDLE_SECONDS * 1000,
      },
      order,
      timeouts: {
        firstChunkMs: env.PROVIDER_FIRST_CHUNK_TIMEOUT_MS,
        chunkMs: env.PROVIDER_CHUNK_TIMEOUT_MS,
        totalMs: env.PROVIDER_TOTAL_TIMEOUT_MS,
        imageMs: env.PROVIDER_IMAGE_TIMEOUT_MS,
      },
    } satisfies Omit<ProviderSettings, 'sandbox'>,
  };
}

function readMail(env: z.infer<typeof environment>): MailSettings | undefined {
  const { SMTP_HOST: host, SMTP_FROM: from, SMTP_USER: user, SMTP_PASSWORD: password } = env;
  if (host === undefined) return undefined;
  if (from === undefined)
    throw new ConfigError('Wrong settings: SMTP_HOST needs SMTP_FROM, the address to write from.');
  return {
    host,
    from,
    port: env.SMTP_PORT,
    secure: env.SMTP_SECURE,
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
  };
}

function readWhatsApp(env: z.infer<typeof environment>) {
  const { WHATSAPP_ACCESS_TOKEN: accessToken, WHATSAPP_PHONE_NUMBER_ID: phoneNumberId } = env;
  const baseUrl = env.WHATSAPP_BASE_URL.replace(/(?<!\/)\/+$/, '');
  if ((accessToken === undefined) !== (phoneNumberId === undefined)) {
    throw new ConfigError('Wrong settings: WHATSAPP_ACCESS_TOKEN and WHATSAPP_PHONE_NUMBER_ID must be given together.');
  }
  const settings =
    accessToken === undefined || phoneNumberId === undefined
      ? undefined
      : { accessToken, phoneNumberId, template: env.WHATSAPP_TEMPLATE };
  return { baseUrl, settings };
}

function readS3(bucket: string, env: z.infer<typeof environment>) {
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    throw new ConfigError('Wrong settings: S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be given together.');
  }
  return {
    bucket,
    region: env.S3_REGION,
    endpoint: env.S3_ENDPOINT,
    forcePathStyle: env.S3_FORCE_PATH_STYLE,
    /** Without them the AWS SDK looks where it always does: its variables, files, the machine's role. */
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey },
  };
}

export type Config = ReturnType<typeof readConfig>;
