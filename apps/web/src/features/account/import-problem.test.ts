import { ApiError } from '@octavo/sdk';
import { describe, expect, it } from 'vitest';
import { importProblem } from './import-problem.ts';

describe('a file that is not imported', () => {
  it.each([
    ['is damaged, or is no ZIP', 'noZip'],
    ['holds a file that is no part of an export', 'otherFiles'],
    ['is no export of an account: it has no manifest', 'noManifest'],
    ['is no export of an account that this version can read', 'newer'],
    ['names something that it does not hold', 'broken'],
    ['is not valid in contents: title must be given', 'broken'],
  ])('"%s" is said as %s', (message, problem) => {
    expect(importProblem(new ApiError('validation_failed', 400, '', [{ path: 'body', message }]))).toBe(problem);
  });

  it('an error of another kind keeps its own words', () => {
    expect(importProblem(new ApiError('payload_too_large', 413, ''))).toBeUndefined();
    expect(importProblem(new Error('broken'))).toBeUndefined();
  });
});
