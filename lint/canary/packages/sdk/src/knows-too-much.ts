import '@octavo/providers'; // forbidden
