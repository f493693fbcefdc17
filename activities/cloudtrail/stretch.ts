import type { Event } from '@aws-sdk/client-cloudtrail';
import { fieldsOf } from '../../src/domain/cloudtrail/fields.ts';
import type { Span } from '../../src/domain/findings/search-coverage.ts';
import { heartbeat, lastHeartbeat, withHeartbeats } from '../aws/activity-context.ts';
import { compressedStatement, notedBefore, overheard, type KeptStatement } from '../aws/witness.ts';
import type { TrailParts } from '../evidence/trail-parts.ts';
import type { TrailAttribute } from './contract.ts';

/** Five seconds of CloudTrail's pace: what is asked twice at most, beside what the last heartbeat did not tell. */
const pagesOfPart = 10;

interface Page {
  Events?: Event[] | undefined;
  NextToken?: string | undefined;
}

/** What an earlier attempt had read, and where it would have gone on. */
export interface Begun {
  events: Event[];
  pages: number;
  token?: string | undefined;
}
export const notBegun: Begun = { events: [], pages: 0 };

/**
 * Of each stretch the digest of the last part that was kept, as heartbeats tell it. A part names the one before, and its
 * last page says where to go on: heartbeats stay small, and hold neither events nor tokens.
 */
export type LastParts = Record<string, string | null>;

/** What the attempt before this one told; what is no digest must not become part of a key. */
export function lastParts(): LastParts {
  const told = Object.entries(fieldsOf(fieldsOf(lastHeartbeat())?.parts) ?? {});
  const isDigest = (entry: [string, unknown]): entry is [string, string] => /^[0-9a-f]{64}$/.test(String(entry[1]));
  return Object.fromEntries(told.filter(isDigest));
}

/** One attribute in one stretch of one Region: its pages are kept as they come, and those of an earlier attempt count. */
export class Stretch {
  private readonly parts: TrailParts | null;
  private readonly question: object;
  private readonly last: LastParts;
  private readonly name: string;
  private unkept: KeptStatement[] = [];
  private pages = 0;
  private keeps: boolean;

  /** `last` is shared by all stretches of a lookup, because each heartbeat speaks for all of them. */
  constructor(
    parts: TrailParts | null,
    last: LastParts,
    question: Span & { accountId: string; attribute: TrailAttribute },
  ) {
    this.parts = parts;
    this.last = last;
    this.question = question;
    this.name = `${question.region} ${question.from} ${question.to}`;
    this.keeps = parts !== null;
  }

  /** The pages that earlier attempts kept, all of them or none; they are evidence of this attempt's answer, too. */
  async begun(): Promise<Begun> {
    if ((this.last[this.name] ?? null) === null) return notBegun;
    const statements = await this.waiting({}, () => this.chain());
    if (!statements) {
      this.beginAnew();
      return notBegun;
    }
    notedBefore({ statements: statements.map((one) => compressedStatement(JSON.stringify(one))), left: 0 });
    const answers = statements.map((one) => fieldsOf(fieldsOf(one)?.answer) as StoredPage);
    return {
      events: answers.flatMap(({ Events = [] }) => Events.map(asAnswered)),
      pages: answers.length,
      token: answers.at(-1)?.NextToken,
    };
  }

  beginAnew(): void {
    this.last[this.name] = null;
  }

  /** Waits, and tells meanwhile how far the lookup has come. */
  waiting<T>(details: object, work: () => Promise<T>): Promise<T> {
    // `last` itself, not a copy: other stretches come on meanwhile, and an older word of them would undo theirs.
    return withHeartbeats({ ...details, parts: this.last }, work);
  }

  /** Asks for a page. */
  async page<P extends Page>(details: object, ask: () => Promise<P>): Promise<P> {
    const { result, statements, left } = await overheard(ask);
    this.pages++;
    this.unkept.push(...statements);
    // What had no room, or what nobody noted, cannot be read again: nothing behind it may be gone on from.
    if (left > 0 || this.unkept.length !== this.pages) this.keeps = false;
    if (this.pages >= pagesOfPart && result.NextToken !== undefined) await this.keep(details);
    heartbeat({ ...details, parts: this.last });
    return result;
  }

  private async keep(details: object): Promise<void> {
    const { parts, question, unkept: statements } = this;
    if (!parts || !this.keeps) return;
    const before = this.last[this.name] ?? null;
    const digest = await this.waiting(details, () => parts.add({ question, before, statements }));
    this.unkept = [];
    this.pages = 0;
    // A store that hangs is waited for once.
    if (digest === null) this.keeps = false;
    else this.last[this.name] = digest;
  }

  /** The statements of all parts, oldest first; null where a part cannot be had. */
  private async chain(): Promise<unknown[] | null> {
    const found: unknown[][] = [];
    for (let digest = this.last[this.name] ?? null; digest !== null;) {
      const part = await this.parts?.read(this.question, digest);
      if (!part || part.statements.length === 0) return null;
      found.push(part.statements);
      digest = part.before;
    }
    return found.toReversed().flat();
  }
}

/** As JSON has it. */
interface StoredPage {
  Events?: (Omit<Event, 'EventTime'> & { EventTime?: string })[];
  NextToken?: string;
}

const asAnswered = ({ EventTime, ...event }: NonNullable<StoredPage['Events']>[number]): Event => ({
  ...event,
  EventTime: EventTime === undefined ? undefined : new Date(EventTime),
});
