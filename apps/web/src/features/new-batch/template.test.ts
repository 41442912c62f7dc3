import { describe, expect, it } from 'vitest';
import { emptyPiece } from '../create/new-piece.ts';
import { TableProblem, toSource } from './read-source.ts';
import { fillPiece, findBatchProblems, placesOf, toNewBatch, unknownPlaces } from './template.ts';

const piece = { ...emptyPiece(), title: 'A day in {{ city }}', prompt: 'See {{city}} with {{who}} {{wish}}' };
const form = { piece, name: ' Cities ', pace: '', cap: '' };
const table = { columns: ['city', 'who'], rows: [{ city: 'Porto', who: '{{city}}' }] };

describe('the template of a batch', () => {
  it('names each of its columns once', () => {
    expect(placesOf(piece)).toEqual(['city', 'who', 'wish']);
    const story = { ...piece, contentType: 'story' as const, story: { ...piece.story, genre: '{{genre}}' } };
    expect(placesOf(story)).toContain('genre');
    expect(placesOf({ ...story, contentType: 'blog' })).not.toContain('genre');
  });

  it('names by field what the table does not have', () => {
    expect([...unknownPlaces(piece, ['city'])]).toEqual([['prompt', ['who', 'wish']]]);
    expect([...unknownPlaces({ ...piece, title: '{{cty}}' }, ['city', 'who', 'wish'])]).toEqual([['title', ['cty']]]);
    expect(unknownPlaces(piece, undefined).size).toBe(0);
  });

  it('is filled in with a row as the server does it: no value is looked into again', () => {
    expect(fillPiece(piece, table.rows[0]!)).toEqual({
      title: 'A day in Porto',
      texts: ['See Porto with {{city}} {{wish}}'],
    });
  });

  it('becomes a request with the table as it came', () => {
    expect(toNewBatch(form, { csv: 'city,who\nPorto,x' })).toEqual({
      title: 'Cities',
      contentType: 'blog',
      template: { title: piece.title, prompt: piece.prompt },
      csv: 'city,who\nPorto,x',
    });
    expect(toNewBatch({ ...form, pace: '30', cap: '0,50' }, { rows: table.rows })).toMatchObject({
      rows: table.rows,
      rowsPerMinute: 30,
      maxCostUsd: 0.5,
    });
  });

  it('says what is missing or cannot be understood', () => {
    expect(findBatchProblems(form, table)).toEqual({});
    expect(findBatchProblems({ ...form, name: ' ', pace: '1.5', cap: 'much' }, undefined)).toEqual({
      name: 'required',
      pace: 'badPace',
      cap: 'badCap',
      table: 'table',
    });
    expect(findBatchProblems({ ...form, pace: '601' }, table)).toEqual({ pace: 'badPace' });
    const image = { ...emptyPiece(), contentType: 'image' as const, prompt: '{{city}}' };
    expect(findBatchProblems({ ...form, piece: image }, table)).toEqual({ title: 'required' });
  });
});

describe('a table', () => {
  it('is CSV unless it looks like JSON', () => {
    expect(toSource('a,b\n1,2')).toEqual({ csv: 'a,b\n1,2' });
    expect(toSource('\uFEFF [{"a":1}]')).toEqual({ rows: [{ a: 1 }] });
  });

  it.each(['[{"a":1}', '{"a":1}'])('is refused in words when it is %s', (text) => {
    expect(() => toSource(text)).toThrow(new TableProblem('badJson'));
  });

  it('is refused when it is larger than a request may be', () => {
    expect(() => toSource(`a\n${'x'.repeat(2_000_000)}`)).toThrow(new TableProblem('tooLarge', 2_000_005));
  });
});
