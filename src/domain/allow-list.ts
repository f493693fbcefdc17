/** The entry by which an export is known and legitimate, with what it rests on (P9). */
export interface AllowListMatch {
  id: string;
  owner: string;
  reason: string;
  expires: string;
  /** The conditions that held, in words: `role`, `bucket`, … */
  conditions: string[];
}
