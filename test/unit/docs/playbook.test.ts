import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportEvents } from '../../../src/domain/alert/alert.ts';
import { severityTable } from '../../../src/domain/data/severity.ts';
import { ec2VmExportPlaybook } from '../../../workflows/ec2-vm-export/playbook.ts';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { anAction, aReport } from '../audit/a-report.ts';
import { coverageRows } from '../../support/coverage.ts';
import { phases } from '../../../src/domain/phase.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** What the page "AWS EC2 instance exported as VM" says of itself (S36–S46), and where a reader finds it here. */
describe('the card of the playbook', () => {
  it('has the title, maintainer and version of the page', () => {
    expect(ec2VmExportPlaybook).toMatchObject({
      title: 'AWS EC2 instance exported as VM',
      maintainer: 'Detection & Response Team',
      version: '1.0',
    });
  });

  it('names the techniques of the detection rule', () => {
    expect(ec2VmExportPlaybook.techniques.map(({ id }) => id)).toEqual(expect.arrayContaining(['T1537', 'T1005']));
  });

  it("refers to AWS's own pages on exports and access logs", () => {
    const urls = ec2VmExportPlaybook.references.map(({ url }) => url);
    expect(urls).toEqual(
      expect.arrayContaining([
        'https://docs.aws.amazon.com/vm-import/latest/userguide/vmexport.html',
        expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/AmazonS3\/.*LogFormat\.html$/),
        'https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html',
      ]),
    );
  });

  it('names the type of incident, the severities that it expects and the day of its last change', () => {
    expect(ec2VmExportPlaybook.card).toMatchObject({
      incidentType: 'Data exfiltration risk',
      severities: ['medium', 'high'],
      lastUpdated: '2025-07-24',
    });
  });

  it('says what to know beforehand and what to bear in mind', () => {
    const page = renderHtml(aReport());
    const { assumptions, considerations } = ec2VmExportPlaybook.card;
    expect(assumptions).toEqual([
      expect.stringMatching(/AWS and CloudTrail/),
      expect.stringMatching(/tools/),
      expect.stringMatching(/exports machines/),
    ]);
    expect(considerations).toEqual([
      expect.stringMatching(/whole machine.*operating system, applications, data/),
      expect.stringMatching(/private data, credentials/),
      expect.stringMatching(/Migration, backup and development/),
      expect.stringMatching(/what the machine held and on who wanted it/),
    ]);
    for (const text of considerations) expect(page).toContain(text);
    for (const text of assumptions) expect(page).toContain(text);
  });

  it('opens by each of the three calls that move a machine into a bucket', () => {
    expect(ec2VmExportPlaybook.events).toEqual(exportEvents);
    expect(ec2VmExportPlaybook.eventSource).toBe('ec2.amazonaws.com');
  });

  it('knows the levels of severity that the page names', () => {
    expect(new Set(severityTable.map(({ level }) => level))).toEqual(
      new Set(['high', 'medium', 'low', 'raise', 'lower']),
    );
  });
});

describe('the procedures of the playbook', () => {
  const { procedures } = ec2VmExportPlaybook;

  it('exist, and say what is automated and what a person does', () => {
    expect(procedures.flatMap(({ sources }) => sources).sort(byNumber)).toEqual([
      ...['S77', 'S78', 'S79', 'S80', 'S98', 'S119', 'S128', 'S131', 'S132'],
    ]);
    for (const { path, sources } of procedures) {
      const text = read(path);
      expect(text).toMatch(/automated/i);
      expect(text).toMatch(/a person/i);
      for (const source of sources) expect(text).toContain(`For ${source}`);
    }
  });

  it('are named in the report where their step is', () => {
    const page = renderHtml(
      aReport({ improvements: ['Log more (S126).'], actions: [anAction({ id: 'copy-to-forensics' })] }),
    );
    const part = (id: string) => page.split(`<section id="${id}"`)[1]?.split('</section>')[0] ?? '';
    const named = (id: string) =>
      procedures.filter(({ path }) => part(id).includes(path)).flatMap(({ sources }) => sources);
    expect(named('findings')).toEqual(['S77', 'S78', 'S79', 'S80']);
    expect(named('actions')).toEqual(['S98']);
    expect(named('review')).toEqual(['S77', 'S119', 'S131', 'S132']);
    expect(named('playbook')).toHaveLength(procedures.length);
  });
});

describe('the workflow file', () => {
  it('runs each phase of the page, from a file of its name', () => {
    const workflow = read('workflows/ec2-vm-export/workflow.ts');
    for (const phase of phases) {
      expect(workflow.split(`incident.phase('${phase}'`)).toHaveLength(2);
      expect(workflow).toMatch(new RegExp(`from '\\.(/|\\./shared/)${phase}\\.ts'`));
    }
  });
});

describe('the readme', () => {
  it('says what a reader needs and knows beforehand', () => {
    expect(read('README.md')).toMatch(/^## What it needs$/m);
    expect(read('README.md')).toContain('Readers are expected to know AWS, CloudTrail and VM export.');
  });

  it('leads to each number of the playbook', () => {
    expect(read('README.md')).toContain('(docs/coverage.md)');
    const numbers = coverageRows(read('docs/coverage.md')).map(({ id }) => id);
    expect(numbers).toEqual([...numbers].sort(byNumber));
  });
});

const byNumber = (a: string, b: string): number =>
  b.charCodeAt(0) - a.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1));
