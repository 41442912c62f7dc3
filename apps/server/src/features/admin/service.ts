import { createHash, randomBytes } from 'node:crypto';
import {
  type AdminUserPage,
  type AdminUserQuery,
  type AdminUserView,
  type CreateInvitationBody,
  type InvitationCreated,
  type InvitationOffer,
  type InvitationView,
  type OutboxView,
  type Role,
  usualLimits,
} from '@octavo/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { Audit } from '#features/audit';
import { AppError } from '#platform/http';
import type { Messenger, Outbox, Transports } from '#platform/mail';
import type { AdminRepository } from './repository.ts';

export interface AdminService {
  users(query: AdminUserQuery): Promise<AdminUserPage>;
  user(id: string): Promise<AdminUserView>;
  /** Ends every session, stops every key at once, and cancels what is being generated. @throws AppError last_admin */
  suspend(id: string): Promise<AdminUserView>;
  /** Keys work again; sessions stay ended. */
  reinstate(id: string): Promise<AdminUserView>;
  /** @throws AppError last_admin */
  setRole(id: string, role: Role): Promise<AdminUserView>;
  endSessions(id: string): Promise<void>;
  /** For somebody who has lost it: takes TOTP, passkeys and recovery codes away, and ends the sessions. */
  resetSecondFactor(id: string): Promise<AdminUserView>;
  invite(adminId: string, body: CreateInvitationBody): Promise<InvitationCreated>;
  invitations(): Promise<InvitationView[]>;
  /** For whoever holds the token. @throws AppError invitation_invalid, the same for one that never was */
  invitation(token: string): Promise<InvitationOffer>;
  revokeInvitation(id: string): Promise<void>;
  outbox(): Promise<OutboxView>;
}

export function createAdminService(deps: {
  repository: AdminRepository;
  audit: Audit;
  messenger: Messenger;
  outbox: Outbox;
  /** By which channels messages go out. */
  sends: Transports['sends'];
  publicUrl: string;
  endSessions: (userId: string) => Promise<void>;
  resetSecondFactor: (userId: string) => Promise<void>;
  changed: (userId: string) => void;
  cancelGenerations: (userId: string) => Promise<void>;
  invitationText: (link: string) => { subject: string; text: string };
}): AdminService {
  const { repository, audit } = deps;

  async function user(id: string): Promise<AdminUserView> {
    const row = await repository.find(id);
    if (!row) throw noSuchUser();
    return presentUser(row);
  }

  function assertDone(outcome: boolean | undefined): void {
    if (outcome === undefined) throw noSuchUser();
    if (!outcome) throw new AppError('last_admin', 'This is the last admin. Make somebody else admin first.');
  }

  return {
    async users(query) {
      const limit = query.limit ?? usualLimits.users;
      const rows = await repository.list(query, limit);
      const page = rows.slice(0, limit);
      return {
        users: page.map(presentUser),
        nextCursor: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
      };
    },
    user,
    async suspend(id) {
      assertDone(await repository.suspend(id));
      deps.changed(id);
      await deps.cancelGenerations(id);
      await audit({ action: 'account.suspended', subjectId: id });
      return user(id);
    },
    async reinstate(id) {
      if (!(await repository.reinstate(id))) throw noSuchUser();
      deps.changed(id);
      await audit({ action: 'account.reinstated', subjectId: id });
      return user(id);
    },
    async setRole(id, role) {
      assertDone(await repository.setRole(id, role));
      deps.changed(id);
      await audit({ action: 'role.changed', subjectId: id, details: { role } });
      return user(id);
    },
    async endSessions(id) {
      await user(id);
      await deps.endSessions(id);
    },
    async resetSecondFactor(id) {
      await user(id);
      await deps.resetSecondFactor(id);
      await deps.endSessions(id);
      await audit({ action: 'second_factor.removed', subjectId: id, details: { kind: 'all' } });
      return user(id);
    },

    async invite(adminId, { email = null, role, expiresInDays }) {
      const token = randomBytes(32).toString('base64url');
      const id = uuidv7();
      const createdAt = new Date();
      const expiresAt = new Date(createdAt.getTime() + expiresInDays * 86_400_000);
      const isMade = await repository.insertInvitation({
        id,
        tokenHash: hashInvitation(token),
        email,
        role,
        createdBy: adminId,
        expiresAt,
      });
      if (!isMade) throw new AppError('forbidden', 'This needs an administrator.');
      await audit({ action: 'invitation.created', subjectId: null, details: { invitationId: id, role } });
      const link = `${deps.publicUrl}/register#invitation=${token}`;
      if (email !== null) {
        deps.messenger.send({ channel: 'email', to: email, ...deps.invitationText(link), language: 'en' });
      }
      return {
        token,
        link,
        id,
        email,
        role,
        createdAt: createdAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        usedAt: null,
      };
    },
    async invitations() {
      return (await repository.invitations()).map((row) => ({
        id: row.id,
        email: row.email,
        role: row.role,
        createdAt: row.created_at.toISOString(),
        expiresAt: row.expires_at.toISOString(),
        usedAt: row.used_at?.toISOString() ?? null,
      }));
    },
    async invitation(token) {
      const row = await repository.openInvitation(hashInvitation(token));
      if (!row) throw new AppError('invitation_invalid', 'This invitation was used, was revoked or has expired.');
      return { email: row.email, role: row.role, expiresAt: row.expires_at.toISOString() };
    },
    async revokeInvitation(id) {
      if (!(await repository.deleteInvitation(id))) {
        throw new AppError('not_found', 'There is no such invitation, or it was used.');
      }
      await audit({ action: 'invitation.revoked', subjectId: null, details: { invitationId: id } });
    },
    async outbox() {
      const [messages, sends] = await Promise.all([deps.outbox.list(), deps.sends()]);
      await audit({ action: 'outbox.read', subjectId: null, details: { messages: messages.length } });
      return { messages, sends };
    },
  };
}

/** An invitation's token is 256 random bits: a plain hash is enough. */
export function hashInvitation(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

function noSuchUser(): AppError {
  return new AppError('not_found', 'There is no such user.');
}

function presentUser(row: NonNullable<Awaited<ReturnType<AdminRepository['find']>>>): AdminUserView {
  return {
    id: row.id,
    email: row.email ?? row.pending_email,
    phone: row.phone ?? row.pending_phone,
    firstName: row.first_name,
    lastName: row.last_name,
    role: row.role,
    verified: row.email_verified_at !== null || row.phone_verified_at !== null,
    secondFactor: row.second_factor,
    suspendedAt: row.suspended_at?.toISOString() ?? null,
    deletionDueAt: row.deletion_due_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
