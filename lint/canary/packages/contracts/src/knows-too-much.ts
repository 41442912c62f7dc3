import '@octavo/sdk'; // forbidden
