import { ApiError } from '@octavo/sdk';

type ImportProblem = 'noZip' | 'otherFiles' | 'noManifest' | 'newer' | 'broken';

/** Why the server does not take a file as an export; undefined when the error is about something else. */
export function importProblem(error: unknown): ImportProblem | undefined {
  if (!(error instanceof ApiError) || error.code !== 'validation_failed') return undefined;
  const said = error.fields.find(({ path }) => path === 'body')?.message;
  if (said === undefined) return undefined;
  if (said === 'is damaged, or is no ZIP') return 'noZip';
  if (said === 'holds a file that is no part of an export') return 'otherFiles';
  if (said.startsWith('is no export of an account:')) return 'noManifest';
  return said.startsWith('is no export') ? 'newer' : 'broken';
}
