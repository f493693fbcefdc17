import type { TemporaryMeasure } from '../../domain/plan/temporary.ts';
import { moment, section, table as htmlTable, type Section } from './html-parts.ts';
import { table, text } from './markdown-parts.ts';

/** What was meant for a while: whether it is lifted, and if not, when people are asked next. */
export const temporary = (measures: TemporaryMeasure[]): string =>
  table(
    ['What', 'Since (UTC)', 'Asked to lift it (UTC)', 'Now'],
    measures.map((measure) => [
      text(measure.title),
      text(measure.since),
      measure.asked.map((at) => text(at)).join('<br>') || 'not yet',
      text(standing(measure)),
    ]),
  );

/** Absent where nothing was. */
export const temporarySection = (measures: TemporaryMeasure[] = []): Section[] =>
  measures.length === 0
    ? []
    : [
        section(
          'for-a-while',
          'For a while',
          htmlTable(
            'What was meant for a while',
            [{ heading: 'What', wide: true }, 'Since', 'Asked to lift it', { heading: 'Now', wide: true }],
            measures.map((measure) => [
              measure.title,
              moment(measure.since),
              measure.asked.join(', ') || 'not yet',
              standing(measure),
            ]),
          ),
        ),
      ];

function standing({ ended, reviewAt }: TemporaryMeasure): string {
  if (ended !== null) return ended;
  return `in force; ${reviewAt === null ? 'nobody is asked any more' : `people are asked to lift it on ${reviewAt}`}`;
}
