import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Negative } from '../../cli/failures.ts';
import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import { decideInSlack } from './in-slack.ts';
import { allBut, decide, signalsFor } from './person.ts';
import type { Style } from '../../cli/terminal.ts';
import type { DemoScreen } from './screen.ts';
import { pageOf } from '../slack-workspace.ts';
import type { World } from './world.ts';

/** The watching looks every 100 ms. */
const settleMs = 1000;

interface Line {
  text: string;
  styles: Style[];
}

export interface PeopleOptions {
  /** The demo's people say yes at once. */
  yes: boolean;
  /** The kind of action that they leave out. */
  sabotage: string | undefined;
  /** Asks whoever sits at the terminal; undefined when nobody does. */
  ask: typeof askAtTerminal | undefined;
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
    if (options.yes) {
      screen.plan(request);
      if (slack && asked === 1) return decideInSlack(slack, files.approvers, request, chosen, settled);
      await decide(files, workflowId, request, chosen);
      return;
    }
    // All of it is at hand before the first line is written, so that nothing comes between.
    const ways = await waysToDecide(world, request, workflowId, options);
    for (;;) {
      screen.plan(request);
      for (const { text, styles } of ways) screen.line(text, ...styles);
      if (!options.ask) return somebodyElse(request, settled);
      const answer = await screen.whileAsking(() => saysYes(options, settled));
      if (answer === null) return;
      const open = await decide(files, workflowId, request, answer ? chosen : { decision: 'reject' });
      // Somebody may have been faster elsewhere: the watching notices within moments.
      if (open === null || (await isSettled(settled))) return;
      screen.line(`  not decided yet: ${open}`, 'yellow');
    }
  };
}

/** Whether the request is settled, or is so in a moment. */
const isSettled = (settled: AbortSignal): Promise<boolean> =>
  sleep(settleMs, false, { signal: settled }).catch(() => true);

/** Temporal UI wants workflow ids encoded exactly once. */
export const uiLink = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;

async function waysToDecide(
  { files, temporal, slack }: World,
  request: ApprovalRequest,
  workflowId: string,
  { ask, command }: PeopleOptions,
): Promise<Line[]> {
  const people = files.approvers.slice(0, request.quorum);
  const lines: Line[] = [];
  const line = (text = '', ...styles: Style[]) => lines.push({ text, styles });
  line('  Ways to decide:', 'bold');
  line(
    ask
      ? `  1. here, as ${people.map(({ id }) => id).join(' and ')}`
      : '  1. not here: there is no terminal to ask; add --yes, and the people of the demo decide',
  );
  if (slack) {
    line('  2. in Slack: open the page in a browser and press the buttons under the request');
    for (const { id } of people) line(`     as ${id.padEnd(5)} ${pageOf(slack, id)}`);
  }
  if (temporal.uiUrl) {
    line(`  3. in Temporal UI: ${uiLink(temporal.uiUrl, temporal.namespace, workflowId)}`);
    for (const { id, token } of people) {
      const { approve } = await signalsFor(files, workflowId, token);
      line(`     Send a Signal, name decide, with ${id}'s own code as input:`);
      line(`     ${JSON.stringify(approve)}`);
    }
  }
  line('  4. on the command line, in another terminal:');
  for (const { tokenFile } of people) {
    const who = `--gateway ${files.gatewayUrl} --token-file ${tokenFile}`;
    line(`     ${command} incident decide ${request.incidentKey} --approve ${who}`);
  }
  line();
  return lines;
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

/** Null: somebody decided elsewhere meanwhile. A rejection is for good, so that a stray Enter is asked again. */
async function saysYes({ ask, sabotage }: PeopleOptions, settled: AbortSignal): Promise<boolean | null> {
  const what = sabotage === undefined ? 'this plan' : `this plan without ${sabotage}`;
  try {
    for (;;) {
      const answer = (await ask?.(`  Approve ${what}? [y/n] `, settled))?.trim() ?? 'n';
      if (/^(y(es)?|no?)$/i.test(answer)) return /^y/i.test(answer);
    }
  } catch (error) {
    if (settled.aborted) return null;
    throw new Negative('interrupted', { cause: error });
  }
}

export async function askAtTerminal(question: string, settled: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await prompt.question(question, { signal: settled });
  } catch (error) {
    if (settled.aborted) process.stderr.write('decided elsewhere\n');
    throw error;
  } finally {
    prompt.close();
  }
}
