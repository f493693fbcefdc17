import type { ActInput } from '../../src/domain/acts/acts.ts';
import type { LabAccount } from '../../src/lab/account.ts';
import type { Json } from '../../src/domain/json.ts';
import type { FaultWorld } from './world.ts';

/** One AWS call that changes the target. */
export interface Call {
  operation: string;
  /** The permission, where it is not called like the operation. */
  action?: string;
}

/** A target of its own for one cell, as it is when the act is planned. */
export interface Scene {
  input: ActInput;
  /** The role that acts, where it is not the contain role of the account of incidents. */
  role?: { arn: string; of: LabAccount };
  /** What every call about the target names. */
  names: string;
  /** What each call names, where another call of the same operation names the target, too. */
  callNames?: string[];
  arn: string;
  /** What stands in AWS, read by somebody else. */
  state: () => Promise<Json>;
  /** What is to stand once the act is done. */
  after: (observed: Record<string, string>) => Json;
  /** Somebody else changes the target after it was planned; or why there is no third state. */
  change: (() => Promise<unknown>) | string;
  /** The only Region of its calls, where they name nothing that is the cell's own. */
  onlyIn?: string;
  /** Somebody deletes it; or why there is nothing that could be gone. */
  remove: (() => Promise<unknown>) | string;
}

/** How the matrix tries one act. */
export interface Row {
  /** As the lab calls it, and as permissions begin. */
  service: string;
  /** The calls that the act needs, in order. */
  calls: Call[];
  /** `name` is this cell's own; whatever is made carries it. */
  scene: (world: FaultWorld, name: string) => Promise<Scene>;
  /** Why its reads never lag behind, where AWS promises that. */
  consistent?: string;
  /** Why no act restores what was before; null: the inverse does. */
  noInverse: string | null;
}

export const incidentKey = 'VMX-FAULTSFAUL';

/** null where AWS says that there is none. */
export async function unlessNone<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { name = '', $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if (/NoSuch|NotFound/.test(name) || $metadata?.httpStatusCode === 404) return null;
    throw error;
  }
}
