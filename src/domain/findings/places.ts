import type { Gap, Kept } from './kept.ts';

/** Where an address is and whose network it is in, as far as the operator's files say. */
export interface Place {
  /** Two letters of ISO 3166. */
  country?: string;
  city?: string;
  latitude?: number;
  longitude?: number;
  /** Number and name of the autonomous system. */
  network?: string;
  /** Of AWS: by its own word, or by the operator's list of AWS's address ranges. */
  aws?: boolean;
  /** Private, loopback and the like: no database can say more. */
  notPublic?: boolean;
}

export interface PlacesFacts extends Kept {
  /** Which files answered; empty: none is configured. */
  databases: string[];
  /** By address; one that is not here is in no database. */
  places: Record<string, Place>;
  gaps: Gap[];
}
