/**
 * Waits for both even when one fails, so that nothing is still starting when the rest is stopped. Where both fail in the
 * same way, both are told: whoever installs what one lacks need not come back for the other.
 */
export async function bothOrNeither<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  const failures = (await Promise.allSettled([first, second])).flatMap((one) =>
    one.status === 'rejected' && one.reason instanceof Error ? [one.reason] : [],
  );
  const [one, other] = failures;
  if (one && other && one.name === other.name) one.message += `\n${other.message}`;
  return Promise.all([first, second]);
}
