import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { configuredRules, detectionRules } from '../../../src/detection/rules.ts';
import { kqlOf } from '../../../src/domain/alert/detection-query.ts';
import { exportEvents } from '../../../src/domain/alert/alert.ts';
import { ec2VmExportPlaybook } from '../../../workflows/ec2-vm-export/playbook.ts';
import { leastConfig, parse } from '../config/configuration.ts';

const ruleOf = (id: string) => detectionRules().find((rule) => rule.id === id)!;
const minutes = (count: number) => count * 60_000;

describe('the detection rule', () => {
  const rule = ruleOf('vm-export-failure');

  it('has the name, version, authors and licence of the record', () => {
    expect(rule).toMatchObject({
      name: 'AWS EC2 VM Export Failure',
      version: 207,
      authors: ['Elastic', 'Austin Songer'],
    });
    expect(rule.origin).toMatch(/Elastic Stack.*Serverless.*Security/);
    expect(rule.licence).toMatch(/Elastic License v2.*none of its text.*Apache-2\.0/);
    expect(rule.description).toMatch(/export an instance.*may be after the data/);
  });

  it('is a query over the indices of Filebeat and the AWS integration', () => {
    expect(rule).toMatchObject({ type: 'query', indices: ['filebeat-*', 'logs-aws.cloudtrail-*'] });
  });

  it('is the query of the record, to the letter', () => {
    expect(kqlOf(rule.condition)).toBe(
      'event.dataset:aws.cloudtrail and event.provider:ec2.amazonaws.com and ' +
        'event.action:CreateInstanceExportTask and event.outcome:failure',
    );
  });

  it('runs every 10 minutes over the last 60, for at most 100 alerts', () => {
    expect(rule).toMatchObject({ interval: minutes(10), lookback: minutes(60), maxAlerts: 100 });
  });

  it('is of severity low and risk score 21', () => {
    expect(rule).toMatchObject({ severity: 'low', riskScore: 21 });
  });

  it('has the tags of the record and no references', () => {
    expect(rule.tags).toEqual([
      'Domain: Cloud',
      'Data Source: AWS',
      'Data Source: Amazon Web Services',
      'Use Case: Asset Visibility',
      'Tactic: Exfiltration',
      'Tactic: Collection',
      'Resources: Investigation Guide',
    ]);
    expect(rule.references).toEqual([]);
  });

  it('names both tactics with their techniques and where ATT&CK describes them', () => {
    const at = (path: string) => `https://attack.mitre.org/${path}/`;
    expect(rule.threat).toEqual([
      {
        tactic: { id: 'TA0010', name: 'Exfiltration', url: at('tactics/TA0010') },
        techniques: [{ id: 'T1537', name: 'Transfer Data to Cloud Account', url: at('techniques/T1537') }],
      },
      {
        tactic: { id: 'TA0009', name: 'Collection', url: at('tactics/TA0009') },
        techniques: [{ id: 'T1005', name: 'Data from Local System', url: at('techniques/T1005') }],
      },
    ]);
  });

  it('says what data it needs, and when an export is legitimate', () => {
    expect(rule.setup).toMatch(/Fleet integration.*Filebeat/);
    expect(rule.notes).toMatch(/backups and migrations.*attacker.*sees the attempts/s);
    expect(rule.falsePositives.join(' ')).toMatch(/Backup.*Development and test.*wrong permission.*Scripts/);
  });

  it('says that it was deprecated, and names its successor', () => {
    expect(rule.deprecated).toMatch(/2026-01-16.*AWS EC2 Export Task/);
    expect(ruleOf('export-task')).toMatchObject({ name: 'AWS EC2 Export Task', severity: 'medium', riskScore: 47 });
    expect(ruleOf('export-task').deprecated).toBeUndefined();
  });
});

describe('the rules of the playbook', () => {
  it('see each of its calls, whether it succeeded or was refused', () => {
    for (const outcome of ['success', 'failure']) {
      const rules = detectionRules().filter(({ condition }) => condition.outcome === outcome);
      expect(new Set(rules.flatMap(({ condition }) => condition.actions))).toEqual(new Set(exportEvents));
    }
  });

  it('name techniques that the playbook names', () => {
    const techniques = detectionRules().flatMap(({ threat }) => threat.flatMap((one) => one.techniques));
    expect(new Set(techniques.map(({ id }) => id))).toEqual(
      new Set(ec2VmExportPlaybook.techniques.map(({ id }) => id)),
    );
  });
});

describe('a file of rules', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'soar-rules-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (playbook: string, contents: object | string, name = 'a-rule') => {
    mkdirSync(join(folder, playbook, 'detection'), { recursive: true });
    const file = join(folder, playbook, 'detection', `${name}.yaml`);
    writeFileSync(file, typeof contents === 'string' ? contents : stringify(contents));
  };
  const { interval, lookback, ...facts } = ruleOf('export-task');
  const contents = { ...facts, id: 'a-rule', interval: '10m', from: 'now-60m' };

  it('of another playbook is found too', () => {
    expect([interval, lookback]).toEqual([minutes(10), minutes(60)]);
    write('one', contents);
    write('another', { ...contents, id: 'b-rule', condition: { ...contents.condition, actions: ['X'] } }, 'b-rule');
    mkdirSync(join(folder, 'shared'));
    expect(detectionRules(folder).map(({ id }) => id)).toEqual(['a-rule', 'b-rule']);
  });

  it.each([
    ['an unknown key', { colour: 'red' }, /[Uu]nrecognized key.*colour/],
    [
      'a query that is no word',
      { condition: { ...contents.condition, actions: ['A or *'] } },
      /actions\.0: must be a word/,
    ],
    ['a look-back shorter than the interval', { from: 'now-5m' }, /from: must reach back over the interval/],
    ['more than 100 alerts', { maxAlerts: 101 }, /maxAlerts/],
    ['another id than its name', { id: 'c-rule' }, /must be the name of the file/],
  ])('with %s is refused', (_, change, problem) => {
    write('one', { ...contents, ...change });
    expect(() => detectionRules(folder)).toThrow(problem);
  });

  it('is refused when its id is another one’s too, or it is no YAML', () => {
    write('one', contents);
    write('two', contents);
    expect(() => detectionRules(folder)).toThrow('two rules have the id a-rule');
    write('two', '{');
    expect(() => detectionRules(folder)).toThrow(/is not YAML/);
  });
});

describe('the configured rules', () => {
  it('are those of the playbooks that take alerts, or those that the configuration names', () => {
    const ids = (more: object) => configuredRules(parse({ ...leastConfig(), ...more })).map(({ id }) => id);
    expect(ids({})).toEqual(['export-task', 'image-export-failure', 'vm-export-failure']);
    expect(ids({ playbooks: ['ebs-snapshot-shared'] })).toEqual(['snapshot-shared']);
    const one = parse({ ...leastConfig(), detection: { rules: ['export-task'] } });
    expect(configuredRules(one).map(({ id }) => id)).toEqual(['export-task']);
  });

  it('are refused when there is no such rule', () => {
    const wrong = parse({ ...leastConfig(), detection: { rules: ['export-task', 'exprot-task'] } });
    expect(() => configuredRules(wrong)).toThrow(/detection\.rules\[1\]: is not a rule; there are .*\bexport-task, /);
  });
});
