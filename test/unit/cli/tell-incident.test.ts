import type { Client } from '@temporalio/client';
import { expect, it, vi } from 'vitest';
import { Unreachable } from '../../../src/cli/failures.ts';
import { tellIncident } from '../../../src/cli/tell-incident.ts';
import { toldUpdate } from '../../../workflows/messages.ts';

vi.mock('../../../src/approvals/find-incident.ts', () => ({
  findIncident: () => Promise.resolve({ workflowId: 'w', runId: 'r', running: true, incidentKey: 'VMX-ABCDEFGHIJ' }),
}));

it('says that what was said may still be taken, where no worker answers: Temporal may hold it', async () => {
  const executeUpdate = () => Promise.reject(new Error('Deadline exceeded'));
  const client = {
    workflow: { getHandle: () => ({ executeUpdate }) },
    withDeadline: (_until: number, ask: () => Promise<unknown>) => ask(),
  } as unknown as Client;
  const told = tellIncident(client, 'VMX-ABCDEFGHIJ', toldUpdate, { notice: 'legal', by: 'Alice' });
  await expect(told).rejects.toThrow(Unreachable);
  await expect(told).rejects.toThrow(
    /^VMX-ABCDEFGHIJ does not answer; .*may still be taken: look with soar incident show/,
  );
});
