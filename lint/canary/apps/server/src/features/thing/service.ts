import 'fastify'; // forbidden
import 'bullmq'; // forbidden
import 'kysely'; // forbidden
import 'pg'; // forbidden
import './routes.ts'; // forbidden
import '../auth/service.ts'; // forbidden
