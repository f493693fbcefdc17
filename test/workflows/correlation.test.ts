import { describe, expect, test } from 'vitest';
import { countingOn } from '../../activities/correlation/counting-on.ts';
import { correlationNotify } from '../../activities/correlation/notify.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { listIncidents } from '../../src/cli/incident-list.ts';
import { admission } from '../../src/intake/admission.ts';
import { alertCounting } from '../../src/intake/count-alerts.ts';
import { openIncident } from '../../src/intake/open-incident.ts';
import { incidentQuery, searchAttributes } from '../../workflows/messages.ts';
import { anAlert, anIamUser, aPolicy, aTrail, aTrailEvent } from '../support/builders.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';

const env = useDevEnv();
const context = () => ({
  client: env().client,
  policyFor: () => aPolicy(),
  correlationKey: 'a key of these tests',
  counting: alertCounting(env().client),
  admission: admission(1000),
});
const world = () => {
  const made = new FakeWorld();
  const [readIndex, keep] = [() => Promise.resolve(null), made.storing];
  Object.assign(made.notify, correlationNotify({ client: env().client, readIndex, keep }));
  return made;
};
/** Its own task, machine, address and actor, unless the test says what it shares. */
const unrelated = (name: string, changes: Partial<Alert> = {}): Alert =>
  anAlert({
    eventId: `event-${name}`,
    exportTaskId: `export-i-${name}`,
    instanceId: `i-${name}`,
    sourceAddress: `198.51.100.${name.length}`,
    principal: anIamUser({ id: `AIDA${name}`, accessKeyId: `AKIA${name}` }),
    ...changes,
  });
const view = (workflowId: string) => env().client.workflow.getHandle(workflowId).query(incidentQuery);

describe('incidents of one access key', () => {
  test('name each other with what they share, and are a burst led by one of them; another actor is not in it', async () => {
    await withWorkers(env().nativeConnection, world(), async () => {
      const principal = anIamUser({ accessKeyId: 'AKIASHARED' });
      const open = (alert: Alert) => openIncident(context(), alert);
      const three = [];
      for (const name of ['a', 'bb', 'ccc']) three.push(await open(unrelated(name, { principal })));
      const quiet = await open(unrelated('dddd'));
      const leads = new Set<string | undefined>();
      for (const { workflowId, incidentKey } of three) {
        const others = three.map((one) => one.incidentKey).filter((key) => key !== incidentKey);
        await eventually(async () => {
          const { related = [], relatedTotal, burst, findings } = await view(workflowId);
          expect(related.map((one) => one.incidentKey).sort()).toEqual(others.sort());
          expect(related.every(({ shares }) => shares.includes('accessKey') && shares.includes('principal'))).toBe(
            true,
          );
          expect(relatedTotal).toBe(2);
          expect(burst?.size).toBe(3);
          const finding = findings.find(({ id }) => id === 'related-incidents');
          expect(finding).toMatchObject({ answer: 'yes', detail: expect.stringContaining(others[0]!) as string });
          const campaign = findings.find(({ id }) => id === 'campaign');
          expect(campaign).toMatchObject({
            answer: 'yes',
            detail: expect.stringMatching(/^3 incidents since /) as string,
          });
          expect(campaign?.detail).toContain('access key AKIASHARED in 3');
        });
        leads.add((await view(workflowId)).burst?.lead);
      }
      expect(leads.size).toBe(1);
      await eventually(async () => {
        const listed = await listIncidents(env().client, { limit: 100 });
        expect(listed.filter(({ burst }) => burst?.size === 3 && leads.has(burst.lead))).toHaveLength(3);
        expect(listed.find(({ incidentKey }) => incidentKey === quiet.incidentKey)?.burst).toBeNull();
      });
      expect(await view(quiet.workflowId)).toMatchObject({ related: [], relatedTotal: 0, burst: null });
      const { findings } = await view(quiet.workflowId);
      expect(findings.find(({ id }) => id === 'campaign')).toMatchObject({ answer: 'no' });
      const { typedSearchAttributes } = await env().client.workflow.getHandle(quiet.workflowId).describe();
      expect(typedSearchAttributes.get(searchAttributes.technique)).toContain('T1537');
      const hashes = typedSearchAttributes.get(searchAttributes.correlation) ?? [];
      expect(hashes.filter((hash) => /^[0-9a-f]{32}$/.test(hash))).toHaveLength(4);
      expect(JSON.stringify(typedSearchAttributes.getAll())).not.toMatch(/mallory|acme|AKIA|198\.51/);
      for await (const run of env().client.workflow.list({ query: "WorkflowType = 'correlation'" })) {
        expect(run.workflowId).toMatch(/^correlation\/[0-9a-f]{32}$/);
      }
    });
  });
});

