import { markup, type Html } from '../src/audit/render/html-template.ts';
import { threeDigits, type Series } from './figure.ts';

const size = { width: 760, height: 200, left: 70, right: 60, top: 14, bottom: 26 };

/** Measured points, and the proportional growth from the first of them. */
export function growthPlot({ name, unit, points }: Series): Html {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last) return markup``;
  const most = Math.max(...points.map(({ value }) => value)) * 1.1;
  const bottom = size.height - size.bottom;
  const x = (at: number) => round(size.left + (at / last.at) * (size.width - size.left - size.right));
  const y = (value: number) => round(bottom - (value / most) * (bottom - size.top));
  // Proportional growth leaves the picture where it is steeper than what was measured.
  const end = Math.min(last.at, (most / first.value) * first.at);
  const said = `${name}: ${points.map(({ at, value }) => `${threeDigits(value)} ${unit} at ${at}×`).join(', ')}`;
  return markup`<figure><svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${said}">
    <g class="grid">
      <line class="axis" x1="${size.left}" y1="${bottom}" x2="${size.width - size.right}" y2="${bottom}" />
      <line x1="${x(first.at)}" y1="${y(first.value)}" x2="${x(end)}" y2="${y((end / first.at) * first.value)}" />
      ${points.slice(1).map(({ at, value }, index) => segment(points[index] ?? first, { at, value }, x, y))}
    </g>
    ${points.map(
      ({ at, value }) =>
        markup`<g class="mark severity-low" transform="translate(${x(at)} ${y(value)})"><title>${at}×: ${threeDigits(value)} ${unit}</title><circle r="5" /></g>
          <text class="clock" x="${x(at)}" y="${size.height - 8}" text-anchor="middle">${at}×</text>
          <text x="${x(at) + 8}" y="${y(value) - 8}">${threeDigits(value)}</text>`,
    )}
    <text class="clock" x="${size.left - 8}" y="${size.top + 8}" text-anchor="end">${unit}</text>
  </svg><figcaption>${said}. The dotted line is proportional growth.</figcaption></figure>`;
}

type Point = Series['points'][number];
const segment = (from: Point, to: Point, x: (at: number) => number, y: (value: number) => number): Html =>
  markup`<line class="axis" x1="${x(from.at)}" y1="${y(from.value)}" x2="${x(to.at)}" y2="${y(to.value)}" />`;

const round = (value: number): number => Math.round(value * 10) / 10;
