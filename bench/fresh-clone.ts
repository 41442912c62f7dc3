import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GenerationView, Success } from '@octavo/contracts';
import { freePort } from '../apps/server/src/testing/redis.ts';
import type { Figure } from './lib/figures.ts';
import { repositoryRoot } from './lib/program.ts';
import { signUp } from './lib/user.ts';

/** What a stranger does: clone, `npm start` with an empty npm cache, and the first word of a story. */
export async function benchFreshClone(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-clone-'));
  const clone = join(folder, 'octavo');
  const port = await freePort();
  const startedAt = performance.now();
  execFileSync('git', ['clone', '--quiet', repositoryRoot, clone]);
  const env = {
    ...process.env,
    PORT: String(port),
    npm_config_cache: join(folder, 'npm-cache'),
    LOCAL_SERVER_DISCOVERY: 'off',
  };
  const start = spawn('npm', ['start', '--silent'], {
    cwd: clone,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  try {
    const marks: Record<string, number> = {};
    await new Promise<void>((resolve, reject) => {
      const listen = (chunk: Buffer): void => {
        for (const mark of ['Installing', 'Building', 'ready at']) {
          if (String(chunk).includes(mark)) marks[mark] = performance.now();
        }
        if (marks['ready at'] !== undefined) resolve();
      };
      start.stdout.on('data', listen);
      start.stderr.on('data', listen);
      start.on('exit', (code) => reject(new Error(`npm start ended with ${String(code)}`)));
    });
    const url = `http://127.0.0.1:${port}`;
    const user = await signUp(url);
    const id = await user.generate('The history of tea');
    for (let text = ''; text === ''; await sleep(20)) {
      const answer = await fetch(`${url}/api/generations/${id}`, {
        headers: { authorization: `Bearer ${user.token}` },
      });
      text = ((await answer.json()) as Success<GenerationView>).data.text;
    }
    const total = (performance.now() - startedAt) / 1000;
    const install = ((marks['Building'] ?? 0) - (marks['Installing'] ?? 0)) / 1000;
    return [
      {
        name: 'fresh clone → first generated text, npm cache cold',
        value: `${(total - install).toFixed(1)} s + ${install.toFixed(1)} s npm ci`,
        baseline: '',
        target: '≤ 60 s without npm’s download',
        isMet: total - install <= 60,
        raw: { totalSeconds: total, npmSeconds: install },
      },
    ];
  } finally {
    if (start.pid !== undefined) process.kill(-start.pid, 'SIGTERM');
    if (start.exitCode === null) await once(start, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}
