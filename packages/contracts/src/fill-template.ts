/** A place is `{{name}}`; a name may be any column of a table: it may hold spaces, and those around it do not count. */
const place = /\{\{([^{}]{1,100})\}\}/g;

/** Puts values into `{{name}}` places. A value is taken as it is: what looks like a place inside it stays as it stands. */
export function fillTemplate(template: string, values: Record<string, string>): string {
  return template.replaceAll(place, (written, inside: string) => {
    const name = inside.trim();
    return Object.hasOwn(values, name) ? (values[name] ?? written) : written;
  });
}

/** The names of a template's places, each as often as it occurs. */
export function placesIn(template: string): string[] {
  return Array.from(template.matchAll(place), ([, inside = '']) => inside.trim());
}
