import { namedSchemas, shownAs } from '@octavo/contracts';
import { z } from 'zod';

export type JsonSchema = z.core.JSONSchema.BaseSchema;
type Override = NonNullable<z.core.JSONSchemaGeneratorParams['override']>;

const names = new Map<z.core.$ZodType, string>(Object.entries(namedSchemas).map(([name, schema]) => [schema, name]));

/** Patterns stay away: what is sent may still hold what the first step takes out. */
const textLimits = ['minLength', 'maxLength', 'format'] as const;
const numberLimits = ['minimum', 'maximum'] as const;

/**
 * What zod makes of a schema, put right for readers: named schemas are referred to, what is judged in two steps is shown
 * as the second one, numbers in addresses are numbers, and texts that are trimmed first have their limits.
 */
export const improve: Override = ({ zodSchema, jsonSchema, path }) => {
  const name = names.get(zodSchema);
  if (name !== undefined && path.length > 0) return replace(jsonSchema, { $ref: `#/components/schemas/${name}` });
  const shown = shownAs.get(zodSchema);
  if (shown) replace(jsonSchema, toJsonSchema(shown));
  else if (isPipe(zodSchema)) addLimits(jsonSchema, toJsonSchema(zodSchema._zod.def.out));
  // The bounds that every whole number has in JavaScript say nothing.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // Zod leaves these out of a schema that changes its input (trims it, say).
  const { examples, default: usual } = z.globalRegistry.get(zodSchema) ?? {};
  if (Array.isArray(examples)) jsonSchema.examples = examples;
  if (usual !== undefined) jsonSchema.default = usual;
};

/** A schema of what is sent, outside of a route. */
export function toJsonSchema(schema: z.core.$ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: improve });
  return json;
}

export const componentSchemas = Object.fromEntries(
  Object.entries(namedSchemas).map(([name, schema]) => [name, toJsonSchema(schema)]),
);

function replace(jsonSchema: JsonSchema, by: JsonSchema): void {
  for (const key of Object.keys(jsonSchema)) if (key !== 'description') delete jsonSchema[key];
  Object.assign(jsonSchema, by);
}

function isPipe(schema: z.core.$ZodType): schema is z.core.$ZodPipe {
  return schema._zod.def.type === 'pipe';
}

/** What is asked of a value behind its first step is asked of it. */
function addLimits(first: JsonSchema, second: JsonSchema): void {
  const isDigits = first.type === 'string' && first.pattern?.startsWith('^\\d');
  const isNumber = second.type === 'number' || second.type === 'integer';
  if (isDigits && isNumber) {
    delete first.pattern;
    first.type = 'integer';
  }
  const limits = first.type === 'string' ? textLimits : numberLimits;
  Object.assign(first, Object.fromEntries(limits.filter((key) => key in second).map((key) => [key, second[key]])));
}
