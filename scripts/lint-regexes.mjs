// Fails when the code holds a regular expression that has not been through recheck, which finds those that take
// polynomially or exponentially long for a text made for that. `node scripts/lint-regexes.mjs --check` puts new ones through.
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';
import { root } from './lib/root.mjs';

const recordFile = join(root, 'lint/regexes.json');
// As large as all our dependencies that only tests need, and wanted only when a pattern is new: not one of them.
const recheck = 'recheck@4.5.0';

/** The regular expressions that stand in a file, as `/source/flags`. Those that are put together are not seen. */
export function literalsIn(file, code) {
  const found = [];
  const { program } = parseSync(file, code);
  new Visitor({
    Literal({ regex }) {
      if (regex)
        found.push({ text: `/${regex.pattern}/${regex.flags}`, source: regex.pattern, flags: regex.flags, file });
    },
  }).visit(program);
  return found;
}

/** What is wrong, a line each: patterns that nobody has looked at, and words about patterns that are gone. */
export function problemsOf(literals, { safe, judged }) {
  const known = new Set([...safe, ...Object.keys(judged)]);
  const used = new Set(literals.map(({ text }) => text));
  return [
    ...literals
      .filter(({ text }) => !known.has(text))
      .map(({ text, file }) => `${file}: ${text} has not been through recheck: node scripts/lint-regexes.mjs --check`),
    ...[...known].filter((text) => !used.has(text)).map((text) => `lint/regexes.json: nobody uses ${text} any more`),
  ];
}

function literals() {
  const patterns = ['apps/*/src/**/*.{ts,tsx}', 'packages/*/src/**/*.ts', 'scripts/**/*.mjs'];
  return globSync(patterns, { cwd: root })
    .filter((file) => !/\.test\.\w+$|\/testing\//.test(file))
    .toSorted()
    .flatMap((file) => literalsIn(file, readFileSync(join(root, file), 'utf8')));
}

/** Those that are new go through recheck; the record then holds what the code holds, if nothing is wrong. */
async function check(all, record) {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-recheck-'));
  try {
    const install = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', recheck];
    const { status } = spawnSync('npm', install, { stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${recheck} could not be installed`);
    const recheckOne = createRequire(join(folder, 'x.js'))('recheck').check;
    const known = new Set([...record.safe, ...Object.keys(record.judged)]);
    const safe = new Set(record.safe);
    let isGood = true;
    for (const { text, source, flags, file } of all) {
      if (known.has(text)) continue;
      known.add(text);
      const answer = await recheckOne(source, flags, { timeout: 60_000 });
      if (answer.status === 'safe') safe.add(text);
      else {
        isGood = false;
        console.error(`${file}: ${text} is ${answer.status}: ${answer.complexity?.summary ?? answer.error?.kind}`);
        if (answer.attack) console.error(`  takes long for ${answer.attack.pattern}`);
      }
    }
    const used = new Set(all.map(({ text }) => text));
    const kept = {
      safe: [...safe].filter((text) => used.has(text)).toSorted((a, b) => (a < b ? -1 : 1)),
      judged: Object.fromEntries(Object.entries(record.judged).filter(([text]) => used.has(text))),
    };
    writeFileSync(recordFile, `${JSON.stringify(kept, null, 2)}\n`);
    return isGood;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const all = literals();
  const record = JSON.parse(readFileSync(recordFile, 'utf8'));
  if (process.argv.includes('--check')) process.exit((await check(all, record)) ? 0 : 1);
  const problems = problemsOf(all, record);
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
