import { upsertSearchAttributes } from '@temporalio/workflow';
import { expect, it, vi } from 'vitest';
import { searchAttributes } from '../../../workflows/messages.ts';
import { ShownAttributes } from '../../../workflows/shared/shown-attributes.ts';

vi.mock(import('@temporalio/workflow'), async (original) => ({
  ...(await original()),
  upsertSearchAttributes: vi.fn(),
}));

it('search attributes are told to Temporal when they change, and only those', () => {
  const shown = new ShownAttributes();
  const waits = { key: searchAttributes.awaitingApproval, value: false };
  const triage = { key: searchAttributes.phase, value: 'triage' };
  const closed = { key: searchAttributes.phase, value: 'closed' };
  shown.set([triage, waits]);
  shown.set([triage, waits]);
  shown.set([closed, waits]);
  expect(vi.mocked(upsertSearchAttributes).mock.calls).toEqual([[[triage, waits]], [[closed]]]);
});
