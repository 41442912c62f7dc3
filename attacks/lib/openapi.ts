/** What the attacks know of the API is what it says of itself: a route that is added is attacked without anybody's help. */

export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  examples?: unknown[];
}

interface Parameter {
  in: 'path' | 'query' | 'header';
  name: string;
  schema: Schema;
}

export interface Operation {
  /** `POST /api/content/{id}` */
  name: string;
  method: string;
  path: string;
  needsToken: boolean;
  parameters: Parameter[];
  body: Schema | undefined;
  /** What the document shows as a body that the route takes. */
  example: Record<string, unknown> | undefined;
}

interface Document {
  paths: Record<
    string,
    Record<
      string,
      {
        security?: Array<Record<string, string[]>>;
        parameters?: Parameter[];
        requestBody?: { content: Record<string, { schema: Schema }> };
      }
    >
  >;
}

export async function readOperations(serverUrl: string): Promise<Operation[]> {
  const document = (await (await fetch(`${serverUrl}/api/openapi.json`)).json()) as Document;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [], parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        needsToken: security.some((one) => 'bearer' in one),
        parameters,
        body: schema?.anyOf?.[0] ?? schema,
        example: schema?.examples?.[0] as Record<string, unknown> | undefined,
      };
    }),
  );
}

/** Parts of paths that are no ids. */
const fixed: Record<string, string> = {
  attempt: '1',
  number: '1',
  scope: 'me',
  period: 'day',
  variant: 'large',
  name: 'xai',
};

/** Fills `{id}` and the like. */
export function fillPath({ path }: Operation, value: (name: string) => string): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(fixed[name] ?? value(name)));
}

/** A small value that the schema takes; `known` has those of fields whose rules are in no schema, by name. */
export function sampleOf(schema: Schema, known: Record<string, unknown> = {}, name = ''): unknown {
  if (name in known) return known[name];
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return sampleOf(schema.anyOf[0] ?? {}, known, name);
  switch (schema.type) {
    case 'object': {
      const fields = Object.entries(schema.properties ?? {}).filter(
        ([field]) => (schema.required ?? []).includes(field) || field in known,
      );
      return Object.fromEntries(fields.map(([field, one]) => [field, sampleOf(one, known, field)]));
    }
    case 'array':
      return [sampleOf(schema.items ?? {}, known, name)];
    case 'integer':
    case 'number':
      return schema.minimum ?? 0;
    case 'boolean':
      return true;
    default:
      return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
  }
}

/** Names of the string fields of a body that are free text. */
export function stringFields(schema: Schema | undefined): string[] {
  return Object.entries(schema?.properties ?? {}).flatMap(([name, { type, enum: values }]) =>
    type === 'string' && !values ? [name] : [],
  );
}
