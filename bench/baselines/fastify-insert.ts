import Fastify from 'fastify';
import pg from 'pg';

/** The bare route that accepting a generation is compared with: parse, one INSERT, answer. */
const pool = new pg.Pool({ connectionString: process.argv[2], max: 12 });
await pool.query(
  'CREATE TABLE IF NOT EXISTS bench_bare (id uuid PRIMARY KEY, title text, type text, prompt text, created_at timestamptz DEFAULT now())',
);
const app = Fastify();
app.post<{ Body: { title: string; contentType: string; prompt: string } }>('/insert', async (request, reply) => {
  const { title, contentType, prompt } = request.body;
  const { rows } = await pool.query<{ id: string }>(
    'INSERT INTO bench_bare (id, title, type, prompt) VALUES (gen_random_uuid(), $1, $2, $3) RETURNING id',
    [title, contentType, prompt],
  );
  return reply.code(202).send({ success: true, data: { id: rows[0]?.id, title, contentType, prompt } });
});
process.send?.({ type: 'ready', url: await app.listen({ host: '127.0.0.1', port: 0 }) });
