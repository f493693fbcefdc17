import { describe, expect, it } from 'vitest';
import { base32OfHex, canonicalJson } from '../../../src/domain/digest.ts';
import {
  incidentKey,
  incidentWorkflowId,
  isIncidentKey,
  successorWorkflowId,
  undoNamed,
  undoWorkflowId,
} from '../../../src/domain/names.ts';
import { aFailedAlert, anAlert, aRoleSession, without } from '../../support/builders.ts';

const id = (alert: Parameters<typeof incidentWorkflowId>[1], number?: number) =>
  incidentWorkflowId('ec2-vm-export', alert, 'key', number);

describe('the id of an incident', () => {
  it('is playbook, account, Region and export task', () => {
    expect(id(anAlert())).toBe('ec2-vm-export/111111111111/eu-west-1/export-i-0fedcba9876543210');
  });

  it('is numbered for a successor', () => {
    expect(id(anAlert(), 2)).toMatch(/\/2$/);
    for (const number of [1, 2, 9, 10]) {
      expect(successorWorkflowId(id(anAlert(), number))).toBe(id(anAlert(), number + 1));
    }
    // A subject of digits alone is no number of its own.
    const digits = anAlert({ exportTaskId: '7' });
    expect(successorWorkflowId(id(digits))).toBe(id(digits, 2));
  });

  it('hashes bucket and key of a stored image, which has no task', () => {
    expect(id(without(anAlert(), 'exportTaskId'))).toMatch(/\/object-[0-9a-f]{20}$/);
  });

  it('is the same for every denied call of one role on one instance, whatever the session is called', () => {
    const one = aFailedAlert({ principal: aRoleSession({ id: 'AROAEXAMPLEBACKUP:one' }) });
    const two = aFailedAlert({ principal: aRoleSession({ id: 'AROAEXAMPLEBACKUP:two' }), eventId: 'other' });
    expect(id(one)).toBe(id(two));
    expect(id(one)).not.toContain('AROA');
  });

  it('differs by instance and by actor for denied calls', () => {
    const denied = [
      aFailedAlert(),
      aFailedAlert({ instanceId: 'i-0aaaaaaaaaaaaaaaa' }),
      aFailedAlert({ principal: aRoleSession() }),
      without(aFailedAlert(), 'instanceId'),
    ];
    expect(new Set(denied.map((alert) => id(alert))).size).toBe(4);
  });

  it('differs for denied calls of federated sessions that two users gave, whatever these are called', () => {
    const session = (user: string, name: string) =>
      aFailedAlert({
        principal: {
          kind: 'federated-user',
          id: `111111111111:${name}`,
          issuerArn: `arn:aws:iam::111111111111:user/${user}`,
        },
      });
    expect(id(session('mallory', 'one'))).toBe(id(session('mallory', 'two')));
    expect(id(session('mallory', 'one'))).not.toBe(id(session('bob', 'one')));
  });

  it('falls back to the event when nothing else is known', () => {
    expect(id(aFailedAlert({ principal: { kind: 'unknown' } }))).toMatch(/\/event-5b1f0c1e/);
  });

  it('cannot be extended by what an attacker writes', () => {
    expect(id(anAlert({ exportTaskId: '../../x y\n' })).split('/')).toHaveLength(4);
  });

  it('is one that Temporal takes, however long what an attacker writes for an instance is', () => {
    const [one, other] = ['x', 'y'].map((end) => id(aFailedAlert({ instanceId: `i-${'a'.repeat(1990)}${end}` })));
    expect(one?.length).toBeLessThan(300);
    expect(one).not.toBe(other);
  });

  it('is never that of a task for a call that failed: it made none', () => {
    expect(id(aFailedAlert({ exportTaskId: 'export-i-0fedcba9876543210' }))).toBe(id(aFailedAlert()));
  });
});

describe('the incident key', () => {
  it('is VMX- and ten base32 characters, the same for the same id', () => {
    expect(incidentKey('a')).toMatch(/^VMX-[A-Z2-7]{10}$/);
    expect(incidentKey('a')).toBe(incidentKey('a'));
    expect(incidentKey('a')).not.toBe(incidentKey('b'));
    expect(isIncidentKey(incidentKey('a'))).toBe(true);
    expect(isIncidentKey('VMX-0000000000')).toBe(false);
  });
});

describe('the name of an undo', () => {
  const incident = id(anAlert());

  it('is that of its incident with a number', () => {
    const undo = undoWorkflowId(incident, 12);
    expect(undoNamed(undo)).toEqual({ incident, number: 12 });
    expect(incidentKey(undo)).toBe(`${incidentKey(incident)}-undo-12`);
    expect(isIncidentKey(incidentKey(undo))).toBe(true);
  });

  it('is no other workflow', () => {
    for (const other of [incident, id(anAlert(), 2), `${incident}/undo/x`, `${incident}/undo/`, '/undo/1']) {
      expect(undoNamed(other)).toBeNull();
    }
    expect(isIncidentKey('VMX-ABCDEFGHIJ-undo-x')).toBe(false);
  });
});

describe('canonical JSON', () => {
  it('is one text for one value', () => {
    expect(canonicalJson({ b: 1, a: [2, { d: null, c: 'x' }] })).toBe('{"a":[2,{"c":"x","d":null}],"b":1}');
  });
});

describe('base32', () => {
  it('agrees with RFC 4648', () => {
    // "foobar" is MZXW6YTBOI======
    expect(base32OfHex(Buffer.from('foobar').toString('hex'), 9)).toBe('MZXW6YTBO');
  });
});
