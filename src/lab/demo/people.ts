import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Negative } from '../../cli/failures.ts';
import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import { decideInSlack } from './in-slack.ts';
import { allBut, decide, signalsFor } from './person.ts';
import type { DemoScreen } from './screen.ts';
import { pageOf } from '../slack-workspace.ts';
import type { World } from './world.ts';

export interface PeopleOptions {
  /** The demo's people say yes at once. */
  yes: boolean;
  /** The kind of action that they leave out. */
  sabotage: string | undefined;
  /** Whether somebody sits at the terminal. */
  terminal: boolean;
  /** How to call our command line, for what is printed. */
  command: string;
}

/**
 * Whoever is asked to decide: the demo itself, or the person who watches it, on any of the four ways. The demo's people
 * answer the first request in Slack and the others through the gateway, so that each run goes both ways.
 */
export function peopleWho(world: World, screen: DemoScreen, options: PeopleOptions) {
  const { files, slack } = world;
  let asked = 0;
  return async (request: ApprovalRequest, workflowId: string, settled: AbortSignal): Promise<void> => {
    const chosen = allBut(request, options.sabotage === undefined ? [] : [options.sabotage]);
    asked += 1;
    screen.plan(request);
    if (options.yes && slack && asked === 1) {
      return decideInSlack(slack, files.approvers, request, chosen, settled);
    }
    if (!options.yes) {
      await showWays(world, screen, request, workflowId, options);
      if (!options.terminal) return somebodyElse(request, settled);
      const answer = await askPerson(options.sabotage, settled);
      if (answer === null) return;
      if (!answer) return decide(files, workflowId, request, { decision: 'reject' });
    }
    await decide(files, workflowId, request, chosen);
  };
}

/** Temporal UI wants workflow ids encoded exactly once. */
export const uiLink = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;

async function showWays(
  { files, temporal, slack }: World,
  screen: DemoScreen,
  request: ApprovalRequest,
  workflowId: string,
  { terminal, command }: PeopleOptions,
): Promise<void> {
  const people = files.approvers.slice(0, request.quorum);
  screen.line('  Ways to decide:', 'bold');
  screen.line(
    terminal
      ? `  1. here, as ${people.map(({ id }) => id).join(' and ')}`
      : '  1. not here: there is no terminal to ask; add --yes, and the people of the demo decide',
  );
  if (slack) {
    screen.line('  2. in Slack: open the page in a browser and press the buttons under the request');
    for (const { id } of people) screen.line(`     as ${id.padEnd(5)} ${pageOf(slack, id)}`);
  }
  if (temporal.uiUrl) {
    screen.line(`  3. in Temporal UI: ${uiLink(temporal.uiUrl, temporal.namespace, workflowId)}`);
    for (const { id, token } of people) {
      const { approve } = await signalsFor(files, workflowId, token);
      screen.line(`     Send a Signal, name decide, with ${id}'s own code as input:`);
      screen.line(`     ${JSON.stringify(approve)}`);
    }
  }
  screen.line('  4. on the command line, in another terminal:');
  for (const { tokenFile } of people) {
    const who = `--gateway ${files.gatewayUrl} --token-file ${tokenFile}`;
    screen.line(`     ${command} incident decide ${request.incidentKey} --approve ${who}`);
  }
  screen.line();
}

/** Nothing is approved by silence; and without a terminal nobody may be there at all. */
async function somebodyElse({ dueAt }: ApprovalRequest, settled: AbortSignal): Promise<void> {
  try {
    await sleep(Date.parse(dueAt) - Date.now(), undefined, { signal: settled });
  } catch {
    return; // decided
  }
  throw new Negative('nobody decided in time; decide on one of the ways above, or add --yes');
}

/** Null: somebody decided elsewhere meanwhile. */
async function askPerson(sabotage: string | undefined, settled: AbortSignal): Promise<boolean | null> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const what = sabotage === undefined ? 'this plan' : `this plan without ${sabotage}`;
  try {
    const answer = await prompt.question(`  Approve ${what}? [y/N] `, { signal: settled });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    if (settled.aborted) return null;
    throw new Negative('interrupted', { cause: error });
  } finally {
    prompt.close();
  }
}
