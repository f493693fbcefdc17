import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleOf } from '../../../src/audit/bundle/contents.ts';
import { decodedEvents, resultOf } from '../../../src/audit/bundle/history-events.ts';
import { newSigningKey } from '../../../src/audit/bundle/keys.ts';
import type { HistoryFile } from '../../../src/audit/history-file.ts';
import type { Step } from '../../../src/audit/steps.ts';
import { auditCodeOf } from '../../../src/audit/workflow-code.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { soar } from './a-terminal.ts';

const recorded = new URL('../../replay/histories/denied-attempt.json', import.meta.url).pathname;
const history = JSON.parse(await readFile(recorded, 'utf8')) as HistoryFile;
const report = resultOf(decodedEvents(history.history)) as IncidentReport;
const json = async (file: string) => JSON.parse((await soar(['audit', 'step', file, '--json'])).out) as Step[];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-step-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('audit step', () => {
  it('tells everything that the record says, at the step in which it happened', async () => {
    const steps = await json(recorded);
    expect(steps.flatMap(({ said }) => said)).toEqual(report.timeline.map(({ phase, text }) => `${phase}: ${text}`));
    expect(steps.map(({ number }) => number)).toEqual(steps.map((_, index) => index + 1));
  });

  it('shows a decision as it came, what followed from it, and how the incident stood then', async () => {
    const steps = await json(recorded);
    const decided = steps.findIndex(({ came }) => came.some(({ what }) => what === 'update decide'));
    expect(steps[decided - 1]?.state).toMatchObject({ phase: 'containment', awaitingApproval: true });
    const settled = steps.slice(decided).find(({ did }) => did.some(({ what }) => what === 'answers decide'))!;
    expect(settled.said).toEqual([expect.stringContaining('alice (gateway-signature): approve')]);
    expect(settled.did.map(({ what }) => what)).toContain('asks for setAccessKeyStatus');
    expect(settled.state).toMatchObject({ awaitingApproval: false, severity: 'medium' });
    expect(settled.state.underway).toContain('setAccessKeyStatus');
  });

  it('ends closed, with nothing under way', async () => {
    const last = (await json(recorded)).at(-1)!;
    expect(last.did.at(-1)?.what).toBe('ends with its report');
    expect(last.state).toMatchObject({ phase: 'closed', verdict: 'unauthorised-attempt', underway: [] });
    expect(last.events[1]).toBe(decodedEvents(history.history).length);
  });

  it('reads a sealed bundle, too', async () => {
    const bundle = join(folder, 'incident.tar');
    const sealing = { history, code: auditCodeOf('none'), renderers: 'none', earlier: [] };
    await writeFile(bundle, bundleOf(sealing, newSigningKey().key));
    expect(await json(bundle)).toEqual(await json(recorded));
  });

  it('is plain lines where nobody sits at a terminal', async () => {
    const { out, code } = await soar(['audit', 'step', recorded, '--from', '2']);
    expect(code).toBe(0);
    expect(out).toMatch(/^2\/\d+ {2}2026-/);
    expect(out).toContain(' > signal attachAlert:');
    expect(out).toContain(' . containment; severity medium; verdict unauthorised-attempt; awaits approval');
  });

  it('goes on, back and to a number by what the person types', async () => {
    const answers = ['', 'n', 'p', '7', '999999', 'q'];
    const asked: string[] = [];
    const ask = (question: string) => {
      asked.push(question.split(' of ')[0] ?? '');
      return Promise.resolve(answers[asked.length - 1] ?? 'q');
    };
    await soar(['audit', 'step', recorded], { ask, coloured: true });
    const last = (await json(recorded)).length;
    expect(asked).toEqual(['step 1', 'step 2', 'step 3', 'step 2', 'step 7', `step ${last}`]);
  });

  it('refuses what is neither history nor bundle, and a step that there is not', async () => {
    const file = join(folder, 'other');
    await writeFile(file, 'PK');
    expect(await soar(['audit', 'step', file])).toMatchObject({ code: 2 });
    expect(await soar(['audit', 'step', recorded, '--from', '0'])).toMatchObject({ code: 2 });
  });
});

it.each(['step', 'replay'])('audit %s of a file that is not there is a wrong use, not an answer', async (command) => {
  const { code, err } = await soar(['audit', command, join(folder, 'gone.json')]);
  expect(code).toBe(2);
  expect(err).toMatch(/gone\.json cannot be read \(ENOENT\)$/m);
});
