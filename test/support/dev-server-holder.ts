/** Starts a dev server, prints its address and stays: for the test that kills the process which owns a server. */
import { startDevServer } from '../../src/temporal/dev-server.ts';

const server = await startDevServer({ searchAttributes: {}, progress: (line) => console.error(line) });
console.log(server.address);
setInterval(() => undefined, 60_000);
