import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PostgresError } from './errors.ts';
import { lockFolder } from './folder-lock.ts';

let folder = '';
const contenders: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'octavo-lock-'));
});
afterEach(() => {
  for (const contender of contenders.splice(0)) contender.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

async function startContender(): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'testing/take-lock.ts'), { execArgv: [] });
  contenders.push(child);
  await once(child, 'message');
  return child;
}

async function tryAll(children: ChildProcess[]): Promise<ChildProcess[]> {
  const atMs = Date.now() + 40;
  const answers = children.map(async (child) => {
    const answer = once(child, 'message');
    child.send({ folder, atMs });
    return (await answer)[0] as string;
  });
  const said = await Promise.all(answers);
  return children.filter((_child, index) => said[index] === 'won');
}

describe('the lock of a data folder', () => {
  it('goes to exactly one of many that start at once after its holder was killed, again and again', async () => {
    let children = await Promise.all(Array.from({ length: 10 }, startContender));
    for (let round = 0; round < 25; round += 1) {
      const winners = await tryAll(children);
      expect([round, winners.length]).toEqual([round, 1]);
      const [winner] = winners;
      winner?.kill('SIGKILL');
      if (winner) await once(winner, 'exit');
      children = [...children.filter((child) => child !== winner), await startContender()];
    }
    expect(readdirSync(join(folder, 'lock')).length).toBeLessThanOrEqual(3);
  });

  it('is free again when it is let go, and only its holder lets it go', () => {
    const letGo = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(PostgresError);
    letGo();
    const letGoAgain = lockFolder(folder);
    letGo();
    expect(() => lockFolder(folder)).toThrow(new RegExp(`process ${process.pid}\\) uses the data folder`));
    letGoAgain();
    lockFolder(folder)();
  });
});
