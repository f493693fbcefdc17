import { describe, expect, it } from 'vitest';
import { checkLine } from '../../../src/cli/alert-check.ts';
import { factsSection } from '../../../src/audit/render/html-findings.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import { EvidenceList } from '../../../src/audit/render/evidence-list.ts';
import { happened } from '../../../src/domain/approval/request-message.ts';
import { decodeAlert } from '../../../src/intake/decode.ts';
import { examine } from '../../../src/intake/examine.ts';
import { incidentSummary } from '../../../src/intake/summary.ts';
import { ebsSnapshotSharedPlaybook } from '../../../workflows/ebs-snapshot-shared/playbook.ts';
import type { PlaybookDescriptor } from '../../../workflows/shared/descriptor.ts';
import { aReport } from '../audit/a-report.ts';
import { ids } from '../../support/builders.ts';

/** A playbook about something that alerts have no field for. */
const keyMade: PlaybookDescriptor = {
  ...ebsSnapshotSharedPlaybook,
  id: 'key-made',
  events: ['CreateAccessKey'],
  eventSource: 'iam.amazonaws.com',
  about: (request, response) => ({
    id: response('accessKey', 'accessKeyId'),
    says: { 'for user': request('userName'), status: response('accessKey', 'status') },
  }),
  facts: ({ about }) => ({ accessKey: about?.id, userName: about?.says['for user'] }),
};
const arrival = { door: 'http', receivedAt: '2026-11-22T10:00:00.000Z' } as const;
const record = (changes: object = {}) => ({
  eventID: '5b1f0c1e-0000-4000-8000-0000000000aa',
  eventName: 'CreateAccessKey',
  eventSource: 'iam.amazonaws.com',
  eventTime: '2026-11-22T09:59:00Z',
  awsRegion: 'us-east-1',
  recipientAccountId: ids.account,
  userIdentity: { type: 'IAMUser', principalId: 'AIDA1', userName: 'mallory', accountId: ids.account },
  requestParameters: { userName: 'bob' },
  responseElements: { accessKey: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', userName: 'bob' } },
  ...changes,
});
const refused = { errorCode: 'AccessDenied', responseElements: null };
const decode = (changes: object = {}) => decodeAlert(record(changes), arrival, [keyMade]);
const idOf = (changes: object = {}) => {
  const { incident } = examine(record(changes), arrival, { playbooks: [keyMade], correlationKey: 'k' });
  return incident?.workflowId ?? '';
};

describe('what a playbook reads of its own calls', () => {
  it('is in the alert, and what the record does not say is a gap', () => {
    expect(decode().about).toEqual({ id: 'AKIAIOSFODNN7EXAMPLE', says: { 'for user': 'bob' } });
    expect(decode().missing).not.toContain('accessKey');
    expect(decode(refused)).toMatchObject({ about: { says: { 'for user': 'bob' } } });
    expect(decode(refused).missing).toContain('accessKey');
  });

  it('makes one incident of two alerts about the same thing, and names it by no text of theirs', () => {
    const first = idOf();
    expect(first).toMatch(new RegExp(`^key-made/${ids.account}/us-east-1/about-[0-9a-f]{20}$`));
    expect(idOf({ eventID: 'another' })).toBe(first);
    expect(idOf({ responseElements: { accessKey: { accessKeyId: 'AKIAI44QH8DHBEXAMPLE' } } })).not.toBe(first);
    expect(idOf(refused)).toMatch(/\/denied-[0-9a-f]{20}$/);
  });

  it('is told wherever an alert is, and a person nowhere that is not encrypted', () => {
    expect(incidentSummary(decode())).toContain('CreateAccessKey succeeded: AKIAIOSFODNN7EXAMPLE, account');
    expect(incidentSummary(decode())).not.toMatch(/bob|machine|bucket/);
    expect(incidentSummary(decode(refused))).toContain('was refused: nothing that is named');
    expect(happened(decode())[0]).toMatch(/: AKIAIOSFODNN7EXAMPLE, for user bob$/);
    expect(happened(decode(refused))[0]).toMatch(/: nothing that is named, for user bob$/);
    const examined = examine(record(), arrival, { playbooks: [keyMade], correlationKey: 'k' });
    expect(checkLine(examined)).toContain('about AKIAIOSFODNN7EXAMPLE; for user bob');
    const html = factsSection(aReport({ alert: decode() }), new EvidenceList()).body.text;
    expect(html).toMatch(/<dt>for user<\/dt>\s*<dd>bob<\/dd>/);
    expect(renderMarkdown(aReport({ alert: decode() }))).toContain('| for user | bob |');
  });

  it('is escaped, name and text', () => {
    const alert = { ...decode(), about: { id: '<b>', says: { '<i>|': '<script>|' } } };
    expect(factsSection(aReport({ alert }), new EvidenceList()).body.text).not.toMatch(/<b>|<i>|<script>/);
    expect(renderMarkdown(aReport({ alert }))).not.toMatch(/<b>|<i>|<script>/);
  });
});
