import type { CopiesFacts } from './facts.ts';
import type { EarlierEnds } from './earlier-incidents.ts';
import type { Lineage } from './lineage.ts';
import type { PolicyUsers } from '../policy/policy-users.ts';
import type { CaseFile } from './case-file.ts';
import type { PlacesFacts } from './places.ts';
import type { TrailFacts } from './trail-facts.ts';
import type { PrincipalFacts } from './principal-facts.ts';

/** The case file with what investigation reads; null: it could not be read, absent: nobody asked. */
export interface Investigated extends CaseFile {
  /** The actor's user or role as IAM has it. */
  principal: PrincipalFacts | null;
  /** Who changed the bucket's policy, ACL and ownership. */
  bucketTrail: TrailFacts | null;
  /** Where the actor's session came from and where its credentials went. */
  lineage: Lineage | null;
  /** Other copies of the machine, by Region. */
  copies?: CopiesFacts[] | null;
  /** What was changed about the actor, its groups and its policies; null inside: not read. */
  permissionTrails?: (TrailFacts | null)[] | null;
  /** Who else has the actor's policies and is in its groups. */
  policyUsers?: PolicyUsers | null;
  /** What the actor did in the 90 days before the day of the export, in figures. */
  history?: TrailFacts | null;
  /** Where the actor's addresses are. */
  places?: PlacesFacts | null;
  /** How incidents about earlier exports ended; null: there were no such exports, or nobody asked. */
  earlierEnds?: EarlierEnds | null;
}
