import { describe, expect, it } from 'vitest';
import { createCallCounter } from './call-counter.ts';
import { faults } from './faults.ts';
import { parseDirective } from './parse-directive.ts';

describe('parseDirective', () => {
  it('leaves a prompt without a directive alone', () => {
    for (const prompt of [
      'Tea',
      'A [sandbox] of wood',
      '[sandbox:never closed',
      ' [sandbox:cut\n',
      `[sandbox:${'x'.repeat(400)}]`,
    ]) {
      expect(parseDirective(prompt)).toEqual({ directive: undefined, rest: prompt });
    }
  });

  it('reads a fault with its keys wherever it stands, and takes it out', () => {
    const { directive, rest } = parseDirective(
      'Tea in\nspring [SANDBOX:429 retry-after=1.5 times=2 after=7 rate=20 delay=5 words=40 only=google] and autumn',
    );
    expect(rest).toBe('Tea in\nspring and autumn');
    expect(directive).toEqual({
      fault: '429',
      retryAfterS: 1.5,
      times: 2,
      after: 7,
      tokensPerSecond: 20,
      delayMs: 5,
      words: 40,
      only: 'google',
    });
  });

  it('knows every fault by its name, and ok as none', () => {
    expect(faults.map((fault) => parseDirective(`[sandbox:${fault}]`).directive?.fault)).toEqual([...faults]);
    expect(parseDirective('[sandbox:ok words=9]').directive).toMatchObject({ fault: undefined, words: 9 });
  });

  it.each([
    '[sandbox:teapot]',
    '[sandbox:cut afetr=3]',
    '[sandbox:cut after=x]',
    '[sandbox:cut after=1.5]',
    '[sandbox:cut after=-1]',
    '[sandbox:cut only=me]',
  ])('refuses %s instead of passing over a typing mistake', (prompt) => {
    expect(() => parseDirective(prompt)).toThrow(/^sandbox: /);
  });
});

describe('createCallCounter', () => {
  it('counts exact prompts, and forgets the oldest when there are very many', () => {
    const counter = createCallCounter();
    expect([counter.next('a'), counter.next('a'), counter.next('b'), counter.next('a')]).toEqual([1, 2, 1, 3]);
    for (let index = 0; index < 10_000; index++) counter.next(`other ${index}`);
    expect(counter.next('a')).toBe(1);
    expect(counter.next('other 9999')).toBe(2);
  });
});
