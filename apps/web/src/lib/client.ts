import { createClient } from '@octavo/sdk';
import { askToSignIn } from './reauthentication.ts';
import { sessionStore } from './session.ts';

export const client = createClient({ baseUrl: '', session: sessionStore, onSignedOut: askToSignIn });
