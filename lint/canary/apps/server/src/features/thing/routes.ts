import './repository.ts'; // forbidden
import './run.repository.ts'; // forbidden
import '#platform/db'; // forbidden
import '#platform/queue'; // forbidden
import '../auth/service.ts'; // forbidden
