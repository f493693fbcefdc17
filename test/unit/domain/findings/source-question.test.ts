import { describe, expect, it } from 'vitest';
import { sourceQuestion } from '../../../../src/domain/findings/source-question.ts';
import { aCaseFile, aPolicy, aSourcePolicy, anAlert, anInstance, ids } from '../../../support/builders.ts';

const asked = (changes: Parameters<typeof aCaseFile>[0] = {}) =>
  sourceQuestion(ids.incidentKey, aCaseFile({ policy: aPolicy({ sources: aSourcePolicy() }), ...changes }));

describe('what the sources are asked', () => {
  it('names instance, task and bucket, in the window before the export', () => {
    expect(asked()).toMatchObject({
      names: [ids.instance, ids.task, ids.bucket],
      words: ['export', 'migration'],
      from: '2026-02-16T10:00:00.000Z',
    });
  });

  it('names the tickets that stand in tags', () => {
    const tags = { Name: 'shop', Change: 'OPS-12, see also PLAT-7', Note: 'sha OPS-12 x-OPS-3 ops-4 OPS-012' };
    expect(asked({ instance: anInstance({ tags }) }).tickets).toEqual(['OPS-12', 'PLAT-7']);
  });

  it('has no more tickets than are worth a request each', () => {
    const tags = { Change: Array.from({ length: 50 }, (_, number) => `OPS-${number + 1}`).join(' ') };
    expect(asked({ instance: anInstance({ tags }) }).tickets).toHaveLength(5);
  });

  it('takes nothing into a query that is not the name of such a thing', () => {
    const alert = anAlert({ instanceId: 'i-1" OR project = "HR', bucket: 'a") OR (b', exportTaskId: 'x" in:#hr' });
    expect(asked({ alert, task: null, object: null }).names).toEqual([]);
  });
});
