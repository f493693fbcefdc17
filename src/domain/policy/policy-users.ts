import type { Kept } from '../findings/kept.ts';

/** Who beside the actor has a policy or is in a group, by name: who loses something by its change. */
export interface PolicyUsers extends Kept {
  /** By the ARN of a managed policy; absent: not read. */
  policies: Record<string, string[]>;
  /** By the name of a group. */
  groups: Record<string, string[]>;
}
