import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/lab/scenarios/index.ts';
import { playIn, sharedStages, type Played } from './playing.ts';

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
  'monitor-exports': /^a rule watches every way to export, and who may use a bucket$/,
};

/** What two actions hold, each by itself: it fails when both are left out. */
const heldTwice = [
  { by: ['deny-export-reads', 'remove-outside-grants'], proof: /^the outside account reads the image no more$/ },
];

// The lab ends all running exports at once: a story about a running one wants it for itself.
const alone = scenarios.filter(({ actions }) => actions.includes('cancel-export'));
const together = scenarios.filter((scenario) => !alone.includes(scenario));

/**
 * A story is played without some actions at a time. `SOAR_SABOTAGE=each` plays it without every single one: three times as
 * long, and it tells apart whose proof it is that fails.
 */
const atOnce = process.env.SOAR_SABOTAGE === 'each' ? 1 : 4;

const without = (names: typeof scenarios) => {
  for (const scenario of names) {
    const { name: story, actions } = scenario;
    const groups = Math.ceil(actions.length / atOnce);
    const played = new Map<number, Promise<Played>>();
    actions.forEach((action, index) => {
      // Actions far apart in the plan, so that what one of them is for is not what another is for.
      const group = index % groups;
      const leftOut = actions.filter((_action, other) => other % groups === group);
      it(`${action} of ${story}: what it is for fails, and nothing else`, async () => {
        const play = played.get(group) ?? playIn(stages(), scenario, { leftOut, replay: false });
        played.set(group, play);
        const { result, failed } = await play;
        expect(result.ok).toBe(false);
        const isFor = (name: string) => leftOut.filter((one) => proofsOf[one]?.test(name));
        const isExplained = (name: string) =>
          isFor(name).length > 0 ||
          heldTwice.some(({ by, proof }) => proof.test(name) && by.every((one) => leftOut.includes(one)));
        expect(failed.filter(({ name }) => !isExplained(name))).toEqual([]);
        expect(failed.filter(({ name }) => isFor(name).includes(action))).not.toEqual([]);
      });
    });
  }
};

describe.concurrent('when the approvers leave out', () => without(together));
describe('when the approvers leave out, while an export runs,', () => without(alone));
