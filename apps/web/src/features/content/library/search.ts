import type { ContentListQuery } from '@octavo/contracts';
import { contentTypeNames, generationStatuses, maxSearchLength } from '@octavo/contracts/names';

/** Which pieces the library shows. */
export type LibraryFilters = Pick<ContentListQuery, 'q' | 'contentType' | 'status' | 'generationStatus' | 'deleted'>;

/** What stands in the address may be anything; only what makes sense is taken. */
export function libraryFilters(search: Record<string, unknown>): LibraryFilters {
  const contentType = contentTypeNames.find((name) => name === search['contentType']);
  const generationStatus = generationStatuses.find((name) => name === search['generationStatus']);
  const status = (['draft', 'published'] as const).find((name) => name === search['status']);
  // A number in the address is read as one.
  const q = ['string', 'number'].includes(typeof search['q']) ? String(search['q']).trim() : '';
  return {
    ...(q !== '' && { q: q.slice(0, maxSearchLength) }),
    ...(contentType && { contentType }),
    ...(status && { status }),
    ...(generationStatus && { generationStatus }),
    ...(search['deleted'] === 'only' && { deleted: 'only' as const }),
  };
}
