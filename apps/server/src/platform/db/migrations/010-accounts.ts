import { type Kysely, sql } from 'kysely';

/** Accounts in full: roles, sessions, confirmations, second factors, API keys, invitations, and what is kept sealed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // An address in `email` or `phone` belongs to this account; one in `pending_…` waits to be confirmed and keeps nobody
  // else from using it.
  await sql`
    ALTER TABLE users
      ALTER COLUMN email DROP NOT NULL,
      ADD COLUMN phone text CONSTRAINT users_phone_key UNIQUE,
      ADD COLUMN pending_email text,
      ADD COLUMN pending_phone text,
      ADD COLUMN email_verified_at timestamptz,
      ADD COLUMN phone_verified_at timestamptz,
      ADD COLUMN language text NOT NULL DEFAULT 'en' CHECK (language IN ('en', 'es')),
      ADD COLUMN role text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'admin')),
      ADD COLUMN suspended_at timestamptz,
      ADD COLUMN deletion_due_at timestamptz,
      ADD COLUMN factor_tries integer NOT NULL DEFAULT 0,
      ADD COLUMN factor_tries_since timestamptz`.execute(db);
  await sql`CREATE INDEX users_pending_email ON users (pending_email) WHERE pending_email IS NOT NULL`.execute(db);
  await sql`CREATE INDEX users_pending_phone ON users (pending_phone) WHERE pending_phone IS NOT NULL`.execute(db);
  await sql`CREATE INDEX users_deletion ON users (deletion_due_at) WHERE deletion_due_at IS NOT NULL`.execute(db);
  await sql`
    UPDATE users SET role = 'admin'
    WHERE id = (SELECT id FROM users ORDER BY created_at, id LIMIT 1)`.execute(db);

  // A session is a family of refresh tokens. Families that began before there were sessions get one.
  await sql`
    CREATE TABLE sessions (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      user_agent text NOT NULL DEFAULT '',
      ip text NOT NULL DEFAULT '',
      second_factor boolean NOT NULL DEFAULT false,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz NOT NULL DEFAULT now(),
      ended_at timestamptz
    )`.execute(db);
  await sql`
    INSERT INTO sessions (id, user_id, created_at, last_used_at)
    SELECT family_id, user_id, min(created_at), max(created_at) FROM refresh_tokens
    GROUP BY family_id, user_id HAVING bool_and(revoked_at IS NULL)`.execute(db);
  await sql`CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL`.execute(db);
  await sql`CREATE INDEX sessions_ended ON sessions (ended_at) WHERE ended_at IS NOT NULL`.execute(db);

  await sql`
    CREATE TABLE invitations (
      id uuid PRIMARY KEY,
      token_hash bytea NOT NULL UNIQUE,
      email text,
      role text NOT NULL CHECK (role IN ('user', 'admin')),
      created_by uuid REFERENCES users (id) ON DELETE SET NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      used_by uuid REFERENCES users (id) ON DELETE SET NULL
    )`.execute(db);

  // A row without a user answers for an address that has no account, so that both cases do the same work.
  await sql`
    CREATE TABLE codes (
      id uuid PRIMARY KEY,
      user_id uuid REFERENCES users (id) ON DELETE CASCADE,
      purpose text NOT NULL CHECK (purpose IN ('verify', 'recover')),
      channel text NOT NULL CHECK (channel IN ('email', 'whatsapp')),
      destination text NOT NULL,
      code_hash bytea NOT NULL,
      tries integer NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX codes_destination ON codes (destination, created_at)`.execute(db);
  await sql`CREATE INDEX codes_user ON codes (user_id)`.execute(db);
  await sql`CREATE INDEX codes_age ON codes (created_at)`.execute(db);
  await sql`CREATE INDEX codes_hash ON codes (code_hash)`.execute(db);

  await sql`
    CREATE TABLE outbox_messages (
      id uuid PRIMARY KEY,
      channel text NOT NULL,
      destination text NOT NULL,
      sealed text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);

  await sql`
    CREATE TABLE api_keys (
      id uuid PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name text NOT NULL,
      prefix text NOT NULL,
      key_hash bytea NOT NULL UNIQUE,
      scopes text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      expires_at timestamptz,
      last_used_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX api_keys_user ON api_keys (user_id)`.execute(db);

  await sql`
    CREATE TABLE totp_secrets (
      user_id uuid PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
      sealed text NOT NULL,
      last_step bigint NOT NULL DEFAULT 0,
      created_at timestamptz NOT NULL DEFAULT now(),
      confirmed_at timestamptz
    )`.execute(db);
  await sql`
    CREATE TABLE recovery_codes (
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      code_hash bytea NOT NULL,
      used_at timestamptz,
      PRIMARY KEY (user_id, code_hash)
    )`.execute(db);
  await sql`
    CREATE TABLE passkeys (
      id text PRIMARY KEY,
      user_id uuid NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name text NOT NULL,
      public_key bytea NOT NULL,
      counter bigint NOT NULL,
      transports text[] NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now(),
      last_used_at timestamptz
    )`.execute(db);
  await sql`CREATE INDEX passkeys_user ON passkeys (user_id)`.execute(db);
  await sql`
    CREATE TABLE passkey_challenges (
      challenge text PRIMARY KEY,
      user_id uuid REFERENCES users (id) ON DELETE CASCADE,
      expires_at timestamptz NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX passkey_challenges_expiry ON passkey_challenges (expires_at)`.execute(db);

  // Keys that seal single values, themselves wrapped with the master key; see platform/crypto/envelope.ts.
  await sql`
    CREATE TABLE data_keys (
      id uuid PRIMARY KEY,
      master_key_id text NOT NULL,
      wrapped text NOT NULL,
      created_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`
    CREATE TABLE stored_secrets (
      name text PRIMARY KEY,
      sealed text NOT NULL,
      updated_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
}
