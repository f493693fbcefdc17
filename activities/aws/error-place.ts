import type { AwsPlace } from '../ec2/contract.ts';

/** Where what an error is about was asked: errors of the SDK name the call, and neither account nor Region. */
const places = new WeakMap<object, AwsPlace>();

/** The same error, which is known to have come from there. */
export function cameFrom(error: unknown, { accountId, region }: AwsPlace): unknown {
  if (typeof error === 'object' && error !== null) places.set(error, { accountId, region });
  return error;
}

export const placeOfError = (error: unknown): AwsPlace | undefined =>
  typeof error === 'object' && error !== null ? places.get(error) : undefined;

/** Any client of the SDK, as far as this needs it. */
interface Client {
  middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
}

/** Makes it known of each error of a client where it came from; errors of assuming its role are among them. */
export function placed<C extends Client>(client: C, place: AwsPlace): C {
  const notePlace = (next: (args: unknown) => Promise<unknown>) => async (args: unknown) => {
    try {
      return await next(args);
    } catch (error) {
      throw cameFrom(error, place);
    }
  };
  client.middlewareStack.add(notePlace as never, { step: 'initialize', name: 'notePlace' });
  return client;
}
