import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evidenceNotify } from '../../../../activities/evidence/notify.ts';
import { sha256Hex } from '../../../../src/domain/digest.ts';
import { aReport } from '../../audit/a-report.ts';

describe('evidence in a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-evidence-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is canonical JSON under a key that its content determines', async () => {
    const notify = evidenceNotify({ folder });
    const ref = await notify.storeEvidence({ incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail', content: { b: 1, a: [2] } });
    const text = '{"a":[2],"b":1}';
    expect(ref).toMatchObject({ sha256: sha256Hex(text), size: text.length });
    expect(ref.uri).toMatch(new RegExp(`/VMX-ABCDEFGHIJ/trail-${ref.sha256.slice(0, 12)}\\.json$`));
    expect(await readFile(fileURLToPath(ref.uri), 'utf8')).toBe(text);
  });

  it('is stored once, however often and in whatever order of members it comes', async () => {
    const notify = evidenceNotify({ folder });
    const document = { incidentKey: 'VMX-ABCDEFGHIJ', name: 'trail' };
    const refs = await Promise.all([
      notify.storeEvidence({ ...document, content: { a: 1, b: 2 } }),
      notify.storeEvidence({ ...document, content: { b: 2, a: 1 } }),
    ]);
    expect(refs[0]).toEqual(refs[1]);
    expect(await readdir(join(folder, 'VMX-ABCDEFGHIJ'))).toHaveLength(1);
  });

  it('has a run sealed with its last report, and not with an interim one', async () => {
    const sealed: string[] = [];
    const notify = evidenceNotify({ folder }, ({ runId }) => Promise.resolve(sealed.push(runId)));
    await notify.storeReport({ report: aReport({ closedAt: null, runId: 'interim' }) });
    expect(sealed).toEqual([]);
    await notify.storeReport({ report: aReport({ runId: 'last' }) });
    expect(sealed).toEqual(['last']);
  });

  it('never leaves its folder, whatever it is called', async () => {
    const notify = evidenceNotify({ folder });
    const ref = await notify.storeEvidence({ incidentKey: '../../etc', name: '../x/../y', content: 1 });
    expect(fileURLToPath(ref.uri).startsWith(folder)).toBe(true);
  });
});
