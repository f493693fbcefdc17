import { causeWords, type Drift } from '../../domain/watch/drift.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import { changeBlock } from './html-change.ts';
import { badge, list, moment, nothing, section, table, word, type Section, type Tone } from './html-parts.ts';
import { markup, type Html } from './html-template.ts';
import { lossOf } from './loss.ts';
import { sentenceStart } from './outside.ts';
import { lanesOf, ticksOf } from './timeline-lanes.ts';
import { drawing } from './timeline-svg.ts';
import { duration, plural } from './words.ts';

/** Drawn for wide and for narrow pages; the style shows one of them. */
const widths = { wide: 760, narrow: 340 };

/** Phases, approvals, actions and the time in which the image could be read, on one axis. */
export function timelineSection(report: IncidentReport): Section {
  const { phases } = report;
  const lanes = lanesOf(report);
  const ticks = ticksOf(report);
  const said = describe(report);
  const body = markup`<figure>
      <div class="wide">${drawing(lanes, ticks, widths.wide, 'timeline-wide', said)}</div>
      <div class="narrow">${drawing(lanes, ticks, widths.narrow, 'timeline-narrow', said)}</div>
      <figcaption>
        Time runs to the right, not evenly: a pause takes room by the logarithm of its length. ◆ decision that counted,
        ◇ one that was refused; ● action in place, ○ action that did not take effect, ■ undo; in the lane of alerts ■ an
        alert, ○ a reminder, ● a notice; recheck ● holds, ✕ drift, ○ not known.
      </figcaption>
    </figure>
    ${
      phases.length === 0
        ? nothing('No phase ended.')
        : table(
            'Phases',
            ['No.', 'Phase', 'From', 'Took', { heading: 'Outcome', wide: true }],
            phases.map(({ phase, startedAt, endedAt, outcome }, index) => [
              index + 1,
              word(phase),
              moment(startedAt),
              word(duration(Math.round((Date.parse(endedAt) - Date.parse(startedAt)) / 1000))),
              outcome,
            ]),
          )
    }`;
  return section('timeline', 'Timeline', body);
}

function describe(report: IncidentReport): string {
  const { phases, requests = [], decisions, actions, metrics } = report;
  const { what, taken } = lossOf(report);
  const exposed =
    metrics.exposure === null
      ? ''
      : ` ${sentenceStart(what)} could be ${taken} for ${duration(metrics.exposure)} at most.`;
  return `${phases.map(({ phase }) => phase).join(', ')}; ${plural(requests.length, 'request')}, ${plural(decisions.length, 'decision')}, ${plural(actions.length, 'action')}.${exposed}`;
}

const tones: Record<IncidentReport['rechecks'][number]['result'], Tone> = {
  holds: 'good',
  drift: 'bad',
  unknown: 'warn',
};

/** Whether what recovery left behind was still there. */
export const rechecksSection = ({ rechecks }: IncidentReport): Section =>
  section(
    'rechecks',
    'Rechecks',
    rechecks.length === 0
      ? nothing('Recovery was not checked again.')
      : table(
          'Rechecks',
          ['Checked', 'Result', { heading: 'What drifted, or never came about', wide: true }],
          rechecks.map(({ at, result, drifted, notInPlace = [] }) => [
            moment(at),
            badge(tones[result], result),
            drifted.length + notInPlace.length === 0
              ? '–'
              : [...drifted.map(driftText), ...notInPlace.map((id) => markup`<p>${id}: had failed, not in place</p>`)],
          ]),
        ),
  );

/** What does not stand any more, who may have caused it, and what putting it back changes. */
const driftText = ({ id, detail, causes = [], change = [] }: Drift): Html =>
  markup`<p>${id}: ${detail}</p>${
    causes.length === 0 ? '' : markup`<p>Perhaps by:</p>${list(causes.map(causeWords))}`
  }${change.length === 0 ? '' : markup`<p>To put it back:</p>${changeBlock(change)}`}`;
