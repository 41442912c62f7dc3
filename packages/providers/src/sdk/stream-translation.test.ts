import { type Sandbox, startSandbox } from '@octavo/sandbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerationRequest, ProviderError, type ProviderPart } from '../provider.ts';
import { createProviders, type Providers } from '../registry.ts';
import { type Adapter, adapters, type Failure, textFailures } from '../testing/contract.ts';
import { settingsFor } from '../testing/settings.ts';
import { checkTranslation } from '../translation/index.ts';
import { streamTranslation } from './stream-translation.ts';

type TranslationRequest = Extract<GenerationRequest, { contentType: 'translation' }>;

const request = (text: string, target = 'spa_Latn', source?: string): TranslationRequest => ({
  contentType: 'translation',
  title: 'Tea',
  prompt: '',
  model: 'octavo-sample',
  seed: 7,
  input: { text, target, source },
});

async function read(parts: AsyncIterable<ProviderPart>, onText?: (text: string) => void) {
  const deltas: string[] = [];
  const finishes: Array<Extract<ProviderPart, { type: 'finish' }>> = [];
  let error: unknown;
  try {
    for await (const part of parts) {
      if (part.type === 'delta') {
        deltas.push(part.text);
        onText?.(part.text);
      } else if (part.type === 'finish') finishes.push(part);
    }
  } catch (caught) {
    error = caught;
  }
  return { deltas, text: deltas.join(''), finishes, error };
}

const paragraph = (number: number) =>
  `Paragraph ${number}: green tea for {{name}} needs [water](https://example.org/${number}) of 80 °C, **not** boiling. `
    .repeat(9)
    .trim();
const long = Array.from({ length: 12 }, (_, index) => `## Part ${index}\n\n${paragraph(index)}`).join('\n\n');

