import { randomUUID } from 'node:crypto';
import { ListAccessKeysCommand, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, it } from 'vitest';
import { undoingIn } from '../../src/approvals/undoing.ts';
import { responsePolicy } from '../../src/config/response-policy.ts';
import type { IncidentView } from '../../src/domain/incident.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { TrailRecord } from '../../src/lab/aws/trail-record.ts';
import { allow, policyText } from '../../src/lab/account.ts';
import { decide, postAlert } from '../../src/lab/demo/person.ts';
import { matches, resultOf } from '../../src/lab/probes.ts';
import type { Scenario, Scene } from '../../src/lab/scenario.ts';
import { compromisedKey } from '../../src/lab/scenarios/compromised-key.ts';
import { insider } from '../../src/lab/scenarios/insider.ts';
import { Stage } from '../../src/lab/stage.ts';
import { incidentQuery } from '../../workflows/messages.ts';
import { accountState } from '../support/account-state.ts';
import { nextRequest } from '../support/deciding.ts';
import { sharedStages } from './playing.ts';

/** P5 in the lab: real acts through the real workers, and the account afterwards. */
const stages = sharedStages(['500ms']);
const victim = () => stages().world.foundation.victim.admin;
const handleOf = (workflowId: string) => stages().world.temporal.client.workflow.getHandle(workflowId);

/** Approves whatever is asked until the workflow has ended. */
async function approvedToTheEnd(workflowId: string): Promise<IncidentReport> {
  const { files } = stages().world;
  const ended = handleOf(workflowId).result() as Promise<IncidentReport>;
  for (let after: string | undefined; ;) {
    const request = await nextRequest(handleOf(workflowId), after).catch(() => null);
    if (!request) return ended;
    await decide(files, workflowId, request, { decision: 'approve' });
    after = request.requestId;
  }
}

async function playedToItsEnd(scenario: Scenario): Promise<{ scene: Scene; report: IncidentReport; before: object }> {
  const { lab, foundation, files } = stages().world;
  const suffix = `-${Math.random().toString(36).slice(2, 7)}`;
  const scene = await scenario.seed(new Stage(lab, foundation, { exportMs: 200, suffix }));
  const before = await accountState(victim());
  const { workflowId } = await postAlert(files, scene.record);
  return { scene, report: await approvedToTheEnd(workflowId), before };
}

async function undone(workflowId: string): Promise<IncidentReport> {
  const { temporal, config } = stages().world;
  const undoing = undoingIn(temporal.client, (accountId) => responsePolicy(config, accountId));
  const request = { reason: 'the export was ordered', by: 'alice' };
  const answer = await undoing.ask(workflowId, request, `undo ${workflowId} ${Date.now()}`);
  expect(answer).toMatchObject({ result: 'asked' });
  for (let number = 1; ; number++) {
    const { status } = await handleOf(`${workflowId}/undo/${number}`).describe();
    if (status.name === 'RUNNING') return approvedToTheEnd(`${workflowId}/undo/${number}`);
  }
}

/** A second incident of the same actor, who made one more export with the key, up to where it found that key off. */
async function openedAgain(scene: Scene): Promise<IncidentView> {
  const task = /export-i-[0-9a-f]+/.exec(JSON.stringify(scene.record))?.[0];
  if (task === undefined) throw new Error('the record names no task');
  const record = JSON.parse(JSON.stringify(scene.record).replaceAll(task, `${task.slice(0, -4)}beef`)) as TrailRecord;
  const { workflowId } = await postAlert(stages().world.files, { ...record, eventID: randomUUID() });
  await nextRequest(handleOf(workflowId));
  const view = await handleOf(workflowId).query(incidentQuery);
  expect(view.foundOff).not.toEqual([]);
  return view;
}

describe('the undo of a whole incident in AWS', () => {
  for (const scenario of [compromisedKey, insider]) {
    it(`leaves the account as it was before ${scenario.name}, and the actor's calls work again`, async () => {
      const { scene, report, before } = await playedToItsEnd(scenario);
      expect(await accountState(victim())).not.toEqual(before);
      const undo = await undone(report.workflowId);
      expect(undo.actions.map(({ id, status }) => `${id}: ${status}`)).toEqual(
        undo.actions.map(({ id }) => `${id}: applied`),
      );
      expect(undo.actions.length).toBeGreaterThan(5);
      expect(await accountState(victim())).toEqual(before);
      for (const probe of scene.probes.filter(({ made }) => made === undefined)) {
        const result = await resultOf(probe.call);
        expect([probe.name, result.code, matches(result, probe.before)]).toEqual([probe.name, result.code, true]);
      }
    });
  }

  it('refuses what somebody else has changed since, leaves off what another incident found off, and undoes the rest', async () => {
    const { scene, report } = await playedToItsEnd(compromisedKey);
    const deny = report.actions.find(({ id }) => id === 'deny-actor')?.input;
    if (deny?.act !== 'putInlinePolicy') throw new Error('the actor was not denied');
    const PolicyDocument = policyText({ ...allow('*'), Effect: 'Deny', Sid: 'TheirOwn' });
    await victim().iam.send(
      new PutUserPolicyCommand({ UserName: deny.holder.name, PolicyName: deny.policyName, PolicyDocument }),
    );
    const second = await openedAgain(scene);
    const undo = await undone(report.workflowId);
    const { AccessKeyMetadata = [] } = await victim().iam.send(
      new ListAccessKeysCommand({ UserName: deny.holder.name }),
    );
    expect(AccessKeyMetadata.map(({ Status }) => Status)).toContain('Inactive');
    expect(AccessKeyMetadata.map(({ Status }) => Status)).not.toContain('Active');
    expect(undo.notPlanned).toContainEqual({
      what: 'undo/disable-access-keys',
      why: expect.stringContaining(`incident ${second.incidentKey}, which is open, counts on AKIA`) as string,
    });
    await handleOf(second.workflowId).terminate('it has closed for the test');
    const not = undo.actions.filter(({ status }) => status !== 'applied');
    expect(not.map(({ id, status }) => [id, status])).toEqual([['undo/deny-actor', 'changed']]);
    expect(undo.undos?.[0]?.outcome).toMatch(
      /not undone: undo\/deny-actor \(changed\); undo\/disable-access-keys(:[\w-]+)? stays: incident /,
    );
    const state = await accountState(victim());
    expect(state[`user ${deny.holder.name} ${deny.policyName}`]).toContain('TheirOwn');
  });
});
