/** Puts values into `{{name}}` places. A value is taken as it is: what looks like a place inside it stays as it stands. */
export function fillTemplate(template: string, values: Record<string, string>): string {
  return template.replaceAll(/\{\{(\w+)\}\}/g, (place, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? place) : place,
  );
}
