import type {
  AttemptText,
  BudgetPeriod,
  BudgetsView,
  BudgetView,
  CancelResult,
  ContentListQuery,
  ContentPage,
  ContentView,
  CreateContentBody,
  ExportFormat,
  EstimateView,
  GenerateBody,
  GenerationAccepted,
  GenerationView,
  JobStatusView,
  LoginBody,
  MediaListQuery,
  MediaPage,
  MediaView,
  Problem,
  ProvidersView,
  RegenerateBody,
  RegisterBody,
  Session,
  Success,
  UpdateContentBody,
  UsageQuery,
  UsageView,
  UserView,
  VersionListQuery,
  VersionPage,
  VersionText,
} from '@octavo/contracts';
import { createAccountCalls } from './accounts.ts';
import { ApiError } from './api-error.ts';
import { batchCalls } from './batches.ts';
import { queryString } from './query-string.ts';
import { createMemoryStore, expiresAtMs, type SessionStore } from './session.ts';

export interface ClientOptions {
  /** Origin of the server; empty for the page's own. */
  baseUrl: string;
  /** Where the session of a person is kept; in memory when it is left out. */
  session?: SessionStore;
  /** For a program: sent in place of a session. */
  apiKey?: string;
  fetch?: typeof fetch;
  /**
   * The session has ended for good. When this resolves to true the same user has signed in again, and the request
   * that found out is repeated.
   */
  onSignedOut?: () => Promise<boolean>;
}

export type Client = ReturnType<typeof createClient>;

/** Renew when the token has less than this left: clocks differ, and requests take time. */
const renewBeforeMs = 30_000;
const lockName = 'octavo-session';

