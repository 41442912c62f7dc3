interface Document {
  paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>>;
}

/** Whoever calls the API in a test finds every error answer in its document: the lists of the routes are complete. */
export function createDocumentCheck(url: string) {
  let document: Promise<Document> | undefined;

  return async (method: string, path: string, answer: string): Promise<void> => {
    if (!answer.startsWith('{"type"')) return;
    const { status, code } = JSON.parse(answer) as { status: number; code: string };
    document ??= fetch(`${url}/api/openapi.json`).then((response) => response.json() as Promise<Document>);
    const { paths } = await document;
    const [bare = ''] = path.split('?');
    const template = bare in paths ? bare : Object.keys(paths).find((one) => fits(one, bare));
    const operation = paths[template ?? '']?.[method.toLowerCase()];
    if (!operation || operation.responses[status]?.description.includes(`(\`${code}\`)`)) return;
    throw new Error(`${method} ${template} answers ${status} ${code}, which its document does not say`);
  };
}

function fits(template: string, path: string): boolean {
  const parts = path.split('/');
  const wanted = template.split('/');
  return parts.length === wanted.length && wanted.every((part, index) => part.startsWith('{') || part === parts[index]);
}