describe('through real calls', () => {
  let sandbox: Sandbox;
  let providers: Providers;
  beforeAll(async () => {
    sandbox = await startSandbox({ tokensPerSecond: 0, record: true });
    providers = createProviders(settingsFor(sandbox.url));
  });
  afterAll(async () => {
    await providers.close();
    await sandbox.close();
  });
  const provider = (name: Adapter) => providers.candidates('translation', { provider: name })[0]!.provider;
  const never = new AbortController().signal;

  it.each(adapters)('%s translates a long text in several calls, one stream and one finish', async (name) => {
    const before = sandbox.requests.length;
    const { text, deltas, finishes, error } = await read(provider(name).stream(request(long), { signal: never }));
    expect(error).toBeUndefined();
    const calls = sandbox.requests.length - before;
    expect(calls).toBeGreaterThan(2);
    expect(deltas.length).toBeGreaterThan(12);
    expect(finishes).toMatchObject([{ finishReason: 'stop' }]);
    expect(finishes[0]!.usage.inputTokens).toBeGreaterThan(calls * 100);
    expect(finishes[0]!.usage.outputTokens).toBeGreaterThan(500);

    const shape = (markdown: string) => markdown.replaceAll('[SAMPLE] ', '').replaceAll(/\p{L}+/gu, 'x');
    expect(shape(text)).toBe(shape(long));
    expect(text.match(/\{\{name\}\}/g)).toHaveLength(108);
    expect(text).toContain('](https://example.org/11)');
    expect(text).toContain('[SAMPLE]');
    expect(checkTranslation(long, text, 'spa_Latn')).toEqual({ ok: true });
  });

  it('says source, target and rules in each call, and nothing that must survive', async () => {
    const before = sandbox.requests.length;
    await read(provider('sandbox').stream(request(`Hello {{secret}}, ${long}`, 'deu_Latn'), { signal: never }));
    for (const { body } of sandbox.requests.slice(before)) {
      expect(JSON.stringify(body)).toContain('English (eng_Latn)');
      expect(JSON.stringify(body)).toContain('German (deu_Latn)');
      expect(JSON.stringify(body)).toContain('Repeat each of them exactly once');
      expect(JSON.stringify(body)).not.toMatch(/secret|example\.org/);
    }
  });

  it('lets the user say the source', async () => {
    await read(provider('sandbox').stream(request('Die Katze', 'eng_Latn', 'deu_Latn'), { signal: never }));
    expect(JSON.stringify(sandbox.requests.at(-1)?.body)).toContain('German (deu_Latn)');
  });

  it.each([
    ['arb_Arab', 'Arab'],
    ['rus_Cyrl', 'Cyrl'],
    ['zho_Hans', 'Han'],
    ['kor_Hang', 'Hangul'],
  ])('the sample for %s passes as one', async (target, script) => {
    const { text } = await read(provider('sandbox').stream(request(long, target), { signal: never }));
    expect(text).toMatch(new RegExp(String.raw`\p{Script=${script}}`, 'u'));
    expect(checkTranslation(long, text, target)).toEqual({ ok: true });
  });

  it('a failure in a later chunk is that of the call, with everything before it in the stream', async () => {
    const { text, finishes, error } = await read(
      provider('sandbox').stream(request(`${long}\n\n[sandbox:429 retry-after=7] the last line`), { signal: never }),
    );
    expect(error).toMatchObject({ code: 'provider_rate_limited', retryAfterMs: 7000 });
    expect(finishes).toEqual([]);
    expect(text.length).toBeGreaterThan(1000);
  });

  const unmarked: Failure[] = [
    ['empty', ['quality_structure', true]],
    ['repeat', ['quality_structure', true]],
  ];
  describe.each(adapters)('%s', (name) => {
    const ask = (fault: string) =>
      read(provider(name).stream(request(`Tea for **two**.\n\nWait a moment. [sandbox:${fault}]`), { signal: never }));

    it.each([...textFailures, ...unmarked])('%s', async (fault, expected, but) => {
      const { error, finishes } = await ask(fault);
      const [code, isRetryable, retryAfterMs] = but?.[name] ?? expected;
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({ code, isRetryable, provider: name });
      expect((error as ProviderError).retryAfterMs).toBe(retryAfterMs);
      expect(finishes).toEqual([]);
    });

    it('says how a translation ended that was cut off or refused', async () => {
      expect((await ask('length')).finishes).toMatchObject([{ finishReason: 'length' }]);
      expect((await ask('refuse after=4')).finishes).toMatchObject([{ finishReason: 'content-filter' }]);
      const refused = await ask('refuse');
      if (name === 'openrouter') expect(refused.error).toMatchObject({ code: 'provider_refused', isRetryable: false });
      else expect(refused.finishes).toMatchObject([{ finishReason: 'content-filter' }]);
    });
  });

  it('a model that repeats the request has translated nothing', async () => {
    const text = 'Green tea should be brewed with water that is not quite boiling.';
    const { text: out, error } = await read(
      provider('sandbox').stream(request(`${text} [sandbox:echo]`), { signal: never }),
    );
    expect(error).toBeUndefined();
    expect(checkTranslation(`${text} [sandbox:echo]`, out, 'spa_Latn')).toMatchObject({ code: 'quality_echo' });
  });

  it('ends with the reason of the caller who aborts, and asks no further', async () => {
    const abort = new AbortController();
    const before = sandbox.requests.length;
    const { error, finishes } = await read(provider('sandbox').stream(request(long), { signal: abort.signal }), () =>
      abort.abort('enough'),
    );
    expect(error).toBe('enough');
    expect(finishes).toEqual([]);
    expect(sandbox.requests.length).toBe(before + 1);
  });

  it('a clock that runs out ends it', async () => {
    const impatient = createProviders(
      settingsFor(sandbox.url, { timeouts: { firstChunkMs: 60_000, chunkMs: 150, totalMs: 60_000, imageMs: 60_000 } }),
    );
    const [chosen] = impatient.candidates('translation', { provider: 'sandbox' });
    const { error } = await read(
      chosen!.provider.stream(request('Tea for two [sandbox:stall after=1]'), { signal: never }),
    );
    expect(error).toMatchObject({ code: 'provider_timeout', isRetryable: true });
    await impatient.close();
  });
});

