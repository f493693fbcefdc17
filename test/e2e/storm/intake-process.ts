/** `soar intake`, except that the certificate of SNS is ours: Amazon's signs nothing for a test. */
import { readFile } from 'node:fs/promises';
import { loadConfig } from '../../../src/config/load-config.ts';
import { startIntake } from '../../../src/intake/serve.ts';
import { connectTemporal } from '../../../src/temporal/connect.ts';

const [configFile = '', certificate = ''] = process.argv.slice(2);
const intake = await startIntake(await loadConfig(configFile), await connectTemporal(), () => undefined, {
  fetcher: () => readFile(certificate),
});
process.stderr.write(`listens on ${intake.url}\n`);
