import { startEmbeddedPostgres } from '../embedded-postgres.ts';

const [dataFolder = '', password = ''] = process.argv.slice(2);
const server = await startEmbeddedPostgres({ dataFolder, password });
process.send?.({ pid: server.pid, connectionString: server.connectionString });
process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));
