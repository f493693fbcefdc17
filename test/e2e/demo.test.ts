import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import type { DemoResult } from '../../src/lab/demo/result.ts';
import { scenarios } from '../../src/lab/scenarios/index.ts';
import { leaksIn } from '../support/canaries.ts';
import { nextRequest } from '../support/deciding.ts';
import { fixture } from '../support/fixtures.ts';
import { placesOf, secretsOf } from './places.ts';
import { playIn, sharedStages } from './playing.ts';

const stages = sharedStages(['500ms', '4s']);

describe('the scenario', () => {
  for (const scenario of scenarios) {
    it(`${scenario.name} comes to its severity and verdict, and every proof holds`, async () => {
      const { result, planned, failed } = await playIn(stages(), scenario, { replay: true });
      expect(failed).toEqual([]);
      expect({ severity: result.severity, verdict: result.verdict }).toEqual(scenario.expected);
      // What can be sabotaged is what is planned, and nothing else.
      expect(planned.sort()).toEqual([...scenario.actions].sort());
      expect(result.actions.map(({ id, status }) => `${id}: ${status}`)).toEqual(
        result.actions.map(({ id }) => `${id}: applied`),
      );
      expect(result.proofs.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['two identical alerts gave one incident', 'the exported history replays']),
      );
    });
  }
});

/** After the scenarios, in everything that they have written. */
describe('the canaries', () => {
  // Fields that an alert may have and that nobody needs; and one that is kept, which stands for a leak.
  const unwanted = `canary-unwanted-${randomUUID()}`;
  const kept = `canary-kept-${randomUUID()}`;

  it('stand nowhere: no secret of the installation, no credential, nothing of an alert that is not needed', async () => {
    const { world, folder, log } = stages();
    const { client } = world.temporal;
    const record = fixture('cloudtrail/create-instance-export-task-failure');
    const response = await fetch(`${world.files.gatewayUrl}/alerts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.files.intakeToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...record,
        recipientAccountId: world.foundation.victim.id,
        userAgent: kept,
        additionalEventData: { sessionToken: unwanted, authorization: `Bearer ${unwanted}` },
        tlsDetails: { clientProvidedHostHeader: unwanted },
        responseElements: { credentials: { sessionToken: unwanted, secretAccessKey: unwanted } },
        requestParameters: { ...(record.requestParameters as object), password: unwanted },
      }),
    });
    const { results } = (await response.json()) as { results: { workflowId: string }[] };
    const handle = client.workflow.getHandle(results[0]?.workflowId ?? '');
    try {
      await nextRequest(handle);
      const places = await placesOf(world, folder, log);
      const kinds = ['evidence', 'file', 'history', 'log', 'slack'];
      expect([...new Set(places.map(({ kind }) => kind))].sort()).toEqual(kinds);
      const secrets = await secretsOf(world);
      expect(secrets.length).toBeGreaterThan(12);
      expect(leaksIn(places, [...secrets, { name: 'what is not needed', value: unwanted }])).toEqual([]);

      // The same scan finds what does stand there: an alert's field that is kept, and in every kind of place a known text.
      const leaked = leaksIn(places, [{ name: 'leaked', value: kept }]).map(({ kind }) => kind);
      expect(leaked).toContain('history');
      const known = leaksIn(places, [{ name: 'a key', value: /VMX-[A-Z2-7]{10}/ }]).map(({ kind }) => kind);
      expect(['evidence', 'file', 'history', 'slack'].filter((kind) => !known.some((each) => each === kind))).toEqual(
        [],
      );
      const route = leaksIn(places, [{ name: 'a route', value: 'POST /alerts 202' }]).map(({ kind }) => kind);
      expect(route).toContain('log');
    } finally {
      await handle.terminate('the test is over');
    }
  });
});

/** The command as people run it, in a process of its own. */
const demo = (...argv: string[]) =>
  new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = execFile(process.execPath, ['src/cli/main.ts', 'demo', ...argv], (_error, out, err) =>
      resolve({ code: child.exitCode, out, err }),
    );
  });

describe('the demo command', () => {
  it('stops for a person, who decides with the command that it prints', async () => {
    const child = spawn(process.execPath, ['src/cli/main.ts', 'demo', '-s', 'denied-attempt'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    const said: string[] = [];
    let decisions = 0;
    for await (const line of createInterface({ input: child.stdout })) {
      said.push(line);
      const [, printed] = / soar -- (incident decide .*)$/.exec(line) ?? [];
      if (printed === undefined) continue;
      decisions += 1;
      const argv = ['src/cli/main.ts', ...printed.split(' '), '--yes'];
      await new Promise((resolve) => execFile(process.execPath, argv, resolve));
    }
    expect(await ended, said.join('\n')).toBe(0);
    expect(decisions).toBe(2);
    // Temporal UI wants slashes in workflow ids encoded exactly once.
    expect(said.join('\n')).toMatch(
      /http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/ec2-vm-export%2F111111111111%2F/,
    );
    const [, history = ''] = /^ {2}history {2}(.+)$/m.exec(said.join('\n')) ?? [];
    await rm(dirname(history), { recursive: true });
  });

  it('ends with the result as one JSON object on the last line of standard output', async () => {
    const { code, out, err } = await demo('--scenario', 'denied-attempt', '--yes', '--json');
    expect(code, err).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    const result = JSON.parse(lines.at(-1) ?? '') as DemoResult;
    expect(result).toMatchObject({
      scenario: 'denied-attempt',
      severity: 'medium',
      verdict: 'unauthorised-attempt',
      incidentKey: expect.stringMatching(/^VMX-[A-Z2-7]{10}$/) as string,
    });
    expect(Object.keys(result)).toEqual(
      expect.arrayContaining([
        ...['incidentId', 'workflowId', 'runId', 'phases', 'approvals', 'actions', 'proofs', 'metrics'],
        ...['reportPath', 'historyPath', 'bundlePath'],
      ]),
    );
    expect(result.proofs.every(({ ok }) => ok)).toBe(true);
    // The first was pressed in Slack; each run goes both ways.
    expect(result.approvals).toMatchObject([
      { approver: 'alice', channel: 'slack' },
      { approver: 'alice', channel: 'gateway' },
    ]);
    const inSlack = result.proofs.find(({ name }) => name.startsWith('Slack shows how every request ended'));
    expect(inSlack).toMatchObject({ ok: true, detail: '2 message(s) rewritten; 1 decision(s) were made in Slack' });
    expect(await readFile(result.reportPath ?? '', 'utf8')).toContain(result.incidentKey);
    await rm(dirname(result.historyPath), { recursive: true });
  });

  it('exits with 1 when an action was left out', async () => {
    const { code, out, err } = await demo('-s', 'denied-attempt', '--yes', '--json', '--sabotage', 'monitor-exports');
    expect(code, err).toBe(1);
    const { ok, proofs, historyPath } = JSON.parse(out.trimEnd()) as DemoResult;
    expect(ok).toBe(false);
    expect(proofs.filter((proof) => !proof.ok).map(({ name }) => name)).toEqual([
      'a rule watches every way to export, and who may use a bucket',
    ]);
    expect(err).toContain('1 of ');
    await rm(dirname(historyPath), { recursive: true });
  });
});
