/** The loop of the detect worker, only that messages of a killed process come back after seconds instead of minutes. */
import { loadConfig } from '../../../src/config/load-config.ts';
import { connectTemporal } from '../../../src/temporal/connect.ts';
import { pollQuickly } from '../../lab/queue-polling.ts';

const [configFile = ''] = process.argv.slice(2);
const config = await loadConfig(configFile);
const { client } = await connectTemporal();
pollQuickly(config, client, 3);
process.stderr.write('polling\n');
