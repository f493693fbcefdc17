import type { ActInput } from '../acts/acts.ts';
import { changeLines, type ChangeLine } from '../acts/change.ts';
import { isResponder } from '../policy/perimeter.ts';
import type { PlannedAction } from '../plan/plan.ts';
import type { TrailEvent, TrailFacts } from '../findings/trail-facts.ts';

/** A call that may have undone what an incident left behind. */
export interface DriftCause {
  eventId: string;
  eventName: string;
  /** ISO 8601 UTC. */
  time: string;
  principalArn?: string;
  sourceAddress?: string;
}

/** What does not stand any more, who changed it, and what putting it back would change. */
export interface Drift {
  id: string;
  detail: string;
  /** The newest calls on the target by others; absent: none was found, or the trail could not be read. */
  causes?: DriftCause[];
  /** From what is there to what should be, line by line. */
  change?: ChangeLine[];
}

/**
 * How CloudTrail finds calls on the act's target; null: it does not, or not in this account. A setting of the whole account is
 * no resource: the call that takes it back is.
 */
export function whereChanged(input: ActInput): { name: 'ResourceName' | 'EventName'; value: string } | null {
  if (input.act === 'setEbsEncryptionDefault') {
    return { name: 'EventName', value: `${input.after ? 'Disable' : 'Enable'}EbsEncryptionByDefault` };
  }
  const value = resourceOf(input);
  return value === null ? null : { name: 'ResourceName', value };
}

function resourceOf(input: ActInput): string | null {
  if ('bucket' in input) return input.bucket;
  if ('userName' in input) return input.userName;
  if ('roleName' in input) return input.roleName;
  if ('holder' in input) return input.holder.name;
  if ('policyArn' in input) return input.policyArn;
  if ('resource' in input) return input.resource.id;
  return 'ruleName' in input ? input.ruleName : null;
}

const mostCauses = 3;

/** Changes of the target that succeeded and were not made by responders, the newest first. */
export const driftCauses = ({ events }: TrailFacts, responders: string[]): DriftCause[] =>
  events
    .filter(
      ({ readOnly, errorCode, principalArn }) =>
        !readOnly && errorCode === undefined && !isResponder(principalArn ?? '', responders),
    )
    .toSorted((a, b) => b.time.localeCompare(a.time))
    .slice(0, mostCauses)
    .map(causeOf);

const causeOf = ({ eventId, eventName, time, principalArn, sourceAddress }: TrailEvent): DriftCause => ({
  eventId,
  eventName,
  time,
  ...(principalArn === undefined ? {} : { principalArn }),
  ...(sourceAddress === undefined ? {} : { sourceAddress }),
});

export const causeWords = ({ eventName, eventId, time, principalArn, sourceAddress }: DriftCause): string =>
  `${eventName} at ${time}` +
  (principalArn === undefined ? '' : ` by ${principalArn}`) +
  (sourceAddress === undefined ? '' : ` from ${sourceAddress}`) +
  ` (event ${eventId})`;

const mostLines = 40;

/** What mending it would change, as people are then asked; undefined: nothing mends it. */
export function changeOf(mending: PlannedAction | undefined): ChangeLine[] | undefined {
  if (!mending) return undefined;
  const lines = changeLines(mending.before, mending.after).filter(({ mark }) => mark !== ' ');
  const left = lines.length - mostLines;
  return left > 0 ? [...lines.slice(0, mostLines), { mark: ' ', text: `${left} more lines` }] : lines;
}
