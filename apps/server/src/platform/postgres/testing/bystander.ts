setInterval(() => undefined, 1000);
process.send?.('here');
