import type { Gap, Kept } from './kept.ts';

/** One successful or refused read of the exported object, from the S3 server access log. */
export interface ObjectRead {
  time: string;
  operation: string;
  key: string;
  /** ARN or canonical id; `-` for anonymous. */
  requester: string;
  address: string;
  status: number;
  bytes: number;
  /** Of the whole object, as it was then. */
  objectSize?: number;
  userAgent?: string;
  /** By a signed URL: whoever holds it reads as whoever signed it. */
  presigned?: true;
  /** The access key that signed it. */
  signedBy?: string;
  /** Absent: the access log. */
  from?: 'data event';
}

/** Where a successful copy put the object, by a data event: access logs do not say. */
export interface CopyOfObject {
  time: string;
  /** As in ObjectRead. */
  requester: string;
  bucket: string;
  key: string;
}

/** What CloudTrail's data events tell of reads of one object. */
export interface DataEventFacts extends Kept {
  from: string;
  to: string;
  /** Requests of one reader that follow each other are one. */
  reads: ObjectRead[];
  /** Absent: answers of an earlier version. */
  copies?: CopyOfObject[];
  /** Events. */
  total: number;
  /** The newest read of any object of the bucket; absent: none is recorded, or facts of an earlier version. */
  recordedUntil?: string;
  gaps: Gap[];
}

export interface ObjectReadFacts extends Kept {
  /** Whether access logging is on for the bucket now. Without it nothing is known (P8). */
  logging: boolean;
  reads: ObjectRead[];
  /** Copies of it in S3; absent: no data event tells of one. */
  copies?: CopyOfObject[];
  /** Log objects and lines that were looked at. */
  logObjects: number;
  lines: number;
  /** Lines that could not be read. */
  unreadable: number;
  /** The newest line's time: what happened later may not be delivered yet. */
  loggedUntil?: string;
  /** The day and time of the oldest log that is still there; absent: none is, or it was not looked for. */
  logsSince?: string;
  /** What data events of CloudTrail tell beside the log; absent: nobody asked, or they could not be read. */
  dataEvents?: { to: string; recordedUntil?: string };
  gaps: Gap[];
}
