import { describe, expect, it } from 'vitest';
import { checkEarlier } from '../../../src/audit/bundle/check-earlier.ts';
import type { HistoryEvent } from '../../../src/audit/bundle/history-events.ts';
import type { EarlierRecord, Manifest } from '../../../src/audit/bundle/manifest.ts';
import { earlierNamed } from '../../../src/audit/earlier.ts';

const payload = (value: unknown) => ({ payloads: [{ data: Buffer.from(JSON.stringify(value)).toString('base64') }] });
const began = (opening: object = {}): HistoryEvent => ({
  id: 1,
  time: '2027-01-01T00:00:00Z',
  kind: 'workflowExecutionStarted',
  type: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  attributes: { input: payload(opening) },
});
const reset = (baseRunId: string, newRunId: string): HistoryEvent => ({
  id: 7,
  time: '2027-01-01T00:01:00Z',
  kind: 'workflowTaskFailed',
  type: 'EVENT_TYPE_WORKFLOW_TASK_FAILED',
  attributes: { cause: 'WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW', baseRunId, newRunId },
});
const incident = 'ec2-vm-export/111111111111/eu-west-1/export-i-1';
const run = { workflowId: incident, runId: 'run-3' };

describe('what came before a run', () => {
  it('is nothing for a first run', () => {
    expect(earlierNamed([began()], run)).toEqual([]);
  });

  it('is the run that it was reset from itself, not the one that this one was reset from', () => {
    const events = [began(), reset('run-1', 'run-2'), reset('run-2', 'run-3')];
    expect(earlierNamed(events, run)).toEqual([{ relation: 'reset-of', workflowId: incident, runId: 'run-2' }]);
  });

  it('is the closed incident that it continues', () => {
    const successor = { workflowId: `${incident}/2`, runId: 'run-9' };
    expect(earlierNamed([began({ predecessor: incident })], successor)).toEqual([
      { relation: 'continues', workflowId: incident, runId: null },
    ]);
  });

  it('is the incident that an undo undoes, and the undo before it', () => {
    const undo = { workflowId: `${incident}/undo/2`, runId: 'run-9' };
    expect(earlierNamed([began()], undo)).toEqual([
      { relation: 'undoes', workflowId: incident, runId: null },
      { relation: 'follows', workflowId: `${incident}/undo/1`, runId: null },
    ]);
  });
});

describe('a manifest', () => {
  const events = [began(), reset('run-2', 'run-3')];
  const base: EarlierRecord = { relation: 'reset-of', workflowId: incident, runId: 'run-2', history: 'a'.repeat(64) };
  const check = (earlier: EarlierRecord[], of = events) => checkEarlier({ ...run, earlier } as unknown as Manifest, of);

  it('that names what came before is right, and says whether it is sealed', () => {
    expect(check([base])).toMatchObject({ ok: true, detail: expect.stringContaining('a file of its own') as string });
    const forgotten = check([{ ...base, history: null }]);
    expect(forgotten).toMatchObject({ ok: true, detail: expect.stringContaining('no longer had it') as string });
  });

  it('that leaves it out, names another run, or one that the history knows nothing of, is wrong', () => {
    expect(check([]).ok).toBe(false);
    expect(check([{ ...base, runId: 'run-1' }]).ok).toBe(false);
    expect(check([base], [began()]).ok).toBe(false);
    expect(check([base, { ...base, relation: 'undoes' }]).ok).toBe(false);
    expect(check([base, { ...base, workflowId: `${incident}/other` }]).ok).toBe(false);
    expect(check([base, { ...base, runId: 'run-1' }]).ok).toBe(false);
  });
});
