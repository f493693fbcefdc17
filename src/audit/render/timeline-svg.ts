import { markup, type Html } from './html-template.ts';
import type { Bar, Lane, Mark, Tick } from './timeline-lanes.ts';
import { pauseScale, type Scale } from './timeline-scale.ts';
import { utc } from './words.ts';

const margin = 14;
const laneTitle = 15;
const laneHeight = 20;
const laneStep = laneTitle + laneHeight + 9;
const axisHeight = 34;
/** Half of the widest mark. */
const markHalf = 6.5;
/** A letter of the drawing's font, at most about this wide. */
const letter = 6.3;

/** The drawing at one width; it is text for those who hear it, by its title and description. */
export function drawing(lanes: Lane[], ticks: Tick[], width: number, id: string, description: string): Html {
  const moments = [
    ...lanes.flatMap(({ bars }) => bars.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))),
    ...lanes.flatMap(({ marks }) => marks.map(({ at }) => at)),
    ...ticks.map(({ at }) => at),
  ];
  const scale = pauseScale(moments, margin, width - margin);
  const bottom = lanes.length * laneStep + 4;
  const height = bottom + axisHeight;
  const shown = roomFor(ticks, scale, width);
  return markup`<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text">
    <title id="${id}-title">Timeline of the incident</title>
    <desc id="${id}-text">${description}</desc>
    <g class="grid">
      ${shown.map(({ x }) => markup`<line x1="${round(x)}" y1="0" x2="${round(x)}" y2="${bottom}" />`)}
      <line class="axis" x1="${margin}" y1="${bottom}" x2="${width - margin}" y2="${bottom}" />
    </g>
    ${lanes.map((lane, index) => laneOf(lane, scale, index * laneStep, width))}
    ${shown.map(
      ({ x, label, at, anchor }) =>
        markup`<text class="tick" x="${round(x)}" y="${bottom + 14}" text-anchor="${anchor}">${label}</text><text class="clock" x="${round(x)}" y="${bottom + 28}" text-anchor="${anchor}">${clock(at, moments)}</text> `,
    )}
  </svg>`;
}

function laneOf({ title, tone, bars, marks }: Lane, scale: Scale, top: number, width: number): Html {
  const label = bars.length === 1 ? `${title}: ${bars[0]?.label ?? ''}` : title;
  return markup`<g class="lane ${tone}"><text class="name" x="${margin}" y="${top + 11}">${label}</text>
    ${bars.map((bar, index) => barOf(bar, index, scale, top + laneTitle, width, bars.length > 1, marks))}${marks.map(
      (mark) => markOf(mark, scale(mark.at), top + laneTitle + laneHeight / 2),
    )}</g> `;
}

function barOf(
  { from, to, label }: Bar,
  index: number,
  scale: Scale,
  top: number,
  width: number,
  named: boolean,
  marks: Mark[],
): Html {
  const x = scale(from);
  const end = to === null ? width - margin : scale(to);
  const wide = Math.max(2, end - x);
  // A mark on the end of its bar, as a decision is on its request's, would lie on the name.
  const covered = marks.some(({ at }) => Math.abs(scale(at) - end) < markHalf) ? markHalf : 0;
  const free = wide - covered;
  const written = label.length * letter < free - 6 ? label : free > 12 ? String(index + 1) : '';
  return markup`<g class="bar${to === null ? ' open' : ''}"><title>${label}</title><rect x="${round(x)}" y="${top}" width="${round(wide)}" height="${laneHeight}" rx="2" />${
    named && written !== ''
      ? markup`<text x="${round(x + free / 2)}" y="${top + 14}" text-anchor="middle">${written}</text>`
      : ''
  }</g> `;
}

function markOf({ shape, label }: Mark, x: number, y: number): Html {
  return markup`<g class="mark ${shape}" transform="translate(${round(x)} ${y})"><title>${label}</title>${shapes[shape]}</g> `;
}

const diamond = markup`<path d="M0-6.5 6.5 0 0 6.5-6.5 0Z" />`;
const circle = markup`<circle r="5" />`;
const shapes: Record<Mark['shape'], Html> = {
  dot: circle,
  ring: circle,
  diamond,
  'empty-diamond': diamond,
  square: markup`<rect x="-4.5" y="-4.5" width="9" height="9" />`,
  cross: markup`<path d="M-5-5 5 5M5-5-5 5" />`,
};

const round = (value: number): number => Math.round(value * 10) / 10;

interface ShownTick extends Tick {
  x: number;
  anchor: 'start' | 'middle' | 'end';
}

/** Names go onto the axis while there is room, the most important first. */
function roomFor(ticks: Tick[], scale: Scale, width: number): ShownTick[] {
  const shown: (ShownTick & { left: number; right: number })[] = [];
  for (const tick of ticks) {
    const x = scale(tick.at);
    const half = (Math.max(tick.label.length, 11) * letter) / 2;
    const anchor = x - half < 0 ? 'start' : x + half > width ? 'end' : 'middle';
    const left = anchor === 'start' ? x : anchor === 'end' ? x - 2 * half : x - half;
    const right = left + 2 * half;
    if (shown.every((other) => right + 4 < other.left || left - 4 > other.right)) {
      shown.push({ ...tick, x, anchor, left, right });
    }
  }
  return shown;
}

const day = 86_400_000;

/** Where an incident takes days, seconds say little. */
function clock(at: number, moments: number[]): string {
  const text = utc(new Date(at).toISOString());
  return Math.max(...moments) - Math.min(...moments) > day ? text.slice(5, 16) : text.slice(11);
}
