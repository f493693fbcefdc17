import { partitionOf } from '../policy/arns.ts';
import { gapsOf, granteeWords, isOutside, sharedOutside, type SharedCopy } from '../findings/copies.ts';
import { snapshotTags } from '../acts/created-names.ts';
import { isOfImage, machineOf, machineWords, whyNoMachine } from '../findings/machine.ts';
import { perimeterOf, type Perimeter } from '../policy/perimeter.ts';
import { actBase, type PlanInput, type Proposal } from './planning.ts';
import { arnMatches } from '../alert/principal.ts';
import { protectingTag } from '../acts/protected.ts';
import { sharingCall } from '../acts/calls-of-act.ts';
import { asJson } from '../json.ts';

/** More are named, and unshared by hand: a plan that nobody can read is no plan. */
export const mostUnshared = 10;

/**
 * Images and snapshots of the machine lose everybody outside (S93, S95). They stay as evidence. What others copied while
 * they could is theirs, and is never called contained.
 */
export function unshareCopies(
  input: PlanInput,
  noneShared = 'no image or snapshot of the machine is shared outside',
): Proposal[] {
  const what = 'unshare-copies';
  const { copies, alert, policy, lineage } = input;
  if (!copies)
    return [{ what, why: 'images and snapshots of the machine were not read: look for shared ones by hand' }];
  const unread = gapsOf(copies).map((gap) => ({ what: `${what}: ${gap.what}`, why: `${gap.why}; look at it by hand` }));
  const perimeter = perimeterOf(alert, policy);
  const shared = sharedOutside(copies, perimeter);
  const others = whyOthersUnknown(input);
  if (others !== null)
    unread.push({ what: `${what}: copies that EC2 does not lead to`, why: `${others}; look for shared ones by hand` });
  // What is told of each gap, and no "none" beside it.
  const none = unread.length > 0 ? [] : [{ what, why: noneShared }];
  return [
    ...(shared.length === 0 ? none : shared.map((copy, index) => unshare(input, copy, index < mostUnshared))),
    ...everShared(shared, lineage, perimeter).map(copiesOfOthers),
    ...unread,
  ];
}

/** Why the machine may have copies that were not looked at, or null: some are found by its volumes or by the trail alone. */
function whyOthersUnknown({ alert, instance, lineage }: PlanInput): string | null {
  if (instance === null)
    return `${machineWords(alert)} was not read, so snapshots of its volumes could not be looked for`;
  if (lineage === null) return 'what the actor copied was not traced';
  return lineage?.gaps[0] ?? null;
}

function unshare(input: PlanInput, copy: SharedCopy, withinLimit: boolean): Proposal {
  const { type, id, region, outside, sharedWith, tags } = copy;
  const what = `unshare-copies:${id}`;
  if ((input.policy.protected.images ?? []).some((pattern) => arnMatches(id, pattern))) {
    return { what, why: `protected: ${type} ${id} is on the policy's list, act by hand` };
  }
  const tag = protectingTag(tags, input.policy.protected.tags);
  if (tag !== null) return { what, why: `protected: ${type} ${id} has the tag ${tag}, act by hand` };
  const who = outside.map(granteeWords).join(', ');
  if (!withinLimit) return { what, why: `shared with ${who}: more than ${mostUnshared} in one plan, by hand` };
  const before = sharedWith ?? [];
  const after = before.filter((one) => !outside.includes(one));
  return {
    id: what,
    title: `Stop sharing ${type} ${id} with ${who}`,
    sources: ['S93', 'S95', 'S97'],
    // Neither images nor snapshots have an account in their ARN.
    target: `arn:${partitionOf(region)}:ec2:${region}::${type}/${id}`,
    calls: [sharingCall(type)],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: `shares it again with exactly these, as long as nobody else changed that`,
    mayBreak: outside.map((one) =>
      one === 'all'
        ? `everybody who uses public ${type} ${id}, your own other accounts included`
        : `${granteeWords(one)}, which uses ${type} ${id}`,
    ),
    input: { act: 'setSharing', ...actBase(input), region, resource: { type, id }, before, after },
  };
}

interface Share {
  copy: string;
  who: string;
}

/** Shares that stand, and those that the actor gave and took back since. */
function everShared(shared: SharedCopy[], lineage: PlanInput['lineage'], perimeter: Perimeter): Share[] {
  const shares = [
    ...shared.flatMap(({ type, id, outside }) => outside.map((who) => ({ copy: `${type} ${id}`, who }))),
    ...(lineage?.copies ?? []).flatMap(({ kind, id, sharedWith = [] }) =>
      sharedWith.filter((who) => isOutside(who, perimeter)).map((who) => ({ copy: `${kind} ${id}`, who })),
    ),
  ];
  return [...new Map(shares.map((share) => [`${share.copy} ${share.who}`, share])).values()];
}

/** Such a copy is never called contained, also where the share was taken back since. */
export const copiesOfOthers = ({ copy, who }: Share): Proposal => ({
  what: `copies of ${copy} that ${granteeWords(who)} made`,
  why:
    who === 'all'
      ? 'anybody could copy it while it was public, and such copies are beyond our control: tell AWS Support'
      : `it could be copied while it was shared, and such copies are beyond our control: ask ${granteeWords(who)}, or AWS Support`,
});

/** The machine as it is now, beside the copy of what left it (S94): an export may have rebooted it, an actor changed it. */
export function snapshotVolumes(input: PlanInput): Proposal {
  const what = 'snapshot-volumes';
  const { alert, instance, policy, incidentKey } = input;
  const machine = machineOf(input);
  if (policy.snapshotVolumes !== true) return { what, why: 'the policy does not ask for snapshots of the volumes' };
  if (!machine) {
    return { what, why: `${whyNoMachine(input)}: find out what the image was made of, and preserve that by hand` };
  }
  if (!instance)
    return { what, why: `instance ${machine.instanceId} could not be read: find out whether it still exists` };
  if (machine.region !== alert.region) {
    return {
      what,
      why: `instance ${machine.instanceId}, of which the image was made, is in ${machine.region}: by hand`,
    };
  }
  const { instanceId, state } = instance;
  if (state === 'terminated' || state === 'shutting-down') return { what, why: `instance ${instanceId} is ${state}` };
  const tag = protectingTag(instance.tags, policy.protected.tags);
  if (tag !== null) return { what, why: `protected: instance ${instanceId} has the tag ${tag}, act by hand` };
  const volumes = instance.volumes.map(({ volumeId }) => volumeId).sort();
  if (volumes.length === 0) return { what, why: `instance ${instanceId} has no EBS volumes` };
  const tags = snapshotTags(incidentKey, instanceId);
  return {
    id: what,
    title: `Take snapshots of the ${volumes.length} volume(s) of instance ${instanceId}${isOfImage(alert) ? ', of which the image was made' : ''}`,
    sources: ['S94', 'S97'],
    target: `arn:${partitionOf(alert.region)}:ec2:${alert.region}:${alert.recipientAccount}:instance/${instanceId}`,
    calls: ['ec2:CreateSnapshots', 'ec2:CreateTags'],
    before: null,
    after: asJson({ volumes, tags }),
    // As with the copy of the export: nothing that existed changes, so nothing has to be restored.
    reversible: true,
    undo: `nothing to restore; the snapshots stay in account ${alert.recipientAccount} as evidence until somebody deletes them`,
    mayBreak: [],
    input: { act: 'snapshotVolumes', ...actBase(input), instanceId, volumes, tags },
  };
}
