import { describe, expect, it } from 'vitest';
import {
  earlierEndsFinding,
  earlierExportsOf,
  type EarlierEnds,
  type EarlierIncident,
} from '../../../../src/domain/findings/earlier-incidents.ts';
import { incidentKey, incidentWorkflowId } from '../../../../src/domain/names.ts';
import { aCaseFile, anAlert, aTrail, aTrailEvent, ids } from '../../../support/builders.ts';

const playbookId = 'ec2-vm-export';
const call = (changes: Parameters<typeof aTrailEvent>[0] = {}) =>
  aTrailEvent({ eventName: 'CreateInstanceExportTask', readOnly: false, ...changes });
const asked = (events: ReturnType<typeof call>[], eventIds: string[] = []) =>
  earlierExportsOf(aCaseFile({ exportTrail: aTrail(events) }), { playbookId, eventIds });

describe('the incident of an earlier export', () => {
  it.each([
    ['its task', [{ kind: 'export', id: 'export-i-1' }], { exportTaskId: 'export-i-1' }],
    ['its object', [{ kind: 'stored-image', id: 's3://acme/a/b.bin' }], { bucket: 'acme', objectKey: 'a/b.bin' }],
    ['its event', [], {}],
  ] as const)('has the id that the intake gave it, by %s', (_, copies, subject) => {
    const {
      exportTaskId: _task,
      bucket: _bucket,
      objectKey: _key,
      ...alert
    } = anAlert({ eventId: 'before', ...subject });
    const opened = incidentWorkflowId(playbookId, { ...alert, region: 'us-east-1', ...subject }, 'any key');
    const { exports } = asked([call({ eventId: 'before', region: 'us-east-1', copies: [...copies] })]);
    expect(exports).toEqual([{ eventId: 'before', time: '2026-03-02T09:50:00Z', workflowId: opened }]);
  });

  it('is not asked for of this incident’s own events, of refused calls and of dry runs', () => {
    const refused = call({ eventId: 'refused', errorCode: 'Client.UnauthorizedOperation' });
    const dry = call({ eventId: 'dry', errorCode: 'Client.DryRunOperation' });
    expect(asked([call({ eventId: 'own' }), refused, dry], ['own'])).toEqual({ exports: [], more: 0 });
  });

  it('is asked for of the newest twenty', () => {
    const nights = Array.from({ length: 23 }, (_, day) =>
      call({ eventId: `night-${day}`, time: `2026-02-${String(day + 1).padStart(2, '0')}T03:00:00Z` }),
    );
    const { exports, more } = asked(nights);
    expect([exports.length, exports[0]?.eventId, more]).toEqual([20, 'night-22', 3]);
  });
});

const exports = [
  { eventId: 'second', time: '2026-03-01T03:00:00Z', workflowId: 'w/2' },
  { eventId: 'first', time: '2026-02-01T03:00:00Z', workflowId: 'w/1' },
];
const closed: EarlierIncident = {
  ...{ eventId: 'first', workflowId: 'w/1', state: 'closed', closedAt: '2026-02-02T10:00:00.000Z' },
  ...{ severity: 'low', verdict: 'authorised' },
};
const gap = { what: "the archive's index of events", why: 'not configured: evidence.readRole is not set' };
const found = (known: EarlierEnds['known'], more = 0) => earlierEndsFinding({ exports, more, known });

describe('how incidents about earlier exports ended', () => {
  it('is told export by export, with what the answer rests on', () => {
    const reference = { uri: 's3://evidence/e', sha256: 'e', size: 1 };
    expect(found({ incidents: [closed], gaps: [], evidence: [reference] }, 3)).toMatchObject({
      answer: 'yes',
      source: 'other incidents',
      detail:
        'export at 2026-03-01T03:00:00Z: no incident is known; export at 2026-02-01T03:00:00Z: ' +
        `${incidentKey('w/1')}, authorised, severity low, closed at 2026-02-02T10:00:00.000Z; ` +
        '3 older export(s) were not asked about',
      evidence: [reference],
      range: { from: '2026-02-01T03:00:00Z', to: '2026-03-01T03:00:00Z' },
    });
  });

  it('names what is not known of an incident instead of guessing', () => {
    const open: EarlierIncident = { eventId: 'second', workflowId: 'w/2', state: 'broken off' };
    const { detail } = found({ incidents: [open], gaps: [gap] });
    expect(detail).toContain(`${incidentKey('w/2')}, verdict not known, severity not known, broken off;`);
    expect(detail).toMatch(
      /; incomplete: the archive's index of events: not configured: evidence.readRole is not set$/,
    );
  });

  it('is a no where Temporal and archive know of none, and unknown where one was not read', () => {
    expect(found({ incidents: [], gaps: [] })).toMatchObject({
      answer: 'no',
      confidence: 'low',
      detail: 'no incident is known of 2 earlier export(s)',
    });
    expect(found({ incidents: [], gaps: [gap] })).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringContaining(gap.why) as string,
    });
    expect(found(null)).toMatchObject({ answer: 'unknown', whyUnknown: expect.stringContaining('Temporal') as string });
  });

  it('is asked about the place of the export', () => {
    expect(asked([call({ eventId: 'a' })]).exports[0]?.workflowId).toContain(`/${ids.account}/${ids.region}/`);
  });
});
