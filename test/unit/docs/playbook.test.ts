import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exportEvents } from '../../../src/domain/alert.ts';
import { phases } from '../../../src/domain/incident.ts';
import { severityTable } from '../../../src/domain/severity-table.ts';
import { ec2VmExportPlaybook } from '../../../workflows/ec2-vm-export/playbook.ts';
import { coverageRows } from '../../support/coverage.ts';

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
    expect(ec2VmExportPlaybook.techniques).toEqual(expect.arrayContaining(['T1537', 'T1005']));
  });

  it("refers to AWS's own pages on exports and access logs", () => {
    const urls = ec2VmExportPlaybook.references.map(({ url }) => url);
    expect(urls).toEqual(
      expect.arrayContaining([
        'https://docs.aws.amazon.com/vm-import/latest/userguide/vmexport.html',
        expect.stringMatching(/^https:\/\/docs\.aws\.amazon\.com\/AmazonS3\/.*LogFormat\.html$/),
      ]),
    );
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

describe('the workflow file', () => {
  it('runs each phase of the page, from a file of its name', () => {
    const workflow = read('workflows/ec2-vm-export/workflow.ts');
    for (const phase of phases) {
      expect(workflow.split(`incident.phase('${phase}'`)).toHaveLength(2);
      expect(workflow).toContain(`from './${phase}.ts'`);
    }
  });
});

describe('the readme', () => {
  it('says what a reader needs and knows beforehand', () => {
    expect(read('README.md')).toMatch(/^## What it needs$/m);
    expect(read('README.md')).toContain('CloudTrail');
  });

  it('leads to each number of the playbook', () => {
    expect(read('README.md')).toContain('(docs/coverage.md)');
    const numbers = coverageRows(read('docs/coverage.md')).map(({ id }) => id);
    expect(numbers).toEqual([...numbers].sort(byNumber));
  });
});

const byNumber = (a: string, b: string): number =>
  b.charCodeAt(0) - a.charCodeAt(0) || Number(a.slice(1)) - Number(b.slice(1));
