import type { PlacesFacts } from '../../src/domain/findings/places.ts';

export interface GeographyObserve {
  /** Where addresses are, by the operator's files; whatever is no address is AWS's own name, or unknown. */
  locate(input: { addresses: string[] }): Promise<PlacesFacts>;
}
