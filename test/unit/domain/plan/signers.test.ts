import { describe, expect, it } from 'vitest';
import { signersOf } from '../../../../src/domain/plan/signers.ts';
import { suspectsOf } from '../../../../src/domain/plan/suspects.ts';
import { anAlert, aRead, ids, someReads, without } from '../../../support/builders.ts';
import type { ObjectRead } from '../../../../src/domain/findings/read-facts.ts';

const userArn = (name: string) => `arn:aws:iam::${ids.account}:user/people/${name}`;
const signed = (changes: Partial<ObjectRead> = {}) =>
  aRead({ presigned: true, signedBy: 'AKIABOB', requester: userArn('bob'), ...changes });
const responders = ['arn:aws:iam::111111111111:role/soar-contain'];
const signers = (...reads: ObjectRead[]) => signersOf(someReads({ reads }), anAlert(), responders);

describe('whoever signed an address by which the export was read', () => {
  it('is suspected for the key that signed; a session by its role, or by the user whose only other end is a deny', () => {
    const role = `arn:aws:sts::${ids.account}:assumed-role/deploy/ci`;
    const { suspects } = signers(
      signed({ time: '2026-03-02T10:16:00Z' }),
      signed(),
      signed({ requester: role, signedBy: 'ASIAROLE' }),
      signed({ requester: userArn('dana'), signedBy: 'ASIADANA' }),
    );
    expect(suspects).toMatchObject([
      { type: 'user', name: 'bob', extent: 'keys', keys: ['AKIABOB'] },
      { type: 'role', name: 'deploy', extent: 'sessions', keys: [] },
      { type: 'user', name: 'dana', extent: 'whole', keys: [] },
    ]);
    expect(suspects[0]?.why).toEqual([
      'an address signed with AKIABOB read the export from 203.0.113.9 at 2026-03-02T10:15:00Z',
    ]);
  });

  it('is nobody where the read was refused, not by such an address, or by a responder', () => {
    const responder = `arn:aws:sts::${ids.account}:assumed-role/soar-contain/x`;
    expect(signers(signed({ status: 403 }), without(signed(), 'presigned'), signed({ requester: responder }))).toEqual({
      suspects: [],
      beyond: [],
    });
    expect(signersOf(null, anAlert(), responders)).toEqual({ suspects: [], beyond: [] });
  });

  it('is named with the way out where the credentials are those of another account', () => {
    const requester = `arn:aws:iam::${ids.outsideAccount}:user/eve`;
    expect(signers(signed({ requester }))).toEqual({
      suspects: [],
      beyond: [
        {
          what: 'contain whoever has AKIABOB',
          why: expect.stringContaining(`by ${requester}: contain it where`) as string,
        },
      ],
    });
  });

  it('is one suspect with whoever the trail names, and not the actor', () => {
    const lineage = { behind: [], taken: [], gaps: [], made: [{ kind: 'user' as const, name: 'bob', at: 't' }] };
    const found = suspectsOf(lineage, anAlert(), signers(signed(), signed({ requester: ids.userArn })));
    expect(found.suspects).toMatchObject([
      {
        name: 'bob',
        extent: 'whole',
        keys: ['AKIABOB'],
        why: [expect.stringContaining('made') as string, expect.stringContaining('signed') as string],
      },
    ]);
  });
});
