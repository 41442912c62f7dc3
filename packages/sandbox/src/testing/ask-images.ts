import { post, type RawAnswer, type Upstream } from './ask.ts';

/** A PNG, 3 pixels wide and 2 pixels high, in base64. */
export const tinyPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAMAAACqqpYoAAAAA1BMVEXMZjOzuP/JAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAC0lEQVQImWNggAAAAAgAAa9T6iIAAAAASUVORK5CYII=';
export const tinyDataUri = `data:image/png;base64,${tinyPng}`;

/** How each upstream is asked for an image, without any SDK in between. */
const requests: Record<Upstream, (prompt: string, ratio?: string) => { path: string; body: unknown }> = {
  xai: (prompt, ratio) => ({
    path: '/v1/images/generations',
    body: { model: 'grok-imagine-image', prompt, n: 1, response_format: 'b64_json', aspect_ratio: ratio },
  }),
  google: (prompt, ratio) => ({
    path: '/v1beta/models/gemini-3.1-flash-image-preview:generateContent',
    body: {
      contents: [{ role: 'user', parts: [{ text: prompt }] }],
      generationConfig: { responseModalities: ['IMAGE'], imageConfig: { aspectRatio: ratio } },
    },
  }),
  openrouter: (prompt, ratio) => ({
    path: '/api/v1/images',
    body: { model: 'bytedance-seed/seedream-4.5', prompt, aspect_ratio: ratio },
  }),
  'openai-compatible': (prompt, ratio) => ({
    path: '/v1/images/generations',
    body: { model: 'octavo-drawing', prompt, n: 1, aspect_ratio: ratio },
  }),
};

export function askForImage(url: string, upstream: Upstream, prompt: string, ratio?: string): Promise<RawAnswer> {
  const { path, body } = requests[upstream](prompt, ratio);
  return post(`${url}${path}`, JSON.stringify(body));
}

/** The images of an answer in the words of any upstream. */
export function imagesOf({ json }: RawAnswer): Buffer[] {
  const { data = [], candidates = [] } = json as {
    data?: Array<{ b64_json?: string | null }>;
    candidates?: Array<{ content?: { parts: Array<{ inlineData?: { data: string } }> } }>;
  };
  const inParts = candidates.flatMap(({ content }) => content?.parts.map(({ inlineData }) => inlineData?.data) ?? []);
  return [...data.map((image) => image.b64_json), ...inParts]
    .filter((image) => typeof image === 'string')
    .map((image) => Buffer.from(image, 'base64'));
}
