// Fails when the lockfile would let anybody but its hashes decide what is installed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './lib/root.mjs';

/** What is wrong with a lockfile and with the settings that npm reads beside it, a line each. */
export function problemsOf(lockfile, npmrc) {
  const problems = [];
  if (lockfile.lockfileVersion !== 3) problems.push(`lockfileVersion is ${lockfile.lockfileVersion}, not 3`);
  if (!/^ignore-scripts=true$/m.test(npmrc)) problems.push('.npmrc does not say ignore-scripts=true');
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    if (!path.includes('node_modules/')) continue;
    // A workspace of this repository.
    if (entry.link && /^(apps|packages)\/[\w-]+$/.test(entry.resolved)) continue;
    // Whoever installs says where from; an address in here would say it for him.
    if (entry.resolved !== undefined) problems.push(`${path} names an address: ${entry.resolved}`);
    if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(entry.version ?? ''))
      problems.push(`${path} has no plain version: ${entry.version}`);
    // npm leaves the hash out for binaries of platforms on which the lockfile was never installed.
    const isForAnotherPlatform = entry.optional && (entry.os || entry.cpu);
    if (!entry.integrity?.startsWith('sha512-') && !isForAnotherPlatform)
      problems.push(`${path} has no sha512 integrity`);
  }
  for (const [path, { dependencies, devDependencies, optionalDependencies }] of Object.entries(lockfile.packages)) {
    if (path.includes('node_modules/')) continue;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      if (!/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(version))
        problems.push(`${path || 'the root'} asks for ${name} ${version}, not for one version`);
    }
  }
  return problems;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const read = (name) => readFileSync(join(root, name), 'utf8');
  const problems = problemsOf(JSON.parse(read('package-lock.json')), read('.npmrc'));
  for (const problem of problems) console.error(`package-lock.json: ${problem}`);
  process.exit(problems.length === 0 ? 0 : 1);
}
