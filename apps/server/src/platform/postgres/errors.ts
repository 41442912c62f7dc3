/** The embedded PostgreSQL cannot run; the message is one line that says why and what to do. */
export class PostgresError extends Error {
  override readonly name = 'PostgresError';
}

const maxReasonLength = 500;

/**
 * Why PostgreSQL gave up, in one line, out of everything a start of it has printed: its first fatal message with what it
 * says about that, for other messages only follow from it; else all it said.
 */
export function reasonIn(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  // Whoever asks too early is told that it is starting up: no reason to stop.
  const index = lines.findIndex((line) => /\b(?:FATAL|PANIC|error): (?! *the database system is )/.test(line));
  const told = index === -1 ? lines : [lines[index] ?? '', ...detailsAfter(lines, index)];
  return told.map(withoutPrefix).join(' ').slice(0, maxReasonLength) || 'it said nothing';
}

function detailsAfter(lines: string[], index: number): string[] {
  const rest = lines.slice(index + 1);
  const end = rest.findIndex((line) => !/\b(?:DETAIL|HINT): /.test(line));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Without the time, the process and the kind of message. */
function withoutPrefix(line: string): string {
  return line.replace(/^.*?\b(?:FATAL|PANIC|error|DETAIL|HINT): +/, '');
}
