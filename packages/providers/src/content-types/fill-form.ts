const place = /\{\{(\w+)\}\}/g;
/** Everything that some program shows as the end of a line. */
const lineBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/;

/**
 * Fills in a form: lines with `{{places}}`, in blocks with an empty line between them. A place on a line of its own takes
 * several lines, each with `> ` in front; one behind a label takes one line. So no value can look like another line of
 * the form. A line whose value is missing or blank is left out, and so is a block that has no value at all.
 */
export function fillForm(form: string, values: Record<string, string | undefined>): string {
  const valueOf = (name: string) => (Object.hasOwn(values, name) ? (values[name]?.trim() ?? '') : '');
  return form
    .split('\n\n')
    .map((block) => {
      const lines = block.split('\n').filter((line) => namesIn(line).every((name) => valueOf(name) !== ''));
      return lines.some((line) => namesIn(line).length > 0) ? lines.map(fillLine).join('\n') : '';
    })
    .filter((block) => block !== '')
    .join('\n\n');

  function fillLine(line: string): string {
    const alone = /^\{\{(\w+)\}\}$/.exec(line)?.[1];
    if (alone !== undefined) return quoted(valueOf(alone));
    return line.replaceAll(place, (_, name: string) => valueOf(name).split(lineBreak).join(' '));
  }
}

function namesIn(line: string): string[] {
  return Array.from(line.matchAll(place), ([, name = '']) => name);
}

function quoted(text: string): string {
  return text
    .split(lineBreak)
    .map((line) => `> ${line}`)
    .join('\n');
}
