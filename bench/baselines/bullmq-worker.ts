import { createPostgresBackend, Worker } from 'bullmq';

/** The bare worker that the whole path is compared with: takes a job, does nothing, says so. */
const [databaseUrl = '', redisUrl = ''] = process.argv.slice(2);
let done = 0;
const run = async (): Promise<void> => {
  done += 1;
};
const worker = redisUrl
  ? new Worker('bare', run, { connection: { url: redisUrl, maxRetriesPerRequest: null } as never, concurrency: 100 })
  : new Worker(
      'bare',
      run,
      { connection: { connectionString: databaseUrl, max: 5 }, concurrency: 100 },
      createPostgresBackend,
    );
await worker.waitUntilReady();
setInterval(() => process.send?.({ type: 'done', done }), 10);
process.send?.({ type: 'ready' });
