import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/lab/scenarios/index.ts';
import { playIn, sharedStages } from './playing.ts';

const stages = sharedStages(['300ms', '3s']);

/** What each action is for: the proofs that must fail when just this one is left out, and no others. */
const proofsOf: Record<string, RegExp> = {
  // What requires it is left out with it.
  'deny-export-reads':
    /^a colleague, who could, reads the image no more$|^where the image would be|^the bucket blocks public access$/,
  'disable-access-keys': /^the actor's key /,
  'deny-actor': /^the actor's earlier session/,
  'revoke-role-sessions': /^the actor's session /,
  'cancel-export': /^the export is cancelled$|^no image appears$/,
  'unshare-copies': /^the outside account sees the shared AMI no more$/,
  'snapshot-volumes': /^each volume of the machine has one snapshot of this incident$/,
  'copy-to-forensics': /^the forensic copy is the original/,
  'remove-outside-grants': /^the outside account reads no other object/,
  'remove-outside-acl-grants': /^the partner sees the bucket listing no more$|^the bucket blocks public access$/,
  'block-public-access': /^the bucket blocks public access$/,
  'narrow-permission': /may no longer export/,
  'remove-service-grant': /holds the export service's grant$/,
  'remove-service-acl-grant': /holds the export service's grant$|^a later recheck found the grant/,
  'deny-service-put': /^when the grant is given again/,
  'monitor-exports': /^a rule watches every way to export$/,
};

// The lab ends all running exports at once: a story about a running one wants it for itself.
const alone = scenarios.filter(({ actions }) => actions.includes('cancel-export'));
const together = scenarios.filter((scenario) => !alone.includes(scenario));

const without = (names: typeof scenarios) => {
  for (const scenario of names) {
    for (const sabotage of scenario.actions) {
      it(`${sabotage} of ${scenario.name}: what it is for fails, and nothing else`, async () => {
        const { result, failed } = await playIn(stages(), scenario, { sabotage, replay: false });
        expect(result.ok).toBe(false);
        expect(failed.map(({ name }) => name).filter((name) => !proofsOf[sabotage]?.test(name))).toEqual([]);
        expect(failed).not.toEqual([]);
      });
    }
  }
};

describe.concurrent('when the approvers leave out', () => without(together));
describe('when the approvers leave out, while an export runs,', () => without(alone));
