import { fileURLToPath } from 'node:url';
import { startWorld, type World } from '../src/lab/demo/world.ts';
import { startAtlassian, type Ticket } from '../test/support/sources/atlassian.ts';
import { days } from './eval-stage.ts';
import { noor } from './scenes/migration-ticket.ts';

export interface EvalWorld {
  world: World;
  /** What stands in Jira. */
  tickets: Ticket[];
  stop(): Promise<void>;
}

const jira = { email: 'soar@acme.example', token: 'of-this-evaluation' };

/** The lab as the demo has it, with a Jira beside it, and nothing in its trail from before the scenes. */
export async function startEvalWorld(progress: (line: string) => void): Promise<EvalWorld> {
  const atlassian = await startAtlassian(jira);
  process.env.SOAR_EVAL_JIRA_TOKEN = jira.token;
  const files = (name: string) => fileURLToPath(new URL(`../test/fixtures/geography/${name}`, import.meta.url));
  const sections = {
    geography: { database: files('places.mmdb'), asn: files('networks.mmdb') },
    sources: { jira: { url: atlassian.url, email: jira.email, token: 'env:SOAR_EVAL_JIRA_TOKEN' } },
    identityMap: [
      { principals: ['arn:aws:sts::*:assumed-role/*/noor.haddad*'], name: noor.displayName, jira: noor.accountId },
    ],
  };
  try {
    const options = { progress, ui: false, slack: false, rechecks: ['1h'], exportMs: 200, sections };
    const world = await startWorld(options);
    await world.lab.control.timePasses(days(120));
    const stop = async () => {
      await world.stop();
      await atlassian.stop();
    };
    return { world, tickets: atlassian.tickets, stop };
  } catch (error) {
    await atlassian.stop();
    throw error;
  }
}
