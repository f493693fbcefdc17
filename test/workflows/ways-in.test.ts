import { describe, expect, it } from 'vitest';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import {
  aDocument,
  anAlert,
  aPolicy,
  aRole,
  aRoleSession,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
} from '../support/builders.ts';
import type { WorkflowHandle } from '@temporalio/client';
import type { ApprovalRequest } from '../../src/domain/approval/approval.ts';
import { decideUpdate } from '../../workflows/messages.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { endRun } from '../support/end-run.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { useTimeSkippingEnv } from '../support/time-skipping.ts';
import type { TrailEvent } from '../../src/domain/findings/trail-facts.ts';
import type { PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

/** From what the trail holds of ways in to what containment plans about them: the steps between are in the workflow. */
const env = useTimeSkippingEnv();

const at = '2026-03-02T09:50:00Z';
const arnOf = (name: string) => `arn:aws:iam::${ids.account}:role/${name}`;
const trusting = (account: string) =>
  aDocument({ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'sts:AssumeRole' });
const ours = trusting(ids.account);
const theirs = trusting(ids.outsideAccount);
const session = aRoleSession().accessKeyId ?? '';

/** What CloudTrail finds by each attribute value. */
const trails: Record<string, TrailEvent[]> = {
  [session]: [
    aTrailEvent({
      eventId: 'taken',
      eventName: 'AssumeRole',
      principalArn: `arn:aws:iam::${ids.account}:user/dana`,
      accessKeyId: 'AKIADANA',
      session: { accessKeyId: session, roleArn: ids.roleArn, sessionName: 'nightly-run' },
    }),
    aTrailEvent({ eventId: 'opened', time: at, wayIn: { kind: 'trust', name: 'deploy' }, trust: theirs }),
    aTrailEvent({ eventId: 'made', time: at, wayIn: { kind: 'identity-provider', name: 'provider' } }),
    aTrailEvent({
      eventId: 'made-too',
      time: at,
      wayIn: { kind: 'service-credential', name: 'carol', credentialId: 'ACCA1' },
    }),
    aTrailEvent({
      eventId: 'uploaded',
      time: at,
      wayIn: { kind: 'ssh-key', name: 'carol', credentialId: 'APKA1' },
    }),
    aTrailEvent({
      eventId: 'woken',
      time: at,
      wayIn: { kind: 'access-key', name: 'carol', accessKeyId: 'AKIAOLD', how: 'switched on' },
    }),
    aTrailEvent({ eventId: 'anchored', time: at, wayIn: { kind: 'roles-anywhere', name: 'anchor-1' } }),
    aTrailEvent({ eventId: 'entered', time: at, eventName: 'StartSession', entered: { machine: 'i-1' } }),
  ],
  UpdateAssumeRolePolicy: [
    aTrailEvent({ eventId: 'opened', time: at, wayIn: { kind: 'trust', name: 'deploy' }, trust: theirs }),
    aTrailEvent({
      eventId: 'before',
      time: '2026-01-01T00:00:00Z',
      wayIn: { kind: 'trust', name: 'deploy' },
      trust: ours,
    }),
  ],
  [ids.roleArn]: [
    aTrailEvent({ eventId: 'other', session: { accessKeyId: 'ASIA2', roleArn: ids.roleArn, sessionName: 'carol' } }),
  ],
};
const roles: Record<string, PrincipalFacts> = {
  deploy: aRole({ name: 'deploy', arn: arnOf('deploy'), trust: theirs }),
  federated: aRole({ name: 'federated', arn: arnOf('federated'), trust: theirs }),
};

const carol = aUser({
  name: 'carol',
  arn: `arn:aws:iam::${ids.account}:user/carol`,
  accessKeys: [
    { accessKeyId: 'AKIAOWN', status: 'Active' },
    { accessKeyId: 'AKIAOLD', status: 'Active' },
  ],
});

type Opened = { handle: WorkflowHandle; request: ApprovalRequest };

async function opened<T>(look: (opened: Opened) => T | Promise<T>): Promise<T> {
  const world = new FakeWorld();
  world.approvers.push({ id: 'dana', name: 'Dana', principals: [`arn:aws:iam::${ids.account}:user/dana`] });
  Object.assign(world.observe, {
    lookupTrail: ({ attribute }: { attribute: { value: string } }) =>
      Promise.resolve(aTrail(trails[attribute.value] ?? [])),
    describePrincipal: ({ name }: { name: string }) =>
      Promise.resolve(name === 'carol' ? carol : (roles[name] ?? aRole({ name, arn: arnOf(name) }))),
    rolesTrusting: ({ providers }: { providers: string[] }) =>
      Promise.resolve(providers.includes('provider') ? ['federated'] : []),
    serviceCredentials: () =>
      Promise.resolve([
        { credentialId: 'ACCA1', service: 'codecommit.amazonaws.com', status: 'Active' },
        { kind: 'ssh-key', credentialId: 'APKA1', service: 'codecommit.amazonaws.com', status: 'Active' },
      ]),
  });
  const { client, nativeConnection } = env();
  return withWorkers(nativeConnection, world, async () => {
    const alert = anAlert({ principal: aRoleSession() });
    const opening: IncidentOpening = { alert, policy: aPolicy(), policyDigest: 'p', correlation: {} };
    const handle = await client.workflow.start('ec2VmExport', {
      workflowId: incidentWorkflowId('ec2-vm-export', alert, 'k'),
      taskQueue: taskQueues.incident,
      args: [opening],
    });
    try {
      return await look({ handle, request: await nextRequest(handle) });
    } finally {
      await endRun(handle);
    }
  });
}

const planned = (): Promise<Plan> => opened(({ request }) => request.plan);

describe('whoever took the session of the call', () => {
  it('decides nothing about it, and nobody asks them: it is the actor under another identity', async () => {
    const { asked, answer } = await opened(async ({ handle, request }) => ({
      asked: request.askedOf.flatMap(({ people }) => people),
      answer: await handle.executeUpdate(decideUpdate, { args: [aDecision(request, 'reject', 'dana')] }),
    }));
    expect(asked).toEqual(['alice', 'bob', 'mallory']);
    expect(answer).toEqual({ result: 'refused', reason: 'dana is the actor under investigation' });
  });
});

describe('ways in that the actor made', () => {
  it('are in the plan of containment: trusts first, then sessions with who else has one, then credentials', async () => {
    const { actions, notPlanned } = await planned();
    const about = new Map(actions.map((action) => [action.id, action]));
    const order = [...about.keys()].filter((id) => /^(narrow-trust|revoke-role-sessions|disable-service)/.test(id));
    expect(order).toEqual([
      'narrow-trust:deploy',
      'narrow-trust:federated',
      'revoke-role-sessions',
      'revoke-role-sessions:deploy',
      'disable-service-credential:ACCA1',
      'disable-service-credential:APKA1',
    ]);
    expect(about.get('disable-access-keys:carol')?.input).toMatchObject({
      keys: [{ accessKeyId: 'AKIAOLD', after: 'Inactive' }],
      othersStay: true,
    });
    expect(about.get('disable-service-credential:APKA1')?.calls).toEqual(['iam:UpdateSSHPublicKey']);
    expect(notPlanned).toContainEqual({
      what: 'anchor-1 of IAM Roles Anywhere',
      why: expect.stringContaining('DisableTrustAnchor') as string,
    });
    expect(about.get('narrow-trust:deploy')).toMatchObject({
      title: 'Put back the trust policy of role deploy of 2026-01-01T00:00:00Z',
      input: { act: 'setTrustPolicy', before: theirs, after: ours },
    });
    expect(about.get('narrow-trust:federated')?.mayBreak[0]).toContain('identity provider that the actor made');
    expect(about.get('revoke-role-sessions')?.mayBreak[1]).toContain('session carol');
  });
});
