import { describe, expect, it } from 'vitest';
import { tactics, techniquesOf } from '../../../../src/domain/report/attack.ts';
import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import { ec2VmExportPlaybook } from '../../../../workflows/ec2-vm-export/playbook.ts';
import { aReport } from '../../audit/a-report.ts';

const said = (id: string, answer: Finding['answer'] = 'yes'): Finding => ({
  id,
  sources: [],
  question: '?',
  answer,
  detail: '',
  evidence: [],
});
const shown = (verdict: Parameters<typeof techniquesOf>[1]['verdict'], ...findings: Finding[]) =>
  techniquesOf(ec2VmExportPlaybook.techniques, { verdict, findings })
    .filter(({ findings: by }) => by.length > 0)
    .map(({ technique, findings: by }) => `${technique.id}: ${by.join()}`);

describe('the techniques of an incident', () => {
  it('are those that its findings show, by a yes, in the order of tactics', () => {
    expect(shown('unauthorised-export', said('outcome'), said('downloaded'), said('concealment'))).toEqual([
      'T1562.008: concealment',
      'T1530: downloaded',
      'T1537: outcome',
    ]);
    expect(shown('unauthorised-export', said('downloaded', 'unknown'), said('concealment', 'no'))).toEqual([]);
  });

  it('are not an export that was allowed, nor one that nobody has judged', () => {
    expect(shown('authorised', said('outcome'), said('actor'))).toEqual([]);
    expect(shown('undetermined', said('outcome'), said('ways-in-made'))).toEqual(['T1098: ways-in-made']);
  });

  it('know every technique of the playbook by name, and say that nothing shows it here', () => {
    const { techniques } = ec2VmExportPlaybook;
    const found = techniquesOf(techniques, { ...aReport(), findings: [] });
    expect(found.map(({ technique }) => technique.id).sort()).toEqual(techniques.map(({ id }) => id).sort());
    expect(found.flatMap(({ findings }) => findings)).toEqual([]);
  });

  it('are those of its playbook and of whoever acted, and not those of another playbook with the same question', () => {
    const keyMade = {
      ...{ id: 'T1098.001', name: 'Account Manipulation: Additional Cloud Credentials', tactic: tactics.persistence },
      shownBy: 'outcome',
    };
    const findings = [said('outcome'), said('actor')];
    const found = techniquesOf([keyMade], { verdict: 'unauthorised-export', findings });
    expect(found.map(({ technique, findings: by }) => `${technique.id}: ${by.join()}`)).toEqual([
      'T1078.004: actor',
      'T1098.001: outcome',
    ]);
  });
});
