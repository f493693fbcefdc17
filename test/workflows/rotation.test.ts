import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { IncidentOpening } from '../../src/domain/incident.ts';
import { incidentWorkflowId, taskQueues } from '../../src/domain/names.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { closeUpdate, decideUpdate, incidentQuery } from '../../workflows/messages.ts';
import { anAlert, aPolicy, ids } from '../support/builders.ts';
import { aDecision, nextRequest } from '../support/deciding.ts';
import { useDevEnv } from '../support/dev-env.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWorld } from '../support/fake-world.ts';
import { withWorkers } from '../support/test-workers.ts';
import { soar } from '../unit/cli/a-terminal.ts';

const env = useDevEnv();
const day = 86_400_000;

beforeEach(() => {
  vi.stubEnv('TEMPORAL_ADDRESS', env().address);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

it('a credential is rotated by the command line: listed, named, settled once, and refused after the end', async () => {
  const { client, nativeConnection } = env();
  await withWorkers(nativeConnection, new FakeWorld(), async () => {
    const alert = anAlert();
    const policy = aPolicy({ rechecks: [], rotation: { wait: 30 * day, remind: day } });
    const handle = await client.workflow.start<(o: IncidentOpening) => Promise<IncidentReport>>('ec2VmExport', {
      workflowId: `${incidentWorkflowId('ec2-vm-export', alert, 'k')}-rotation`,
      taskQueue: taskQueues.incident,
      args: [{ alert, policy, policyDigest: 'p', correlation: {} }],
    });
    const rotated = (...argv: string[]) => soar(['incident', 'rotated', handle.workflowId, ...argv, '--by', 'Alice']);
    try {
      const containment = await nextRequest(handle);
      expect((await rotated('machine')).err).toContain(
        'no credential is listed yet: they are when eradication is over',
      );
      await handle.executeUpdate(decideUpdate, { args: [aDecision(containment, 'reject', 'alice')] });
      const credentials = async () => (await handle.query(incidentQuery)).credentials ?? [];
      await eventually(async () => expect(await credentials()).toHaveLength(3));

      const shown = await soar(['incident', 'show', handle.workflowId]);
      expect(shown.out).toContain(`key/${ids.accessKey}: access key ${ids.accessKey} of user mallory, to rotate`);
      expect(shown.out).toContain(`soar incident rotated`);

      const unknown = await rotated('key/none');
      expect(unknown.code).toBe(1);
      expect(unknown.err).toContain('key/none is none of');
      expect((await rotated('machine', '--not-needed')).err).toContain('--note says why');
      expect((await rotated('machine', '--not-needed', '--note', 'an empty disk')).code).toBe(0);
      expect((await rotated(`key/${ids.accessKey}`, '--note', 'change 4711')).out).toContain('rotated (Alice');
      expect((await rotated('TLS key of shop', '--new', '--json')).out).toContain('"named/1"');
      expect(await credentials()).toMatchObject([
        { id: `key/${ids.accessKey}`, status: 'rotated', by: 'Alice', note: 'change 4711' },
        { id: 'password/mallory', status: 'open' },
        { id: 'machine', status: 'not-needed', note: 'an empty disk' },
        { id: 'named/1', what: 'TLS key of shop', status: 'open' },
      ]);

      const recovery = await nextRequest(handle, containment.requestId);
      await handle.executeUpdate(decideUpdate, { args: [aDecision(recovery, 'reject', 'alice')] });
      await handle.executeUpdate(closeUpdate, { args: [{ author: 'alice', reason: 'the test is over' }] });
      const report = await handle.result();
      expect(report.credentials?.map(({ status }) => status)).toEqual(['rotated', 'open', 'not-needed', 'open']);
      expect((await rotated('password/mallory')).err).toContain('has closed');
    } finally {
      await handle.terminate('the test is over').catch(() => undefined);
    }
  });
});
