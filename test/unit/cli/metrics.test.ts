import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { tarOf } from '../../../src/audit/bundle/tar.ts';
import { anAlert } from '../../support/builders.ts';
import { aReport } from '../audit/a-report.ts';
import { soar } from './a-terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-metrics-'));
});
afterEach(() => rm(folder, { recursive: true }));

let number = 0;
/** As the evidence store keeps it. */
const stored = async (report: IncidentReport) => {
  const place = join(folder, report.incidentKey);
  await mkdir(place, { recursive: true });
  const name = `report-${String(++number).padStart(12, '0')}.json`;
  await writeFile(join(place, name), JSON.stringify(report));
};
const incident = (
  incidentKey: string,
  day: string,
  timeToContainment: number | null,
  changes: Partial<IncidentReport> = {},
) =>
  aReport({
    incidentKey,
    runId: `run of ${incidentKey}`,
    openedAt: `${day}T10:00:00Z`,
    closedAt: `${day}T12:00:00Z`,
    decisions: [],
    metrics: { timeToDetection: 60, timeToContainment, exposure: null, accessedOutsideOrganisation: 'unknown' },
    ...changes,
  });

describe('the figures', () => {
  it('are the median and what nine of ten do not exceed, and say of how many they are known', async () => {
    for (const [index, value] of [600, 60, 120, null].entries())
      await stored(incident(`VMX-${index}`, '2027-01-05', value));
    const { code, out } = await soar(['metrics', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Time to containment +3 of 4 +2 min +10 min$/m);
    expect(out).toMatch(/^Exposure +0 of 4 +not known +not known$/m);
    expect(out).toContain('Read outside the organisation: yes 0, no 0, unknown 4.');
  });

  it('are of no period that ends before it begins', async () => {
    const { code, err } = await soar(['metrics', folder, '--from', '2027-04-01', '--to', '2027-01-01']);
    expect({ code, err }).toEqual({ code: 2, err: 'soar: --from must be before --to\n' });
  });

  it('say how many incidents a folder holds, and of one that is not there that it cannot be read', async () => {
    expect((await soar(['metrics', folder])).err).toBe(`${folder}: 0 closed incident(s)\n`);
    await stored(incident('VMX-A', '2027-01-05', 60));
    expect((await soar(['metrics', folder])).err).toBe(`${folder}: 1 closed incident(s)\n`);
    const gone = await soar(['metrics', join(folder, 'gone')]);
    expect(gone).toMatchObject({ code: 2, out: '', err: `soar: ${folder}/gone cannot be read (ENOENT)\n` });
  });

  it('count an incident once, by its final report, and no undo', async () => {
    await stored(incident('VMX-A', '2027-01-05', 60, { closedAt: null }));
    await stored(incident('VMX-A', '2027-01-05', 120));
    await stored(incident('VMX-A-undo-1', '2027-01-06', 60, { undoes: 'x' }));
    await stored(incident('VMX-B', '2027-01-05', 60, { closedAt: null }));
    const { out } = await soar(['metrics', folder, '--format', 'json']);
    const { incidents } = JSON.parse(out) as { incidents: { incidentKey: string; timeToContainment: number }[] };
    expect(incidents).toMatchObject([{ incidentKey: 'VMX-A', timeToContainment: 120 }]);
  });

  it('are of the incidents that opened in the time that is asked for', async () => {
    for (const day of ['2027-01-31', '2027-02-01', '2027-02-28', '2027-03-01']) await stored(incident(day, day, 60));
    const { out } = await soar(['metrics', folder, '--from', '2027-02-01', '--to', '2027-03-01', '-f', 'csv']);
    expect(
      out
        .trim()
        .split('\r\n')
        .map((line) => line.split(',')[0]),
    ).toEqual(['incidentKey', '2027-02-01', '2027-02-28']);
    expect((await soar(['metrics', folder, '--from', 'January'])).code).toBe(2);
  });

  it('name what is no report, and go on', async () => {
    await stored(incident('VMX-A', '2027-01-05', 60));
    await writeFile(join(folder, 'x-report.json'), '{"incidentKey":1}');
    await writeFile(join(folder, 'y-report.json'), 'nonsense');
    await writeFile(join(folder, 'report-ocsf-000000000000.json'), '{}');
    const { code, out, err } = await soar(['metrics', folder]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Time to detection +1 of 1 /m);
    expect(err.match(/is no report/g)).toHaveLength(2);
  });

  it('are no formulas in a spreadsheet and no markup in a page', async () => {
    await stored(incident('=cmd|"x"<script>', '2027-01-05', 60));
    expect((await soar(['metrics', folder, '-f', 'csv'])).out).toContain(`"'=cmd|""x""<script>"`);
    const { out } = await soar(['metrics', folder, '-f', 'html']);
    expect(out).not.toContain('<script>');
    expect(out).toContain('=cmd|&quot;x&quot;&lt;script&gt;: 1 min');
    expect(out).toContain('default-src &#39;none&#39;');
    expect(out).not.toMatch(/NaN|Infinity/);
  });

  it('tell false positives by rule, use of the allow-list, overdue approvals and drift, in each form', async () => {
    const nightly = ['allow-list entry nightly: as every night'];
    const low = {
      severity: 'low' as const,
      met: [{ id: 'S67', level: 'low' as const, criterion: '', evidence: nightly }],
    };
    const arrival = { door: 'elastic' as const, receivedAt: '2027-01-05T10:00:00Z', rule: 'Exports <by night>' };
    const alert = { ...anAlert(), arrival };
    const drift = [{ at: '2027-01-06T10:00:00Z', result: 'drift' as const, drifted: [] }];
    await stored(
      incident('VMX-A', '2027-01-05', 60, {
        alert,
        verdict: 'authorised',
        rechecks: [],
        assessment: { ...low, unknown: [] },
      }),
    );
    await stored(incident('VMX-B', '2027-01-06', 60, { alert, rechecks: drift }));
    const { out } = await soar(['metrics', folder]);
    expect(out).toMatch(/^Exports <by night> +2 +1 +50 %$/m);
    expect(out).toMatch(/^nightly +1 +1 +2027-01-05$/m);
    expect(out).toMatch(/^Overdue approvals: \d+ of \d+ requests?/m);
    expect(out).toContain('Drift after recovery: in 1 of 1 that were looked at again.');
    const page = (await soar(['metrics', folder, '-f', 'html'])).out;
    expect(page).toContain('<title>Exports &lt;by night&gt;: 1 of 2</title>');
    expect(page).toContain('Use of the allow-list');
    expect(page).not.toMatch(/NaN|Infinity|<by night>/);
    const [heading, first] = (await soar(['metrics', folder, '-f', 'csv'])).out.split('\r\n');
    expect(heading).toContain('accessedOutside,rule,allowListEntry,requests,overdue,rechecks,drifted');
    expect(first).toContain('Exports <by night>,nightly,');
  });

  it('of a sealed run are read from its bundle where there is no report beside it', async () => {
    const report = incident('VMX-A', '2027-01-05', 90, { runId: '3f1c7a52-0000-4000-8000-000000000001' });
    const tar = tarOf([{ path: 'report.json', content: Buffer.from(JSON.stringify(report)) }]);
    await writeFile(join(folder, `bundle-${report.runId}-0123456789ab.tar`), tar);
    await writeFile(join(folder, 'bundle-3f1c7a52-0000-4000-8000-000000000002-0123456789ab.tar'), 'no archive');
    const { out, err } = await soar(['metrics', folder, '-f', 'json']);
    const { incidents } = JSON.parse(out) as { incidents: object[] };
    expect(incidents).toMatchObject([{ incidentKey: 'VMX-A', timeToContainment: 90 }]);
    expect(err).toMatch(/000000000002-0123456789ab\.tar is no report/);
  });

  it('of no incident are not known', async () => {
    const { code, out } = await soar(['metrics', folder, '-f', 'html']);
    expect(code).toBe(0);
    expect(out).toContain('Not known of any incident.');
  });
});
