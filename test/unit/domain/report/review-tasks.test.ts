import { describe, expect, it } from 'vitest';
import { reviewTasks } from '../../../../src/domain/report/review-tasks.ts';
import type { IncidentReport } from '../../../../src/domain/report/report.ts';
import { aFailedAlert, times, without } from '../../../support/builders.ts';
import { anAction, aReport } from '../../audit/a-report.ts';

const tasks = (changes: Partial<IncidentReport> = {}) =>
  reviewTasks(aReport({ findings: [], rechecks: [], improvements: [], ...changes })).map(
    ({ what, why }) => `${what} | ${why}`,
  );
const outside = (answer: IncidentReport['metrics']['accessedOutsideOrganisation']) => ({
  ...aReport().metrics,
  accessedOutsideOrganisation: answer,
});
const review = /^Hold the review/;
const data = /^Say what data the image held/;

describe('the tasks of the review', () => {
  it('are the meeting and the seal, whatever happened', () => {
    const found = tasks({ metrics: outside('no') });
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(review);
    expect(found[1]).toMatch(/^See that the record is sealed .*soar incident show VMX-ABCDEFGHIJ says where/);
  });

  it('of an authorised export are the seal alone', () => {
    expect(tasks({ verdict: 'authorised', metrics: outside('no') })).toHaveLength(1);
  });

  it('ask for the data that left, unless a no is known or nothing was exported', () => {
    expect(tasks({ metrics: outside('yes') })[1]).toMatch(/\| the image was read outside the organisation$/);
    expect(tasks({ metrics: outside('unknown') })[1]).toMatch(data);
    expect(tasks({ metrics: outside('no') }).filter((task) => data.test(task))).toEqual([]);
    expect(tasks({ metrics: outside('unknown'), alert: aFailedAlert() }).filter((task) => data.test(task))).toEqual([]);
  });

  it('ask for it, too, where a copy of the machine was shared outside, whatever became of the export', () => {
    const [first] = aReport().findings;
    const shared = { findings: [{ ...first!, id: 'copies-shared', answer: 'yes' as const }], metrics: outside('no') };
    const wanted = /\| a copy of the machine was shared outside the organisation$/;
    expect(tasks(shared).filter((task) => wanted.test(task))).toHaveLength(1);
    expect(tasks({ ...shared, alert: aFailedAlert() }).filter((task) => wanted.test(task))).toHaveLength(1);
  });

  it('name every question without an answer, once', () => {
    expect(tasks({ findings: aReport().findings })).toContain(
      'Answer, or accept by name, what is not known: Was the image downloaded? | a gap is not a no',
    );
    const answered = aReport().findings.map((finding) => ({ ...finding, answer: 'no' as const }));
    expect(tasks({ findings: answered }).join()).not.toContain('not known: Was the image downloaded');
  });

  it('name each action by its last record where that is not in place, and what was undone', () => {
    const failed = anAction({ status: 'failed', detail: 'access denied' });
    const task = 'Decide what becomes of: Deny reads of the export';
    expect(tasks({ actions: [failed] })).toContain(`${task} | failed: access denied`);
    expect(tasks({ actions: [failed, anAction()] }).join()).not.toContain(task);
    const undone = [anAction(), anAction({ id: 'undo/deny-export-reads', title: 'Undo: it' })];
    expect(tasks({ actions: undone })).toContain(`${task} | it was undone`);
    expect(tasks({ actions: undone }).join()).not.toContain('becomes of: Undo');
  });

  it('name each credential that nobody has rotated', () => {
    const credentials: IncidentReport['credentials'] = [
      { id: 'machine', what: 'everything else', why: 'a copy left', status: 'open' },
      { id: 'key/1', what: 'a key', why: 'used', status: 'not-needed' },
    ];
    const found = tasks({ credentials, notPlanned: [{ what: 'rotate it (S109)', why: 'listed there, too' }] });
    expect(found).toContain(
      'Rotate everything else, and record it: soar incident rotated VMX-ABCDEFGHIJ machine | a copy left',
    );
    expect(found.join()).not.toMatch(/a key|S109/);
  });

  it('name what an earlier version left to people, and not what there was no need for', () => {
    const notPlanned = [
      { what: 'where the permission came from (S105)', why: 'a statement' },
      { what: 'rotate the secrets of the machine (S109)', why: 'only its owner knows them' },
      { what: 'remove-outside-acl-grants', why: 'the ACL names nobody outside' },
    ];
    const found = reviewTasks(without(aReport({ notPlanned }), 'credentials')).map(({ what }) => what);
    expect(found).toContain('Rotate the secrets of the machine (S109)');
    expect(found.join()).not.toMatch(/acl-grants|S105/);
  });

  it('ask for recovery where the last recheck did not hold', () => {
    const [drift] = aReport().rechecks;
    const holds = { at: times.now, result: 'holds' as const, drifted: [] };
    expect(tasks({ rechecks: [holds, drift!] }).join()).toContain('See that recovery holds');
    expect(tasks({ rechecks: [drift!, holds] }).join()).not.toContain('See that recovery holds');
    const failed = { ...holds, notInPlace: ['deny-actor'] };
    expect(tasks({ rechecks: [drift!, failed] }).join()).toContain('See that recovery holds');
  });

  it('ask to tell who was not told, by when', () => {
    const notices: IncidentReport['notices'] = [
      { id: 'legal', who: 'legal', status: 'due', dueBy: times.now },
      { id: 'soc', who: 'operations', status: 'told' },
    ];
    const found = tasks({ notices });
    expect(found).toContain(`Tell legal (legal) by ${times.now}, and record it | the notice is due`);
    expect(found.join()).not.toContain('operations');
  });

  it('ask for a custodian of a copy that was made, and for a decision on improvements', () => {
    expect(tasks({ actions: [anAction({ id: 'copy-to-forensics' })] }).join()).toContain('Name a custodian');
    expect(tasks({ actions: [anAction({ id: 'copy-to-forensics', status: 'failed' })] }).join()).not.toContain(
      'Name a custodian',
    );
    expect(tasks({ improvements: ['x'] }).join()).toContain('Decide on each improvement, with an owner and a date');
  });

  it('of an undo are what it did not do', () => {
    const undoes = 'ec2-vm-export/1/eu-west-1/x';
    expect(tasks({ undoes })).toEqual([]);
    expect(tasks({ undoes, actions: [anAction({ status: 'changed' })] })).toHaveLength(1);
  });
});
