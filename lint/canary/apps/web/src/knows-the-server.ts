import '@octavo/server'; // forbidden
import '@octavo/providers'; // forbidden