/** A client of the HTTP API, for an API key or a session that renews itself. Throws `ApiError`. */
export function createClient(options: ClientOptions) {
  const { session = createMemoryStore(), apiKey } = options;
  const baseUrl = options.baseUrl.endsWith('/') ? options.baseUrl.slice(0, -1) : options.baseUrl;
  const send = options.fetch ?? ((...args: Parameters<typeof fetch>) => fetch(...args));
  let renewing: Promise<boolean> | undefined;

  async function raw<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    read?: (response: Response) => Promise<T>,
  ): Promise<T> {
    let response: Response;
    try {
      response = await send(baseUrl + path, {
        method,
        headers: {
          accept: read ? '*/*' : 'application/json',
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    } catch (error) {
      throw new ApiError('network', 0, error instanceof Error ? error.message : 'The server cannot be reached');
    }
    if (read && response.ok) {
      return read(response).catch((error: unknown) => {
        throw new ApiError('network', 0, error instanceof Error ? error.message : 'The answer broke off');
      });
    }
    const answer = (await response.json().catch(() => undefined)) as Success<T> | Problem | undefined;
    if (!response.ok || !answer?.success) {
      const retryAfter = response.headers.get('retry-after');
      throw ApiError.fromProblem(answer as Problem | undefined, response.status, retryAfter);
    }
    return answer.data;
  }

  /**
   * A refresh token is good once. Tabs share it, so they take turns, and whoever comes second finds the session
   * renewed already. Where a browser lends no locks (plain HTTP) both ask, and the server gives both the same one.
   * @returns false when the session is over
   */
  async function renewOnce(stale: string): Promise<boolean> {
    const current = session.read();
    if (!current) return false;
    if (current.access_token !== stale) return true;
    // Signed out, or signed in as somebody else, while the answer was on its way: it belongs to nobody here.
    const isStillOurs = () => session.read()?.refresh_token === current.refresh_token;
    try {
      const renewed = await raw<Session>('POST', '/api/auth/refresh', { refresh_token: current.refresh_token });
      if (isStillOurs()) session.write(renewed);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
      if (isStillOurs()) session.write(null);
    }
    return session.read() !== null;
  }

  function renew(stale: string): Promise<boolean> {
    const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
    const inTurn = locks ? () => locks.request(lockName, () => renewOnce(stale)) : () => renewOnce(stale);
    renewing ??= Promise.resolve(inTurn()).finally(() => (renewing = undefined));
    return renewing;
  }

  /** A token that will still be good when it arrives. @throws ApiError unauthorized when there is no session */
  async function accessToken(): Promise<string> {
    if (apiKey !== undefined) return apiKey;
    const token = session.read()?.access_token;
    if (token !== undefined && expiresAtMs(token) - Date.now() > renewBeforeMs) return token;
    if (token !== undefined) await renew(token);
    const renewed = session.read()?.access_token;
    if (renewed !== undefined) return renewed;
    throw new ApiError('unauthorized', 401, 'You are not signed in');
  }

  async function request<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    read?: (response: Response) => Promise<T>,
  ): Promise<T> {
    const owner = session.read()?.user.id;
    // What one person asked for is never sent in another's name.
    const isSomebodyElse = () => owner !== undefined && (session.read()?.user.id ?? owner) !== owner;
    for (let attempt = 0; ; attempt += 1) {
      let token = '';
      try {
        token = await accessToken();
        if (isSomebodyElse()) throw new ApiError('unauthorized', 401, 'Somebody else has signed in');
        return await raw<T>(method, path, body, { ...headers, authorization: `Bearer ${token}` }, read);
      } catch (error) {
        if (!(error instanceof ApiError) || !isAboutToken(error) || attempt >= 2 || isSomebodyElse()) throw error;
        const isRenewed = token !== '' && (await renew(token));
        if (!isRenewed && !(await options.onSignedOut?.())) throw error;
      }
    }
  }

  async function signIn(path: string, body: unknown): Promise<UserView> {
    const started = await raw<Session>('POST', path, body);
    session.write(started);
    return started.user;
  }

  return {
    /** Any route of the API, with the session; `body` goes as JSON. */
    request,
    accessToken,
    register: (body: RegisterBody) => signIn('/api/auth/register', body),
    login: (body: LoginBody) => signIn('/api/auth/login', body),
    async logout() {
      const current = session.read();
      session.write(null);
      if (current)
        await raw('POST', '/api/auth/logout', { refresh_token: current.refresh_token }).catch(() => undefined);
    },
    account: createAccountCalls({ open: raw, request, signIn }),
    me: async () => (await request<{ user: UserView }>('GET', '/api/auth/me')).user,

    /** `idempotencyKey` makes a repeated submit the same submit. */
    generate: (body: GenerateBody, idempotencyKey: string) =>
      request<GenerationAccepted>('POST', '/api/content/generate', body, { 'idempotency-key': idempotencyKey }),
    jobStatus: (jobId: string) => request<JobStatusView>('GET', `/api/content/job/${jobId}/status`),
    generation: (id: string) => request<GenerationView>('GET', `/api/generations/${id}`),
    cancel: (id: string) => request<CancelResult>('POST', `/api/generations/${id}/cancel`),
    retry: (id: string, idempotencyKey: string) =>
      request<GenerationAccepted>('POST', `/api/generations/${id}/retry`, undefined, {
        'idempotency-key': idempotencyKey,
      }),
    regenerate: (contentId: string, change: RegenerateBody, idempotencyKey: string) =>
      request<GenerationAccepted>('POST', `/api/content/${contentId}/regenerate`, change, {
        'idempotency-key': idempotencyKey,
      }),
    attempt: (id: string, attempt: number) => request<AttemptText>('GET', `/api/generations/${id}/attempts/${attempt}`),
    acceptAttempt: (id: string, attempt: number) =>
      request<ContentView>('POST', `/api/generations/${id}/attempts/${attempt}/accept`),
    providers: () => request<ProvidersView>('GET', '/api/providers'),

    listContent: (query: ContentListQuery = {}) => request<ContentPage>('GET', `/api/content${queryString(query)}`),
    content: (id: string) => request<ContentView>('GET', `/api/content/${id}`),
    createContent: (body: CreateContentBody) => request<ContentView>('POST', '/api/content', body),
    updateContent: (id: string, body: UpdateContentBody) => request<ContentView>('PUT', `/api/content/${id}`, body),
    deleteContent: (id: string) => request<null>('DELETE', `/api/content/${id}`),
    restoreContent: (id: string) => request<ContentView>('POST', `/api/content/${id}/restore`),
    /** For good: only what is deleted already. */
    eraseContent: (id: string) => request<null>('POST', `/api/content/${id}/erase`),
    /** The content as a file that says where its words come from. */
    exportContent: (id: string, format: ExportFormat) =>
      request<Blob>('GET', `/api/content/${id}/export?format=${format}`, undefined, {}, (response) => response.blob()),
    listVersions: (id: string, query: VersionListQuery = {}) =>
      request<VersionPage>('GET', `/api/content/${id}/versions${queryString(query)}`),
    version: (id: string, number: number) => request<VersionText>('GET', `/api/content/${id}/versions/${number}`),
    restoreVersion: (id: string, number: number) =>
      request<ContentView>('POST', `/api/content/${id}/versions/${number}/restore`),
    branchVersion: (id: string, number: number) =>
      request<ContentView>('POST', `/api/content/${id}/versions/${number}/branch`),
    dismissVersion: (id: string, number: number) =>
      request<ContentView>('POST', `/api/content/${id}/versions/${number}/dismiss`),

    /** What a generation may cost; nothing is started. */
    estimate: (body: GenerateBody) => request<EstimateView>('POST', '/api/estimate', body),
    usage: (query: Partial<UsageQuery> = {}) => request<UsageView>('GET', `/api/usage${queryString(query)}`),
    budgets: () => request<BudgetsView>('GET', '/api/budgets'),
    /** `scope`: `me`, `server`, `user:<id>` or `provider:<name>`. */
    setBudget: (scope: string, period: BudgetPeriod, limitMicroUsd: number) =>
      request<BudgetView>('PUT', `/api/budgets/${encodeURIComponent(scope)}/${period}`, { limitMicroUsd }),
    removeBudget: (scope: string, period: BudgetPeriod) =>
      request<null>('DELETE', `/api/budgets/${encodeURIComponent(scope)}/${period}`),

    listMedia: (query: MediaListQuery = {}) => request<MediaPage>('GET', `/api/media${queryString(query)}`),
    media: (id: string) => request<MediaView>('GET', `/api/media/${id}`),
    updateMedia: (id: string, alt: string) => request<MediaView>('PATCH', `/api/media/${id}`, { alt }),
    deleteMedia: (id: string) => request<null>('DELETE', `/api/media/${id}`),

    ...batchCalls(request),
  };
}

/** Other answers of 401, such as a wrong password, say nothing of the session. */
function isAboutToken({ code }: ApiError): boolean {
  return code === 'unauthorized' || code === 'token_expired';
}
