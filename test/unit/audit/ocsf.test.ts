import { describe, expect, it } from 'vitest';
import { renderOcsf } from '../../../src/audit/render/ocsf.ts';
import type { IncidentReport } from '../../../src/domain/report/report.ts';
import { aFailedAlert, ids, times } from '../../support/builders.ts';
import { anAnswer, aReport } from './a-report.ts';

const at = (time: string): number => Date.parse(time);

describe('the report as an OCSF event', () => {
  const event = renderOcsf(aReport());

  it('is a closed Incident Finding of OCSF 1.5', () => {
    expect(event).toMatchObject({
      category_uid: 2,
      category_name: 'Findings',
      class_uid: 2005,
      class_name: 'Incident Finding',
      activity_id: 3,
      activity_name: 'Close',
      type_uid: 200503,
      type_name: 'Incident Finding: Close',
      status_id: 5,
      status: 'Closed',
      metadata: {
        version: '1.5.0',
        profiles: ['incident', 'cloud'],
        uid: 'run-1/close',
        correlation_uid: ids.incidentKey,
      },
    });
  });

  it('is an update in progress while recovery is watched', () => {
    expect(renderOcsf(aReport({ closedAt: null }))).toMatchObject({
      activity_id: 2,
      activity_name: 'Update',
      type_uid: 200502,
      status_id: 2,
      status: 'In Progress',
      metadata: { uid: 'run-1/update' },
    });
  });

  it('counts time in milliseconds: when it was opened, and from the call to the end', () => {
    expect(event).toMatchObject({ time: at(times.received), start_time: at(times.export), end_time: at(times.now) });
  });

  it.each([
    ['low', 2, 'Low'],
    ['medium', 3, 'Medium'],
    ['high', 4, 'High'],
  ] as const)('says severity %s as %i', (severity, id, name) => {
    const report = aReport({ assessment: { severity, met: [], unknown: [] } });
    expect(renderOcsf(report)).toMatchObject({ severity_id: id, severity: name });
  });

  it.each([
    ['authorised', 5, 'Benign'],
    ['unauthorised-attempt', 2, 'True Positive'],
    ['unauthorised-export', 2, 'True Positive'],
    ['undetermined', 7, 'Insufficient Data'],
  ] as const)('says verdict %s as %i', (verdict, id, name) => {
    expect(renderOcsf(aReport({ verdict }))).toMatchObject({ verdict_id: id, verdict: name, unmapped: { verdict } });
  });

  it.each([
    ['unauthorised-export', 'unknown', true],
    ['undetermined', 'yes', true],
    ['unauthorised-attempt', 'no', false],
    ['authorised', 'no', false],
    ['undetermined', 'no', undefined],
    ['authorised', 'unknown', undefined],
  ] as const)('of %s, read outside: %s, suspects a breach: %s', (verdict, accessedOutsideOrganisation, suspected) => {
    const metrics = { ...aReport().metrics, accessedOutsideOrganisation };
    expect(renderOcsf(aReport({ verdict, metrics }))['is_suspected_breach']).toBe(suspected);
  });

  it('names who works on it, where it happened, and what it came to in words', () => {
    expect(event).toMatchObject({
      assignee_group: { name: 'Detection & Response Team' },
      cloud: { provider: 'AWS', region: ids.region, account: { uid: ids.account, type: 'AWS Account', type_id: 10 } },
      message: expect.stringContaining('iam-user mallory started CreateInstanceExportTask') as string,
      desc: expect.stringContaining('The verdict is unauthorised-export with severity high') as string,
    });
  });

  it('has a finding for each alert, with the event and the rule behind it', () => {
    const arrivals: IncidentReport['arrivals'] = [
      { eventId: 'event-1', door: 'elastic', receivedAt: times.received, rule: 'VM export', alertId: 'a-1' },
      { eventId: 'event-1', door: 'http', receivedAt: times.now, detectedAt: times.detected },
      { eventId: 'event-1', door: 'http', receivedAt: times.now },
    ];
    const found = renderOcsf(aReport({ arrivals, findings: [] }))['finding_info_list'];
    expect(found).toMatchObject([
      {
        uid: 'a-1',
        title: 'VM export',
        analytic: { name: 'VM export', type: 'Rule', type_id: 1 },
        related_events: [{ uid: 'event-1', type: 'AWS CloudTrail event' }],
        first_seen_time: at(times.export),
        created_time: at(times.received),
      },
      { uid: 'event-1', title: 'CreateInstanceExportTask', created_time: at(times.detected) },
    ]);
    expect(found).toHaveLength(2);
  });

  it('has a finding for each question, and says of a gap that it is one', () => {
    expect(event['finding_info_list']).toContainEqual({
      uid: `${ids.incidentKey}/downloaded`,
      title: 'Was the image downloaded?',
      types: ['playbook question'],
      desc: 'unknown: logging is off',
      data_sources: ['S3 access log'],
      tags: [
        { name: 'answer', value: 'unknown' },
        { name: 'looked at', value: `${times.received}/${times.now}` },
      ],
    });
    expect(renderOcsf(aReport({ findings: [anAnswer()] }))['finding_info_list']).toContainEqual(
      expect.objectContaining({
        data_sources: ['CloudTrail'],
        tags: expect.arrayContaining([{ name: 'confidence', value: 'medium' }]) as unknown,
      }),
    );
  });

  it('names the techniques that findings show, with tactic and sub-technique, and no others', () => {
    expect(event).not.toHaveProperty('attacks');
    const report = aReport();
    report.findings = ['outcome', 'actor'].map((id) => ({ ...report.findings[0]!, id, answer: 'yes' as const }));
    const { attacks } = renderOcsf(report);
    expect(attacks).toEqual([
      {
        tactic: { uid: 'TA0001', name: 'Initial Access', src_url: 'https://attack.mitre.org/tactics/TA0001/' },
        technique: { uid: 'T1078', name: 'Valid Accounts', src_url: 'https://attack.mitre.org/techniques/T1078/' },
        sub_technique: {
          uid: 'T1078.004',
          name: 'Cloud Accounts',
          src_url: 'https://attack.mitre.org/techniques/T1078/004/',
        },
      },
      {
        tactic: { uid: 'TA0010', name: 'Exfiltration', src_url: 'https://attack.mitre.org/tactics/TA0010/' },
        technique: {
          uid: 'T1537',
          name: 'Transfer Data to Cloud Account',
          src_url: 'https://attack.mitre.org/techniques/T1537/',
        },
      },
    ]);
  });

  it('keeps what OCSF has no word for, and makes nothing up', () => {
    expect(event['unmapped']).toMatchObject({
      accessed_outside_organisation: 'unknown',
      exposure_seconds: null,
      severity_criteria: ['S57'],
      decisions: [{ approver: 'alice', verified_by: 'gateway-signature', result: 'accepted' }, { approver: 'mallory' }],
    });
    for (const guessed of ['impact_id', 'priority_id', 'confidence_id']) expect(event).not.toHaveProperty(guessed);
  });

  it('of a refused attempt says so, and links to Temporal UI where that is known', () => {
    const links = [{ title: 'Incident in Temporal UI', url: 'https://temporal.example/x', findings: [] }];
    expect(renderOcsf(aReport({ alert: aFailedAlert(), links }))).toMatchObject({
      message: expect.stringMatching(
        / tried CreateInstanceExportTask .*, and failed \(Client\.UnauthorizedOperation\)\./,
      ) as string,
      src_url: 'https://temporal.example/x',
    });
  });

  it('holds no control character', () => {
    const report = aReport();
    report.alert.arrival.rule = 'a\u001b[2J\u202eb\nc';
    expect(JSON.stringify(renderOcsf(report))).toContain('a[2Jb c');
  });
});
