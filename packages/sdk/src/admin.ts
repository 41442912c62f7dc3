import type {
  AdminUserPage,
  AdminUserView,
  AuditListQuery,
  AuditPage,
  CreateInvitationBody,
  CredentialTrial,
  InvitationCreated,
  InvitationView,
  OutboxView,
  ProviderHealthList,
  RegistrationView,
  Role,
  SecretList,
  SecretName,
  UnknownCostView,
} from '@octavo/contracts';
import type { Client } from './client.ts';
import { queryString } from './query-string.ts';

/** What only administrators may ask; `client` carries their session. Throws `ApiError`. */
export function createAdminClient({ request }: Pick<Client, 'request'>) {
  const user = (id: string) => `/api/admin/users/${id}`;
  return {
    users: (query: { search?: string; limit?: number; cursor?: string } = {}) =>
      request<AdminUserPage>('GET', `/api/admin/users${queryString(query)}`),
    user: (id: string) => request<AdminUserView>('GET', user(id)),
    suspend: (id: string) => request<AdminUserView>('POST', `${user(id)}/suspend`),
    reinstate: (id: string) => request<AdminUserView>('POST', `${user(id)}/reinstate`),
    setRole: (id: string, role: Role) => request<AdminUserView>('PUT', `${user(id)}/role`, { role }),
    endSessions: (id: string) => request<null>('POST', `${user(id)}/end-sessions`),
    resetSecondFactor: (id: string) => request<AdminUserView>('POST', `${user(id)}/reset-second-factor`),

    /** Who may register without an invitation. */
    registration: () => request<RegistrationView>('GET', '/api/auth/registration'),
    invite: (body: Partial<CreateInvitationBody>) => request<InvitationCreated>('POST', '/api/admin/invitations', body),
    invitations: async () =>
      (await request<{ invitations: InvitationView[] }>('GET', '/api/admin/invitations')).invitations,
    revokeInvitation: (id: string) => request<null>('DELETE', `/api/admin/invitations/${id}`),

    /** Messages that could not be sent. */
    outbox: () => request<OutboxView>('GET', '/api/admin/outbox'),

    secrets: () => request<SecretList>('GET', '/api/admin/secrets'),
    /** `value` is `MailSettings`, `WhatsAppSettings` or `{ apiKey }`, as `name` says. */
    setSecret: (name: SecretName, value: object) => request<null>('PUT', `/api/admin/secrets/${name}`, value),
    /** Asks whoever the credentials are for, with those that are in use. Takes ten seconds at most. */
    trySecret: (name: SecretName) => request<CredentialTrial>('POST', `/api/admin/secrets/${name}/test`),
    removeSecret: (name: SecretName) => request<null>('DELETE', `/api/admin/secrets/${name}`),

    providers: async () => (await request<ProviderHealthList>('GET', '/api/admin/providers')).providers,

    audit: (query: Omit<AuditListQuery, 'limit'> & { limit?: number } = {}) =>
      request<AuditPage>('GET', `/api/admin/audit${queryString(query)}`),

    /** Calls whose cost nobody knows; their worst case is held. */
    unknownCosts: () => request<UnknownCostView[]>('GET', '/api/usage/unknown'),
    settleCost: (generationId: string, attempt: number, costMicroUsd: number) =>
      request<null>('POST', `/api/usage/unknown/${generationId}/${attempt}`, { costMicroUsd }),
  };
}
