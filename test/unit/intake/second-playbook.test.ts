import { describe, expect, it } from 'vitest';
import { examine } from '../../../src/intake/examine.ts';
import { decodeAlert } from '../../../src/intake/decode.ts';
import { AlertUnsupported } from '../../../src/intake/refusal.ts';
import { playbooksOf } from '../../../src/intake/route.ts';
import { incidentSummary } from '../../../src/intake/summary.ts';
import { happened } from '../../../src/domain/approval/request-message.ts';
import { playbooks as catalogue } from '../../../workflows/playbooks.ts';
import { ids } from '../../support/builders.ts';

const arrival = { door: 'http', receivedAt: '2026-11-22T10:00:00.000Z' } as const;
const playbooks = playbooksOf({ playbooks: ['ec2-vm-export', 'ebs-snapshot-shared'] });

/** A call to change who may use a snapshot, as CloudTrail records it. */
const record = (createVolumePermission: object) => ({
  eventID: '5b1f0c1e-0000-4000-8000-0000000000aa',
  eventName: 'ModifySnapshotAttribute',
  eventSource: 'ec2.amazonaws.com',
  eventTime: '2026-11-22T09:59:00Z',
  awsRegion: ids.region,
  recipientAccountId: ids.account,
  userIdentity: { type: 'IAMUser', arn: `arn:aws:iam::${ids.account}:user/mallory`, accountId: ids.account },
  requestParameters: {
    snapshotId: 'snap-0123456789abcdef0',
    attributeType: 'CREATE_VOLUME_PERMISSION',
    createVolumePermission,
  },
});
const shared = record({ add: { items: [{ userId: ids.outsideAccount }, { group: 'all' }] } });

describe('a playbook that runs on request', () => {
  it('takes other calls than every other playbook: an incident is opened by the name of its call', () => {
    const events = catalogue.flatMap((playbook) => playbook.events);
    expect(events.toSorted()).toEqual([...new Set(events)].sort());
  });

  it('takes no alert where the configuration does not name it', () => {
    expect(() => decodeAlert(shared, arrival)).toThrow(AlertUnsupported);
    expect(examine(shared, arrival)).toMatchObject({ ok: true, handled: false });
  });

  it('takes its alerts where it is named, with what they are about in every text', () => {
    const alert = decodeAlert(shared, arrival, playbooks);
    expect(alert).toMatchObject({ snapshotId: 'snap-0123456789abcdef0', sharedWith: [ids.outsideAccount, 'all'] });
    expect(alert.missing).not.toContain('bucket');
    expect(incidentSummary(alert)).toContain(`snap-0123456789abcdef0 to ${ids.outsideAccount}:all`);
    expect(happened(alert)[0]).toContain(`snap-0123456789abcdef0 to account ${ids.outsideAccount}, everybody`);
    expect(examine(shared, arrival, { playbooks })).toMatchObject({
      handled: true,
      incident: { workflowId: `ebs-snapshot-shared/${ids.account}/${ids.region}/snap-0123456789abcdef0` },
    });
  });

  it('leaves alone a call that only takes shares away, such as our own', () => {
    const taken = record({ remove: { items: [{ userId: ids.outsideAccount }] } });
    expect(() => decodeAlert(taken, arrival, playbooks)).toThrow(AlertUnsupported);
    expect(examine(taken, arrival, { playbooks })).toMatchObject({ ok: true, handled: false });
  });

  it.each([
    ['names nobody', {}],
    ['is in a form that nobody knows', { add: { items: [{ principal: 'x' }] } }],
    ['gives and takes', { add: { items: [{ principal: 'x' }] }, remove: { items: [{ userId: ids.account }] } }],
  ])('takes a call whose record %s: it may have shared the snapshot', (_, permission) => {
    const alert = decodeAlert(record(permission), arrival, playbooks);
    expect(alert).toMatchObject({ snapshotId: 'snap-0123456789abcdef0' });
    expect(alert.sharedWith).toBeUndefined();
  });
});
