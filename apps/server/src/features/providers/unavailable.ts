import { ProviderNotAvailable } from '@octavo/providers';
import { AppError } from '#platform/http';

/** Tells the author of a request that the provider it wishes for is not set up here. @throws AppError provider_unavailable, or what else it is given */
export function refuseUnavailable(error: unknown): never {
  if (!(error instanceof ProviderNotAvailable)) throw error;
  const { message } = error;
  throw new AppError('provider_unavailable', message, { fields: [{ path: 'body.provider', message }] });
}
