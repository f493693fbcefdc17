import { present } from '../cloudtrail/fields.ts';
import type { EvidenceRef } from './evidence.ts';
import type { EnteredMachine, MadeCopy, TrailEvent, WayIn } from './trail-facts.ts';

/** A call that handed out a session: by whom, and for which role. */
export interface Hop {
  /** Of the session. */
  accessKeyId: string;
  at: string;
  callerArn?: string;
  callerKey?: string;
  /** Of a caller that is a user: its id. */
  callerId?: string;
  /** Of a caller without an ARN. */
  callerAccount?: string;
  /** The call, such as `AssumeRole`. */
  via: string;
  /** Absent for sessions of the caller itself. */
  roleArn?: string;
  sessionName?: string;
  sourceIdentity?: string;
}
/** A way in that the actor's credentials opened, and when. */
export interface MadeWayIn extends WayIn {
  at: string;
}

/** A machine that the actor's credentials went into: by which call, and when. */
export interface Entry extends EnteredMachine {
  at: string;
  via: string;
}

/** A copy of a machine that the actor's credentials made or shared: when, and in which Region. */
export interface CopyOnTrail extends MadeCopy {
  at: string;
  region: string;
  eventId: string;
}

/** Where the actor's session came from, and where its credentials went (S71, S89, S91, S98). */
export interface Lineage {
  /** Who took the session that exported, nearest first. */
  behind: Hop[];
  /** Sessions that the actor's credentials took, and those that these took. */
  taken: Hop[];
  made: MadeWayIn[];
  /** Absent in incidents of earlier versions. */
  copies?: CopyOnTrail[];
  /** Absent as `copies`. */
  entered?: Entry[];
  /** Why there may be more. */
  gaps: string[];
  /** The trails that it was read from; absent as `copies`. */
  evidence?: EvidenceRef[];
}

/** Temporary credentials, which somebody must have taken. */
export const isSessionKey = (accessKeyId: string | undefined): accessKeyId is `ASIA${string}` =>
  accessKeyId?.startsWith('ASIA') ?? false;

export const hopsIn = (events: TrailEvent[]): Hop[] =>
  events.flatMap(({ session, time, eventName, principalArn, principalAccount, accessKeyId }) =>
    session?.accessKeyId === undefined
      ? []
      : [
          {
            accessKeyId: session.accessKeyId,
            at: time,
            via: eventName,
            ...present({
              callerArn: principalArn,
              callerKey: accessKeyId,
              callerId: session.callerId,
              callerAccount: principalAccount,
              roleArn: session.roleArn,
              sessionName: session.sessionName,
              sourceIdentity: session.sourceIdentity,
            }),
          },
        ],
  );

export const waysInOf = (events: TrailEvent[]): MadeWayIn[] =>
  events.flatMap(({ wayIn, time }) => (wayIn ? [{ ...wayIn, at: time }] : []));

export const entriesIn = (events: TrailEvent[]): Entry[] =>
  events.flatMap(({ entered, time, eventName }) => (entered ? [{ ...entered, at: time, via: eventName }] : []));

export const copiesOnTrail = (events: TrailEvent[]): CopyOnTrail[] =>
  events.flatMap(({ copies = [], time, region, eventId }) =>
    copies.map((copy) => ({ ...copy, at: time, region, eventId })),
  );
