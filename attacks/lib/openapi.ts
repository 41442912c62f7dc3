/** What the attacks know of the API is what it says of itself: a route that is added is attacked without anybody's help. */

export interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  $ref?: string;
  items?: Schema;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
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
  components: { schemas: Record<string, Schema> };
  paths: Record<
    string,
    Record<
      string,
      {
        security?: Array<Record<string, string[]>>;
        parameters?: Parameter[];
        requestBody?: { content: Record<string, { schema: Schema; example?: Record<string, unknown> }> };
      }
    >
  >;
}

export async function readOperations(serverUrl: string): Promise<Operation[]> {
  const document = (await (await fetch(`${serverUrl}/api/openapi.json`)).json()) as Document;
  const { schemas } = document.components;
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security = [], parameters = [], requestBody }]) => {
      const { schema, example } = requestBody?.content['application/json'] ?? {};
      return {
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        needsToken: security.some((one) => 'bearer' in one),
        parameters,
        body: schema && plain(schema, schemas),
        example,
      };
    }),
  );
}

/** Without references and alternatives: where objects are alternatives, one that has the fields of all. */
function plain(schema: Schema, schemas: Record<string, Schema>): Schema {
  const { $ref, anyOf, oneOf, items, properties, ...rest } = schema;
  if ($ref) return plain(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, schemas);
  const [first, ...others] = [...(anyOf ?? []), ...(oneOf ?? [])].map((one) => plain(one, schemas));
  return {
    ...rest,
    ...(items && { items: plain(items, schemas) }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, plain(one, schemas)])),
    }),
    ...(first && others.reduce(withFieldsOf, first)),
  };
}

function withFieldsOf(schema: Schema, other: Schema): Schema {
  if (!schema.properties || !other.properties) return schema;
  const properties = { ...other.properties, ...schema.properties };
  for (const [name, one] of Object.entries(other.properties)) {
    const own = schema.properties[name];
    if (own) properties[name] = withFieldsOf(own, one);
  }
  return { ...schema, properties };
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

/** Where a body has free text: `title`, `response.id`, `personal.0`. */
export function textFields(schema: Schema | undefined): string[] {
  const { type, enum: values, properties = {}, items, anyOf } = schema ?? {};
  if (anyOf) return textFields(anyOf[0]);
  if (type === 'string') return values ? [] : [''];
  const parts = type === 'array' ? { 0: items ?? {} } : properties;
  return Object.entries(parts).flatMap(([name, part]) =>
    textFields(part).map((path) => (path === '' ? name : `${name}.${path}`)),
  );
}

/** A copy of a body with another value at such a place. */
export function withValue(body: unknown, path: string, value: unknown): Record<string, unknown> {
  const [name = '', ...rest] = path.split('.');
  const copy = (Array.isArray(body) ? [...(body as unknown[])] : { ...(body as object) }) as Record<string, unknown>;
  copy[name] =
    rest.length === 0 ? value : withValue(copy[name] ?? (/^\d+$/.test(rest[0]!) ? [] : {}), rest.join('.'), value);
  return copy;
}
