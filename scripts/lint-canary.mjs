// Lints the forbidden imports of lint/canary with the project's own rules and fails unless each is reported: a
// lint rule that matches nothing calls every tree clean.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './lib/root.mjs';

const canary = join(root, 'lint/canary');
// Linted where its paths are those of the real tree, so that the rules meet them as they stand.
const copy = mkdtempSync(join(tmpdir(), 'octavo-canary-'));
try {
  cpSync(canary, copy, { recursive: true });
  const rules = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8'));
  delete rules.$schema;
  rules.ignorePatterns = ['node_modules'];
  writeFileSync(join(copy, '.oxlintrc.json'), JSON.stringify(rules));
  cpSync(join(root, 'tsconfig.json'), join(copy, 'tsconfig.json'));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const { stdout, stderr } = spawnSync('oxlint', ['--format', 'json'], {
    cwd: copy,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  const reported = new Set(
    (JSON.parse(stdout || '{}').diagnostics ?? []).map(({ filename, labels }) => `${filename}:${labels[0]?.span.line}`),
  );
  if (reported.size === 0) console.error(stderr);

  const expected = readdirSync(canary, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      readFileSync(join(canary, file), 'utf8')
        .split('\n')
        .flatMap((line, index) => (line.includes('// forbidden') ? [`${file}:${index + 1}`] : [])),
    );
  const missed = expected.filter((place) => !reported.has(place));
  if (missed.length > 0) {
    console.error(`lint canary: these forbidden lines were not reported:\n  ${missed.join('\n  ')}`);
    process.exit(1);
  }
  console.log(`lint canary: all ${expected.length} forbidden lines are reported`);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
