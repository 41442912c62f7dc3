import {
  type BatchPreview,
  type BatchTemplate,
  fillTemplate,
  type GenerateBody,
  generateBody,
  placesIn,
} from '@octavo/contracts';
import { createProblems } from './problems.ts';
import type { Table } from './read-table.ts';

/** What all rows of a batch have in common. */
export interface RowKind {
  contentType: GenerateBody['contentType'];
  template: BatchTemplate;
  provider: string | null;
  model: string | null;
}

type Values = Record<string, string>;

/**
 * What each row asks for, ready to be submitted.
 * @throws AppError validation_failed naming the places without a column, and rows and columns
 */
export function fillRows(kind: RowKind, table: Table): GenerateBody[] {
  const problems = createProblems();
  const places = placesOf(kind.template);
  for (const place of places) {
    if (table.columns.includes(place)) continue;
    problems.add('body.template', `no column is called {{${place}}}; there are ${table.columns.join(', ')}`);
  }
  problems.throwIfAny();
  const requests: GenerateBody[] = [];
  for (const [index, values] of table.rows.entries()) {
    const row = `row ${index + 1}`;
    const missing = places.filter((place) => !Object.hasOwn(values, place));
    for (const place of missing) problems.add(`body.rows.${index}`, `${row}: column {{${place}}} is missing`);
    if (missing.length > 0) continue;
    const { request, wrong } = fillRow(kind, values);
    if (request) requests.push(request);
    else for (const message of wrong) problems.add(`body.rows.${index}`, `${row}: ${message}`);
  }
  problems.throwIfAny();
  return requests;
}

/** The request of one row, or what is wrong with it in words. */
export function fillRow(
  kind: RowKind,
  values: Values,
): { request: GenerateBody; wrong?: never } | { request?: never; wrong: string[] } {
  const { contentType, provider, model } = kind;
  const body: Record<string, unknown> = {
    contentType,
    ...fill(kind.template, values),
    ...(provider !== null && { provider }),
    ...(model !== null && { model }),
  };
  const first = generateBody.safeParse(body);
  if (first.success) return { request: first.data };
  // A table holds text: where a number is wanted, text that is one will do.
  let isChanged = false;
  for (const issue of first.error.issues) {
    if (issue.code === 'invalid_type') isChanged = toNumber(body, issue.path) || isChanged;
  }
  const { data, error } = isChanged ? generateBody.safeParse(body) : first;
  if (data) return { request: data };
  const words = error.issues.map(({ path, message }) => {
    const columns = columnsBehind(kind.template, path);
    return `${path.join('.')} ${message}${columns === '' ? '' : ` (from ${columns})`}`;
  });
  return { wrong: words };
}

export function previewOf(number: number, request: GenerateBody): BatchPreview {
  const { title, prompt } = request;
  return { number, title, prompt, input: ('input' in request && request.input) || null };
}

type Filled = { title: string; prompt: string; input?: Record<string, unknown> };

function fill({ title, prompt, input }: BatchTemplate, values: Values): Filled {
  const fillIn = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(fillIn);
    return typeof part === 'string' ? fillTemplate(part, values) : part;
  };
  return {
    title: fillTemplate(title, values),
    prompt: fillTemplate(prompt, values),
    ...(input && { input: Object.fromEntries(Object.entries(input).map(([name, part]) => [name, fillIn(part)])) }),
  };
}

/** The names of the template's places, each once. */
function placesOf({ title, prompt, input = {} }: BatchTemplate): string[] {
  const texts = [title, prompt, ...Object.values(input).flat()].filter((part) => typeof part === 'string');
  return [...new Set(texts.flatMap(placesIn))];
}

function columnsBehind(template: BatchTemplate, path: PropertyKey[]): string {
  const part = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], template);
  return typeof part === 'string' ? [...new Set(placesIn(part))].map((place) => `{{${place}}}`).join(', ') : '';
}

function toNumber(body: unknown, path: PropertyKey[]): boolean {
  const key = path.at(-1);
  const holder = path.slice(0, -1).reduce<unknown>((at, step) => (at as Record<PropertyKey, unknown>)[step], body);
  if (key === undefined || typeof holder !== 'object' || holder === null) return false;
  const value: unknown = Reflect.get(holder, key);
  return typeof value === 'string' && /^\s*-?\d{1,9}\s*$/.test(value) && Reflect.set(holder, key, Number(value));
}
