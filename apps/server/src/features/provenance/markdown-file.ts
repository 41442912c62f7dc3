import type { ContentView } from '@octavo/contracts';

/** What every exported file says of where its words come from, in the same words. */
export function provenanceFacts({
  id,
  version,
  provenance,
}: Pick<ContentView, 'id' | 'version' | 'provenance'>): Array<[name: string, value: string]> {
  const pairs: Array<[string, string | null | undefined]> = [
    ['exportedBy', 'Octavo'],
    ['contentId', id],
    ['version', String(version)],
    ['provider', provenance?.provider],
    ['model', provenance?.model],
    ['at', provenance?.at],
    ['hash', provenance?.hash],
    ['digitalSourceType', provenance?.digitalSourceType],
  ];
  return pairs.filter((pair): pair is [string, string] => typeof pair[1] === 'string');
}

/** A text as Markdown, unchanged behind YAML front matter that tells its provenance. */
export function markdownFile(
  content: Pick<ContentView, 'id' | 'version' | 'provenance' | 'title' | 'contentType' | 'generatedText'>,
): string {
  // A JSON string is a YAML string.
  const lines = provenanceFacts(content).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  const front = [`title: ${JSON.stringify(content.title)}`, `type: ${content.contentType}`, 'provenance:', ...lines];
  return `---\n${front.join('\n')}\n---\n\n${content.generatedText}`;
}
