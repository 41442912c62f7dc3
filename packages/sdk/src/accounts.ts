import type {
  AccountView,
  ApiKeyCreated,
  ApiKeyView,
  ChangePasswordBody,
  Channel,
  CreateApiKeyBody,
  DeletionView,
  InvitationOffer,
  LoginBody,
  PasskeyLoginBody,
  PasskeyView,
  PasswordStrengthView,
  RecoverBody,
  RecoveryCodesView,
  RegisterPasskeyBody,
  RegistrationView,
  ResetPasswordBody,
  SessionView,
  TotpSetup,
  UpdateAccountBody,
  UserView,
} from '@octavo/contracts';

type Send = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** What `navigator.credentials` takes, as `PublicKeyCredential.parse…OptionsFromJSON` reads it. */
export interface PasskeyOptions {
  challenge: string;
  [name: string]: unknown;
}

/**
 * The calls of accounts: how to get in, and what people change of their own account.
 * @param deps.open sends without a token
 * @param deps.request sends in the name of who is signed in
 * @param deps.signIn sends without a token and keeps the session that comes back
 */
export function createAccountCalls(deps: {
  open: Send;
  request: Send;
  signIn: (path: string, body: unknown) => Promise<UserView>;
}) {
  const { open, request, signIn } = deps;
  return {
    registration: () => open<RegistrationView>('GET', '/api/auth/registration'),
    /** What the token of an invitation's link is good for. */
    invitation: (invitation: string) => open<InvitationOffer>('POST', '/api/auth/invitation', { invitation }),
    /** `personal`: names and addresses of its owner, which it should not contain. */
    judgePassword: (password: string, personal: string[]) =>
      open<PasswordStrengthView>('POST', '/api/auth/password-strength', { password, personal }),
    askForNewPassword: (body: RecoverBody) => open<null>('POST', '/api/auth/recover', body),
    resetPassword: (body: ResetPasswordBody) => open<null>('POST', '/api/auth/recover/reset', body),
    passkeyLoginOptions: async () =>
      (await open<{ options: PasskeyOptions }>('POST', '/api/auth/passkey/options')).options,
    loginWithPasskey: (response: PasskeyLoginBody['response']) => signIn('/api/auth/passkey', { response }),
    /** Brings an account back whose deletion was asked for, and signs in. */
    restore: (body: LoginBody) => signIn('/api/account/restore', body),

    read: () => request<AccountView>('GET', '/api/account'),
    update: (body: UpdateAccountBody) => request<AccountView>('PATCH', '/api/account', body),
    verify: (channel: Channel, code: string) => request<null>('POST', '/api/auth/verify', { channel, code }),
    sendCode: (channel: Channel) => request<null>('POST', '/api/auth/verify/send', { channel }),
    changeEmail: (email: string, password: string) => request<null>('PUT', '/api/account/email', { email, password }),
    changePhone: (phone: string, password: string) => request<null>('PUT', '/api/account/phone', { phone, password }),
    changePassword: (body: ChangePasswordBody) => request<null>('PUT', '/api/account/password', body),
    /** Ends every session, this one too. */
    delete: (password: string) => request<DeletionView>('POST', '/api/account/delete', { password, confirm: 'DELETE' }),

    sessions: async () => (await request<{ sessions: SessionView[] }>('GET', '/api/account/sessions')).sessions,
    endSession: (id: string) => request<null>('DELETE', `/api/account/sessions/${id}`),
    endOtherSessions: () => request<null>('DELETE', '/api/account/sessions'),

    setUpTotp: (password: string) => request<TotpSetup>('POST', '/api/account/totp', { password }),
    /** @returns recovery codes with the account's first second factor */
    confirmTotp: async (code: string) =>
      (await request<{ recoveryCodes: string[] | null }>('POST', '/api/account/totp/confirm', { code })).recoveryCodes,
    removeTotp: (password: string) => request<null>('POST', '/api/account/totp/remove', { password }),
    newRecoveryCodes: async (password: string) =>
      (await request<RecoveryCodesView>('POST', '/api/account/recovery-codes', { password })).recoveryCodes,

    passkeys: async () => (await request<{ passkeys: PasskeyView[] }>('GET', '/api/account/passkeys')).passkeys,
    newPasskeyOptions: async (password: string) =>
      (await request<{ options: PasskeyOptions }>('POST', '/api/account/passkeys/options', { password })).options,
    addPasskey: (body: RegisterPasskeyBody) =>
      request<{ passkey: PasskeyView; recoveryCodes: string[] | null }>('POST', '/api/account/passkeys', body),
    renamePasskey: (id: string, name: string) => request<null>('PATCH', `/api/account/passkeys/${id}`, { name }),
    removePasskey: (id: string, password: string) =>
      request<null>('POST', `/api/account/passkeys/${id}/remove`, { password }),

    keys: async () => (await request<{ keys: ApiKeyView[] }>('GET', '/api/account/keys')).keys,
    createKey: (body: CreateApiKeyBody) => request<ApiKeyCreated>('POST', '/api/account/keys', body),
    deleteKey: (id: string) => request<null>('DELETE', `/api/account/keys/${id}`),
  };
}
