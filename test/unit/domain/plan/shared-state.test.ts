import { describe, expect, it } from 'vitest';
import type { ActInput, SetAccessKeyStatus } from '../../../../src/domain/acts/acts.ts';
import { invert } from '../../../../src/domain/acts/invert.ts';
import {
  countedOn,
  foundOff,
  isShared,
  keptForOthers,
  type Neighbour,
} from '../../../../src/domain/plan/shared-state.ts';
import type { PlannedAction } from '../../../../src/domain/plan/plan.ts';
import type { KnownSuspect } from '../../../../src/domain/plan/suspects.ts';
import { aDocument, anActionRecord, anAllow, aUser, ids } from '../../../support/builders.ts';

const base = { incidentKey: ids.incidentKey, accountId: ids.account, region: ids.region };
const keysOff = (...accessKeyIds: string[]): SetAccessKeyStatus => ({
  act: 'setAccessKeyStatus',
  ...base,
  userName: 'carol',
  keys: accessKeyIds.map((accessKeyId) => ({ accessKeyId, before: 'Active', after: 'Inactive' })),
});
const credentialOff: ActInput = {
  act: 'setServiceCredentialStatus',
  ...base,
  userName: 'carol',
  credentialId: 'ACCA1',
  before: 'Active',
  after: 'Inactive',
};
const block = { blockPublicAcls: true, ignorePublicAcls: true, blockPublicPolicy: true, restrictPublicBuckets: true };
const blocked = (bucket = 'exports'): ActInput => ({
  act: 'setPublicAccessBlock',
  ...base,
  bucket,
  before: null,
  after: block,
});
const denied: ActInput = {
  act: 'putInlinePolicy',
  ...base,
  holder: { type: 'user', name: 'carol' },
  policyName: 'p',
  before: null,
  after: aDocument(anAllow({ Effect: 'Deny' })),
};
const undoOf = (input: ActInput) => {
  const inverse = invert(input);
  if (!inverse) throw new Error('it has no inverse');
  return { id: `undo/${input.act}`, input: inverse };
};
const other = (changes: Partial<Neighbour> = {}): Neighbour => ({ incidentKey: 'VMX-OTHER', actions: [], ...changes });
const did = (input: ActInput, changes: Parameters<typeof anActionRecord>[0] = {}) =>
  anActionRecord({ id: 'its-own', input: { ...input, incidentKey: 'VMX-OTHER' }, status: 'already', ...changes });

describe('what another open incident counts on', () => {
  it('is a key that its own act found off or switched off, unless it has undone that', () => {
    const undo = undoOf(keysOff('AKIA1', 'AKIA2'));
    const kept = [{ id: undo.id, incidentKey: 'VMX-OTHER', what: 'AKIA2 being off' }];
    expect(countedOn([undo], other({ actions: [did(keysOff('AKIA2', 'AKIA3'))] }))).toEqual(kept);
    expect(countedOn([undo], other({ actions: [did(keysOff('AKIA2'), { status: 'applied' })] }))).toEqual(kept);
    expect(countedOn([undo], other({ actions: [did(keysOff('AKIA2'), { status: 'not-approved' })] }))).toEqual([]);
    expect(countedOn([undo], other({ actions: [did(keysOff('AKIA9'))] }))).toEqual([]);
    const back = did(undoOf(keysOff('AKIA2')).input, { id: 'undo/its-own', status: 'applied' });
    expect(countedOn([undo], other({ actions: [did(keysOff('AKIA2')), back] }))).toEqual([]);
  });

  it('is a key or credential that was off before it planned', () => {
    expect(countedOn([undoOf(keysOff('AKIA1'))], other({ foundOff: ['AKIA1'] }))).toHaveLength(1);
    expect(countedOn([undoOf(credentialOff)], other({ foundOff: ['ACCA1'] }))).toHaveLength(1);
    expect(countedOn([undoOf(credentialOff)], other({ foundOff: ['ACCA2'] }))).toEqual([]);
  });

  it('is the same state of the same target, where states carry no name', () => {
    const actions = [did(blocked())];
    expect(countedOn([undoOf(blocked())], other({ actions }))).toMatchObject([
      { what: 'what its its-own found or left' },
    ]);
    expect(countedOn([undoOf(blocked('other-bucket'))], other({ actions }))).toEqual([]);
    const less = { ...blocked(), after: { ...block, blockPublicAcls: false } } as ActInput;
    expect(countedOn([undoOf(less)], other({ actions }))).toEqual([]);
  });

  it('is never what switches off, nor a policy: each incident has its own', () => {
    expect([keysOff('AKIA1'), denied, undoOf(denied).input].map((input) => isShared({ input }))).toEqual([
      false,
      false,
      false,
    ]);
    expect([undoOf(keysOff('AKIA1')), undoOf(blocked())].map(isShared)).toEqual([true, true]);
    const all = other({ actions: [did(denied), did(keysOff('AKIA1'))], foundOff: ['AKIA1'] });
    expect(countedOn([{ id: 'undo/undo', input: keysOff('AKIA1') }, undoOf(denied)], all)).toEqual([]);
  });
});

describe('what was off when containment was planned', () => {
  it('is of the actor every key, of suspects what they are suspected for', () => {
    const user = (name: string, ...off: string[]) =>
      aUser({
        name,
        accessKeys: [
          { accessKeyId: `AKIA${name}`, status: 'Active' as const },
          ...off.map((accessKeyId) => ({ accessKeyId, status: 'Inactive' as const })),
        ],
      });
    const suspect: KnownSuspect = {
      type: 'user',
      name: 'carol',
      extent: 'keys',
      keys: ['AKIA2'],
      credentials: ['ACCA1', 'ACCA2'],
      why: [],
      facts: user('carol', 'AKIA2', 'AKIA3'),
      serviceCredentials: [
        { credentialId: 'ACCA1', service: 's', status: 'Inactive' },
        { credentialId: 'ACCA2', service: 's', status: 'Active' },
        { credentialId: 'ACCA3', service: 's', status: 'Inactive' },
      ],
    };
    const whole: KnownSuspect = {
      ...suspect,
      extent: 'whole',
      keys: [],
      credentials: [],
      facts: user('dave', 'AKIA4'),
    };
    expect(foundOff({ principal: user('mallory', 'AKIA1'), suspects: [suspect, whole] })).toEqual([
      'AKIA1',
      'AKIA2',
      'ACCA1',
      'AKIA4',
    ]);
    expect(foundOff({ principal: null })).toEqual([]);
  });
});

describe('an undo that would take from another incident', () => {
  const undos = [undoOf(keysOff('AKIA1')), undoOf(denied)] as PlannedAction[];

  it('is not done, with whose it is and what to do', () => {
    const kept = [{ id: 'undo/setAccessKeyStatus', incidentKey: 'VMX-OTHER', what: 'AKIA1 being off' }];
    expect(keptForOthers(undos, { kept, unasked: [] })).toEqual([
      {
        what: 'undo/setAccessKeyStatus',
        why: 'incident VMX-OTHER, which is open, counts on AKIA1 being off: ask again once that is closed',
      },
    ]);
    expect(keptForOthers(undos, { kept: [], unasked: [] })).toEqual([]);
  });

  it('is not done either where an open incident did not answer; what has a name of its own is', () => {
    expect(keptForOthers(undos, { kept: [], unasked: ['VMX-MUTE'] })).toEqual([
      { what: 'undo/setAccessKeyStatus', why: expect.stringContaining('incident VMX-MUTE') as string },
    ]);
  });
});
