import { describe, expect, it } from 'vitest';
import { preventionFinding } from '../../../../src/domain/findings/prevention.ts';
import { aBucket, aCaseFile, aFailedAlert, anAlert, anInstance, aUser } from '../../../support/builders.ts';

type Known = Parameters<typeof preventionFinding>[0];
const judged = (changes: Partial<Known> = {}) => preventionFinding({ ...aCaseFile(), principal: aUser(), ...changes });
const encrypted = anInstance({ volumes: [{ volumeId: 'vol-1', encrypted: true, sizeGiB: 8 }] });
const enforced = aBucket({ ownership: 'BucketOwnerEnforced' });

describe('prevention', () => {
  it('did not happen where the export was made, and says what would have', () => {
    const { answer, detail } = judged();
    expect(answer).toBe('no');
    expect(detail).toContain('with BucketOwnerEnforced');
    expect(detail).toContain('user mallory has none');
    expect(detail).toContain('service control policy: none on account');
    expect(judged({ principal: aUser({ boundaryArn: 'arn:aws:iam::1:policy/limit' }) }).detail).toContain(
      'did not deny it',
    );
  });

  it('happened where a permission or setting ended it', () => {
    const alert = aFailedAlert({ errorCode: 'Client.UnauthorizedOperation' });
    expect(judged({ alert })).toMatchObject({
      answer: 'yes',
      detail: 'it was stopped: the caller is not allowed to export',
    });
  });

  it('did not happen to a dry run: the real call would have been made', () => {
    expect(judged({ alert: aFailedAlert({ errorCode: 'Client.DryRunOperation' }) }).answer).toBe('no');
  });

  it('would have been by what is in place, where it failed for another reason', () => {
    const alert = aFailedAlert({ errorCode: 'Client.InvalidInstanceID.NotFound' });
    expect(judged({ alert, bucket: enforced }).answer).toBe('yes');
    expect(judged({ alert, instance: encrypted }).detail).toContain('this call refuses encrypted volumes');
    // Whether a boundary or a service control policy would deny it was not read.
    expect(judged({ alert }).answer).toBe('unknown');
  });

  it('does not count what does not apply to the call', () => {
    const alert = anAlert({ eventName: 'CreateStoreImageTask' });
    const { detail } = judged({ alert, bucket: enforced, instance: encrypted });
    expect(detail).not.toContain('ownership');
    expect(detail).not.toContain('encryption');
  });

  it('names what could not be read', () => {
    const { answer, detail } = judged({ bucket: null, instance: null, principal: null });
    expect(answer).toBe('no');
    expect(detail.match(/not known/g)).toHaveLength(3);
  });
});
