import './service.ts'; // forbidden
import '#features/auth'; // forbidden
import '#platform/http'; // forbidden
import '../auth/repository.ts'; // forbidden