describe('an earlier export', () => {
  test('is told with its incident as Temporal has it, and one without an incident is told, too', async () => {
    const made = world();
    const exported = (name: string) =>
      aTrailEvent({
        eventId: `event-${name}`,
        eventName: 'CreateInstanceExportTask',
        copies: [{ kind: 'export', id: `export-i-${name}` }],
      });
    const exports = ['earlier', 'unseen'].map(exported);
    made.observe.lookupCalls = ({ names }) =>
      Promise.resolve(aTrail(names.includes('CreateInstanceExportTask') ? exports : []));
    const asking = { ...context(), policyFor: () => aPolicy({ earlierIncidents: true }) };
    await withWorkers(env().nativeConnection, made, async () => {
      const ends = async (workflowId: string) =>
        (await view(workflowId)).findings.find(({ id }) => id === 'earlier-incidents');
      const first = await openIncident(asking, unrelated('earlier'));
      await eventually(async () => expect(await ends(first.workflowId)).toMatchObject({ answer: 'no' }));
      const next = await openIncident(asking, unrelated('next'));
      await eventually(async () => expect(await ends(next.workflowId)).toBeDefined());
      const told = (await ends(next.workflowId))!;
      expect(told).toMatchObject({ answer: 'yes', source: 'other incidents', confidence: 'medium' });
      expect(told.detail).toMatch(
        new RegExp(
          `^export at \\S+: ${first.incidentKey}, unauthorised-export, severity high, open; export at \\S+: no incident is known$`,
        ),
      );
      expect(told.evidence).toEqual([expect.objectContaining({ uri: 'memory:earlier-incidents' })]);
      const old = await openIncident(context(), unrelated('old'));
      await eventually(async () => expect((await view(old.workflowId)).pendingApproval).not.toBeNull());
      expect(await ends(old.workflowId)).toBeUndefined();
    });
  });
});

describe('an incident that found a key off', () => {
  test('is told of, while it is open, to whoever would switch that key on, and named where it does not answer', async () => {
    const made = world();
    const [key] = made.principal.accessKeys;
    if (!key) throw new Error('the actor has no key');
    made.principal = { ...made.principal, accessKeys: [{ ...key, status: 'Inactive' }] };
    const undo = (accessKeyId: string, accountId = anAlert().recipientAccount) => ({
      id: `undo/${accessKeyId}`,
      input: {
        act: 'setAccessKeyStatus' as const,
        incidentKey: 'VMX-FIRST',
        accountId,
        region: 'eu-central-1',
        userName: 'mallory',
        keys: [{ accessKeyId, before: 'Inactive' as const, after: 'Active' as const }],
      },
    });
    const actions = [undo(key.accessKeyId), undo('AKIAOTHER')];
    const { client } = env();
    const { workflowId, incidentKey } = await withWorkers(env().nativeConnection, made, async () => {
      const second = await openIncident(context(), unrelated('eeeee'));
      const kept = [{ id: `undo/${key.accessKeyId}`, incidentKey: second.incidentKey }];
      await eventually(async () => {
        const { kept: found } = await countingOn(client, { actions, except: [] });
        expect(found.filter((state) => state.incidentKey === second.incidentKey)).toMatchObject(kept);
      });
      const keysOf = async (question: Parameters<typeof countingOn>[1]) =>
        (await countingOn(client, question)).kept.map((state) => state.incidentKey);
      expect(await keysOf({ actions, except: [second.workflowId] })).not.toContain(second.incidentKey);
      expect(await keysOf({ actions: [undo(key.accessKeyId, '999999999999')], except: [] })).toEqual([]);
      return second;
    });
    expect((await countingOn(client, { actions, except: [] }, 500)).unasked).toContain(incidentKey);
    await client.workflow.getHandle(workflowId).terminate('the test is over');
  });
});
