export { limitedRoutes, limitRequests } from './limit-requests.ts';
export { createSharedCounters } from './shared-counter.ts';
