import type { TemporaryMeasure } from '../../domain/temporary.ts';
import { table, text } from './markdown-parts.ts';

/** What was meant for a while: whether it is lifted, and if not, when people are asked next. */
export const temporary = (measures: TemporaryMeasure[]): string =>
  table(
    ['What', 'Since (UTC)', 'Asked to lift it (UTC)', 'Now'],
    measures.map((measure) => [
      text(measure.title),
      text(measure.since),
      measure.asked.map((at) => text(at)).join('<br>') || 'not yet',
      standing(measure),
    ]),
  );

const standing = ({ ended, reviewAt }: TemporaryMeasure): string =>
  ended !== null
    ? text(ended)
    : `in force; ${reviewAt === null ? 'nobody is asked any more' : `people are asked to lift it on ${text(reviewAt)}`}`;
