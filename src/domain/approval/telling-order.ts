import type { Finding } from '../findings/evidence.ts';

/** Said first, also where the answer is no: is all of it true, has the data gone, and do we hold them? */
const always = ['alert-contradicted', 'contained', 'downloaded'];
/** Then what makes it worse, and whom to call. */
const weighty = [
  'other-callers',
  'copies-shared',
  'bucket-access',
  'replicated',
  'access-points',
  'ways-in-made',
  'concealment',
  'campaign',
  'image-source',
  'instance-owner',
  'owner-channel',
  'instance-purpose',
  'other-copies',
  'sessions-taken',
  'actor-changes',
  'related-incidents',
  'key-activity',
  // The message begins with its number; this has its name and how sensitive it is.
  'account',
];
/** Said last: the message begins with it. */
const toldAbove = ['outcome', 'exported-instance', 'target', 'actor', 'access-key', 'user-agent'];

/**
 * The findings as a message that has room for six of fifty tells them: what is so before what is not, and of both first
 * what changes the decision. The report keeps the order in which they were asked.
 */
export const tellingOrder = (findings: Finding[]): Finding[] =>
  findings.toSorted((one, other) => placeOf(one) - placeOf(other));

function placeOf({ id, answer }: Finding): number {
  if (always.includes(id)) return always.indexOf(id);
  const weight = weighty.indexOf(id);
  const within = weight >= 0 ? weight : toldAbove.includes(id) ? weighty.length + 1 : weighty.length;
  return always.length + (answer === 'no' ? weighty.length + 2 : 0) + within;
}
