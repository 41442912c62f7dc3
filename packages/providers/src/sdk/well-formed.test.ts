import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWellFormer } from './well-formed.ts';

describe('well-formed deltas', () => {
  it('gives the whole text back, wherever it was cut', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.array(fc.nat(50)), (text, cuts) => {
        const clean = text.replaceAll('\u0000', '');
        const former = createWellFormer();
        const places = [...new Set(cuts.map((cut) => cut % (clean.length + 1)))].toSorted((a, b) => a - b);
        const parts = [0, ...places].map((from, index) => clean.slice(from, places[index] ?? clean.length));
        const out = parts.map((part) => former.push(part));
        former.end();
        expect(out.join('')).toBe(clean);
        expect(out.every((part) => part.isWellFormed())).toBe(true);
      }),
    );
  });

  it('gives the same for any text, however broken, as if it had come in one piece', () => {
    const anything = fc.array(fc.constantFrom('a', '茶', '🍵', '\u0000', '\ud83d', '\ude00', '\udbff'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 6 }), (deltas) => {
        const former = createWellFormer();
        const out = deltas.map((delta) => former.push(delta.join(''))).join('');
        const whole = deltas.flat().join('');
        expect(out).toBe(whole.replaceAll(/\p{Surrogate}/gu, '').replaceAll('\u0000', ''));
        expect(out.isWellFormed()).toBe(true);
      }),
    );
  });

  it('leaves out what cannot be stored', () => {
    const former = createWellFormer();
    expect([former.push('a\u0000b'), former.push('\ud83d'), former.push('x'), former.push('\ude00y')]).toEqual([
      'ab',
      '',
      'x',
      'y',
    ]);
  });
});
