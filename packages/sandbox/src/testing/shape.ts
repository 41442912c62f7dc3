/** Every path of a JSON value with the types found there: `usage.total_tokens` → number, `output[].type` → string. */
export type Shape = Map<string, Set<string>>;

export function shapeOf(...values: unknown[]): Shape {
  const shape: Shape = new Map();
  const visit = (value: unknown, path: string): void => {
    const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
    shape.set(path, (shape.get(path) ?? new Set()).add(type));
    if (Array.isArray(value)) for (const item of value) visit(item, `${path}[]`);
    else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
    }
  };
  for (const value of values) visit(value, '');
  return shape;
}

/** Where ours has another type than the recorded one. Null says nothing about a type, so it never disagrees. */
export function typeConflicts(ours: Shape, recorded: Shape): string[] {
  const conflicts: string[] = [];
  for (const [path, types] of ours) {
    const expected = recorded.get(path);
    if (expected === undefined) continue;
    const wrong = [...types].filter(
      (type) => type !== 'null' && !expected.has(type) && !(expected.size === 1 && expected.has('null')),
    );
    if (wrong.length > 0) conflicts.push(`${path}: ${wrong.join('|')} instead of ${[...expected].join('|')}`);
  }
  return conflicts;
}

/** Paths that the recording has and ours has not. */
export function missingPaths(ours: Shape, recorded: Shape): string[] {
  return [...recorded.keys()].filter((path) => !ours.has(path));
}
