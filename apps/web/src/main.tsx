import { ApiError } from '@octavo/sdk';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { startLanguage } from './i18n/index.ts';
import './lib/theme.ts';
import { forgetWritten } from './features/content/forget-written.ts';
import { finishSignIn } from './lib/reauthentication.ts';
import { sessionStore, subscribe } from './lib/session.ts';
import { watchPerson } from './lib/watch-person.ts';
import { router } from './router.tsx';
import './styles.css';

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // An answer that says no will say no again; a server that cannot be reached may be back in a moment.
      retry: (count, error) =>
        count < 3 && (!(error instanceof ApiError) || error.code === 'network' || error.status >= 500),
    },
  },
});

watchPerson(sessionStore, subscribe, (isSomebodyElse) => {
  if (isSomebodyElse) {
    forgetWritten();
    queryClient.clear();
    // From the sign-in page one goes where one wanted to go.
    const isInside = router.state.matches.some(({ routeId }) => routeId === '/app');
    if (isInside) void router.navigate({ to: '/', ignoreBlocker: true });
  }
  finishSignIn(!isSomebodyElse);
});

// After an update of the server the parts that this page has not loaded yet are gone: the new page has its own. What was
// typed is kept. Once, so that a part that is really missing does not load the page for ever.
window.addEventListener('vite:preloadError', (event) => {
  const at = Number(sessionStorage.getItem('octavo.reloaded-at') ?? 0);
  if (Date.now() - at < 30_000) return;
  event.preventDefault();
  sessionStorage.setItem('octavo.reloaded-at', String(Date.now()));
  window.location.reload();
});

await startLanguage();
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
