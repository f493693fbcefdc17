import { describe, expect, it } from 'vitest';
import {
  aDocument,
  aManagedPolicy,
  anAlert,
  anAllow,
  aTrail,
  aTrailEvent,
  aUser,
  ids,
  without,
} from '../../../support/builders.ts';
import { find } from './an-investigation.ts';

describe('what the actor did', () => {
  const exported = aTrailEvent({ eventId: anAlert().eventId, eventName: 'CreateInstanceExportTask', readOnly: false });

  it('is counted by call, the export itself apart', () => {
    const actorTrail = aTrail([exported, aTrailEvent(), aTrailEvent()]);
    expect(find('key-activity', { actorTrail })).toMatchObject({
      answer: 'yes',
      detail: '2 other call(s) in eu-west-1, us-east-1: DescribeInstances (2); from 198.51.100.7',
    });
    expect(find('key-activity', { actorTrail: aTrail([exported]) }).answer).toBe('no');
    expect(find('key-activity', { actorTrail: aTrail([exported], { truncated: true }) }).answer).toBe('unknown');
  });

  it('names what it changed, reading left out', () => {
    const refused = aTrailEvent({ eventName: 'StopInstances', readOnly: false, errorCode: 'UnauthorizedOperation' });
    const run = aTrailEvent({ eventName: 'RunInstances', readOnly: false });
    const actorTrail = aTrail([exported, run, refused, aTrailEvent()]);
    expect(find('actor-changes', { actorTrail })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^RunInstances at [^;]*$/) as unknown,
    });
    expect(find('actor-changes', { actorTrail: aTrail([exported, refused, aTrailEvent()]) }).answer).toBe('no');
  });

  it('names a few and counts the rest', () => {
    const events = Array.from({ length: 7 }, () => aTrailEvent({ eventName: 'RunInstances', readOnly: false }));
    expect(find('actor-changes', { actorTrail: aTrail(events) }).detail).toMatch(/; and 2 more$/);
  });

  it('shows other exports that were refused, and earlier ones that were not', () => {
    const refused = aTrailEvent({
      eventName: 'ExportImage',
      errorCode: 'Client.UnauthorizedOperation',
      readOnly: false,
    });
    const earlier = aTrailEvent({ eventName: 'CreateStoreImageTask', time: '2026-03-01T12:00:00Z', readOnly: false });
    const later = aTrailEvent({ eventName: 'ExportImage', time: '2026-03-02T11:00:00Z', readOnly: false });
    expect(find('refused-exports', { actorTrail: aTrail([refused, earlier]) })).toMatchObject({
      answer: 'yes',
      detail: `ExportImage (Client.UnauthorizedOperation) at ${refused.time} by ${ids.userArn} from 198.51.100.7`,
    });
    expect(find('earlier-exports', { actorTrail: aTrail([later, refused, earlier]) })).toMatchObject({
      answer: 'yes',
      detail: expect.stringMatching(/^1 by the actor, .*: CreateStoreImageTask at 2026-03-01T12:00:00Z/) as unknown,
    });
    // What would have succeeded was not refused.
    const dry = { ...refused, errorCode: 'Client.DryRunOperation' };
    expect(find('refused-exports', { actorTrail: aTrail([dry]) }).answer).toBe('no');
    expect(find('refused-exports').answer).toBe('no');
    expect(find('earlier-exports', { actorTrail: aTrail([exported, refused]) }).answer).toBe('no');
  });

  it('shows changes of access, tried ones too', () => {
    const key = aTrailEvent({ eventName: 'CreateAccessKey', eventSource: 'iam.amazonaws.com', readOnly: false });
    const tried = { ...key, eventName: 'AttachUserPolicy', errorCode: 'AccessDenied' };
    const read = aTrailEvent({ eventName: 'ListUsers', eventSource: 'iam.amazonaws.com' });
    expect(find('access-changes', { actorTrail: aTrail([key, tried, read]) }).detail).toMatch(
      /^CreateAccessKey at [^;]*; AttachUserPolicy \(AccessDenied\) at [^;]*$/,
    );
    expect(find('access-changes', { actorTrail: aTrail([read]) }).answer).toBe('no');
    for (const eventSource of ['sso', 'organizations', 'identitystore'].map((name) => `${name}.amazonaws.com`)) {
      const given = aTrailEvent({ eventName: 'CreateAccountAssignment', eventSource, readOnly: false });
      expect(find('access-changes', { actorTrail: aTrail([given]) }).answer).toBe('yes');
    }
  });

  it('shows sign-ins, and does not exclude them from the trail of a key', () => {
    const login = aTrailEvent({ eventId: 'a', eventName: 'ConsoleLogin', eventSource: 'signin.amazonaws.com' });
    const session = aTrailEvent({ eventId: 'b', eventName: 'GetSessionToken', eventSource: 'sts.amazonaws.com' });
    const identity = aTrailEvent({ eventId: 'c', eventName: 'GetCallerIdentity', eventSource: 'sts.amazonaws.com' });
    expect(find('authentication', { actorTrail: aTrail([login, session, identity]) }).detail).toMatch(
      /^ConsoleLogin [^;]*; GetSessionToken [^;]*$/,
    );
    expect(find('authentication').answer).toBe('unknown');
    const alert = anAlert({ principal: without(anAlert().principal, 'accessKeyId') });
    expect(find('authentication', { alert }).answer).toBe('no');
  });

  it('shows concealment', () => {
    expect(find('concealment', { actorTrail: aTrail([aTrailEvent({ eventName: 'StopLogging' })]) })).toMatchObject({
      answer: 'yes',
      detail: `StopLogging at 2026-03-02T09:50:00Z by ${ids.userArn}`,
    });
    expect(find('concealment').answer).toBe('no');
  });

  it.each([
    ['a gap', { gaps: [{ what: 'CloudTrail of us-east-1', why: 'AwsAccessDenied' }] }],
    ['an end of the budget', { truncated: true }],
    ['events that were not kept', { total: 900 }],
  ])('is not excluded by a trail with %s', (_why, changes) => {
    const actorTrail = aTrail([], changes);
    for (const id of ['actor-changes', 'access-changes', 'refused-exports']) {
      expect(find(id, { actorTrail }).answer).toBe('unknown');
    }
  });
});

describe('where the permission comes from', () => {
  it('is told by policy and holder', () => {
    const exporting = aDocument(anAllow({ Action: 'ec2:*' }));
    const principal = aUser({
      inline: [{ name: 'work', document: exporting }],
      attached: [aManagedPolicy()],
      groups: [{ name: 'ops', inline: [], attached: [aManagedPolicy({ name: 'PowerUserAccess', awsManaged: true })] }],
    });
    expect(find('permission-source', { principal })).toMatchObject({
      answer: 'yes',
      detail:
        "inline policy work of user mallory; managed policy exporters of user mallory; AWS's own policy PowerUserAccess of group ops",
    });
  });

  it('is a no only if every policy was read', () => {
    expect(find('permission-source').answer).toBe('no');
    const gaps = [{ what: 'groups', why: 'AwsAccessDenied' }];
    expect(find('permission-source', { principal: aUser({ gaps }) }).answer).toBe('unknown');
    expect(find('permission-source', { principal: null }).answer).toBe('unknown');
  });
});