describe('a model that', () => {
  const usage = (billedMicroUsd?: number) => ({
    inputTokens: 10,
    outputTokens: 5,
    ...(billedMicroUsd !== undefined && { billedMicroUsd }),
  });
  type Answer = { says: string; ends?: 'stop' | 'length' | 'content-filter'; billed?: number };
  /** Answers of a model in turn; `asked` are the lines it was asked for. */
  function scripted(...answers: Answer[]) {
    const asked: string[] = [];
    const call = async function* (chunk: TranslationRequest): AsyncGenerator<ProviderPart> {
      const { says, ends = 'stop', billed } = answers[asked.length] ?? { says: '' };
      asked.push(chunk.input.text);
      for (const letter of says) yield { type: 'delta', text: letter };
      yield { type: 'finish', finishReason: ends, usage: usage(billed), warnings: ['seed is not supported'] };
    };
    return { asked, call };
  }
  const text = '# Tea\n\nTake **two** cups.\n\n- Wait\n';

  it('loses a mark is asked for that line once more', async () => {
    const { asked, call } = scripted(
      { says: '⟦#1⟧ Té\n⟦#2⟧ Toma dos tazas.\n⟦#3⟧ Espera', billed: 100 },
      { says: 'Toma ⟦1⟧dos⟦2⟧ tazas.', billed: 23 },
    );
    const { text: out, deltas, finishes } = await read(streamTranslation('xai', request(text), call));
    expect(asked).toEqual(['⟦#1⟧ Tea\n⟦#2⟧ Take ⟦1⟧two⟦2⟧ cups.\n⟦#3⟧ Wait', '⟦#1⟧ Take ⟦1⟧two⟦2⟧ cups.']);
    expect(out).toBe('# Té\n\nToma **dos** tazas.\n\n- Espera\n');
    expect(deltas[0]).toBe('# ');
    expect(finishes).toEqual([
      {
        type: 'finish',
        finishReason: 'stop',
        usage: { inputTokens: 20, outputTokens: 10, billedMicroUsd: 123 },
        warnings: ['seed is not supported'],
      },
    ]);
  });

  it('loses it again fails as such, with what it has cost', async () => {
    const { asked, call } = scripted(
      { says: '⟦#1⟧ Té\n⟦#2⟧ Toma dos tazas.\n⟦#3⟧ Espera', billed: 100 },
      { says: '⟦#1⟧ Toma ⟦1⟧dos tazas.' },
    );
    const { text: out, error, finishes } = await read(streamTranslation('xai', request(text), call));
    expect(asked).toHaveLength(2);
    expect(error).toBeInstanceOf(ProviderError);
    // One call did not say what it cost, so the sum is not known.
    expect(error).toMatchObject({
      code: 'quality_structure',
      isRetryable: true,
      usage: { inputTokens: 20, outputTokens: 10 },
    });
    expect((error as ProviderError).usage).not.toHaveProperty('billedMicroUsd');
    expect(out).toBe('# Té\n\n');
    expect(finishes).toEqual([]);
  });

  it('is cut off is asked for what is missing, never for what is there', async () => {
    const { asked, call } = scripted(
      { says: '⟦#1⟧ Té\n⟦#2⟧ Toma ⟦1⟧dos⟦2⟧', ends: 'length' },
      { says: '⟦#1⟧ Toma ⟦1⟧dos⟦2⟧ tazas.\n⟦#2⟧ Espera' },
    );
    const { text: out, finishes } = await read(streamTranslation('xai', request(text), call));
    expect(asked[1]).toBe('⟦#1⟧ Take ⟦1⟧two⟦2⟧ cups.\n⟦#2⟧ Wait');
    expect(out).toBe('# Té\n\nToma **dos** tazas.\n\n- Espera\n');
    expect(finishes).toMatchObject([{ finishReason: 'stop' }]);
  });

  it('is cut off twice says so', async () => {
    const { call } = scripted({ says: '⟦#1⟧ Té', ends: 'length' }, { says: '', ends: 'length' });
    expect((await read(streamTranslation('xai', request(text), call))).finishes).toMatchObject([
      { finishReason: 'length' },
    ]);
  });

  it('refuses ends there', async () => {
    const { asked, call } = scripted({ says: '⟦#1⟧ Té\n⟦#2', ends: 'content-filter' });
    const { finishes } = await read(streamTranslation('xai', request(text), call));
    expect(finishes).toMatchObject([{ finishReason: 'content-filter' }]);
    expect(asked).toHaveLength(1);
  });

  it('is not needed for a text without words', async () => {
    const { asked, call } = scripted();
    const code = '```\nlet tea = 1;\n```\n';
    expect(await read(streamTranslation('xai', request(code), call))).toMatchObject({
      text: code,
      finishes: [{ finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 } }],
    });
    expect(asked).toEqual([]);
  });
});
