export interface FoundServer {
  name: string;
  /** With `/v1`, without a slash at the end. */
  baseUrl: string;
  models: string[];
  /** Named in the settings, not found. */
  isConfigured: boolean;
  /** It answered when it was asked last. */
  isAnswering: boolean;
}

/** Somebody who keeps an eye on one server. */
export interface Search {
  /** The first look is over. */
  ready: Promise<void>;
  found(): FoundServer | undefined;
  stop(): void;
}
