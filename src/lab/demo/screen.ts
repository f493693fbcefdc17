import { plainText } from '../../domain/escape.ts';
import type { ApprovalRequest } from '../../domain/approval/approval.ts';
import type { Finding } from '../../domain/findings/evidence.ts';
import type { Json } from '../../domain/json.ts';
import type { PlannedAction } from '../../domain/plan/plan.ts';
import { leftOutParts } from '../../domain/report/left-out.ts';
import type { Metrics } from '../../domain/report/report.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import { wrapped, type Style } from '../../cli/terminal.ts';
import type { Scenario } from '../scenario.ts';
import type { DemoResult } from './result.ts';
import type { Proof } from '../probes.ts';

export interface Screen {
  write: (text: string) => void;
  style: (text: string, ...styles: Style[]) => string;
  columns: number;
}

/** What people see of a run. Everything passes the styler, which makes foreign text harmless. */
export class DemoScreen {
  readonly #screen: Screen;
  readonly #since = performance.now();
  #phase = '';
  #findings: Finding[] = [];
  /** What came while a question stands. */
  #held: string[] | undefined;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  line(text = '', ...styles: Style[]): void {
    const written = `${this.#screen.style(text, ...styles)}\n`;
    if (this.#held) this.#held.push(written);
    else this.#screen.write(written);
  }

  /** Plan and question stay the last on the screen until somebody has answered: what comes meanwhile is written after. */
  async whileAsking<T>(ask: () => Promise<T>): Promise<T> {
    this.#held = [];
    try {
      return await ask();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const written of held) this.#screen.write(written);
    }
  }

  /** Long texts hang under their first line. */
  hanging(first: string, text: string, ...styles: Style[]): void {
    const width = Math.max(40, Math.min(this.#screen.columns, 140) - first.length);
    const [start = '', ...rest] = wrapped(text, width);
    this.line(first + start, ...styles);
    for (const line of rest) this.line(' '.repeat(first.length) + line, ...styles);
  }

  progress = (line: string): void => {
    this.line(`· ${((performance.now() - this.#since) / 1000).toFixed(1).padStart(4)} s  ${line}`, 'dim');
  };

  story({ name, title, story }: Scenario): void {
    this.line();
    this.line(`${name}: ${title}`, 'bold');
    for (const sentence of story) this.hanging('  - ', sentence);
    this.line();
  }

  timeline = ({ at, phase, kind, text }: TimelineEntry): void => {
    if (phase !== this.#phase && phase !== 'closed') {
      this.#phase = phase;
      this.line();
      this.line(`■ ${phase}`, 'bold');
    }
    // The heading says it.
    if (kind === 'phase' && text.endsWith(' began')) return;
    if (kind === 'phase') for (const finding of this.#findings.splice(0)) this.#finding(finding);
    const said = kind === 'phase' ? text.replace(/^[\w-]+: /, '→ ') : text;
    this.hanging(`  ${at.slice(11, 19)}  ${kind.padEnd(9)} `, said, ...styleOf(kind, said));
  };

  /** Kept until their phase has ended. */
  findings = (findings: Finding[]): void => {
    this.#findings.push(...findings);
  };

  #finding({ sources, question, answer, detail }: Finding): void {
    const text = `${question} ${answer}: ${detail.replace(/^not known: /, '')}`;
    const line = `            finding   ${sources.join(' ').padEnd(8)} ${plainText(text)}`;
    const styles: Style[] = answer === 'unknown' ? ['dim'] : [];
    this.line(line.length > this.#screen.columns ? `${line.slice(0, this.#screen.columns - 1)}…` : line, ...styles);
  }

  plan({ plan, quorum, dueAt }: ApprovalRequest): void {
    this.line();
    this.line(
      `  The plan: ${plan.actions.length} action(s), ${quorum} approval(s) needed, due ${dueAt}`,
      'bold',
      'yellow',
    );
    for (const action of plan.actions) this.#action(action);
    for (const { title, items } of leftOutParts(plan.notPlanned)) {
      for (const { what, why } of items) this.hanging(`  ${title.toLowerCase()}: `, `${what}: ${why}`, 'dim');
    }
    this.line();
  }

  #action(action: PlannedAction): void {
    this.hanging(`  ${action.id}  `, action.title, 'bold');
    this.hanging('      target  ', action.target);
    this.hanging('      calls   ', action.calls.join(', '));
    this.hanging('      change  ', changeInShort(action.before, action.after));
    const undo = action.reversible ? action.undo : `IRREVERSIBLE: ${action.undo}`;
    this.hanging('      undo    ', undo, ...(action.reversible ? [] : ['red' as const]));
    for (const who of action.mayBreak) this.hanging('      breaks  ', who, 'dim');
  }

  proofs(proofs: Proof[]): void {
    this.line();
    this.line('Proofs', 'bold');
    for (const { name, ok, detail } of proofs) {
      this.hanging(`  ${ok ? '✓' : '✗'} `, name, ok ? 'green' : 'red');
      this.hanging('      ', detail, 'dim');
    }
  }

  result(result: DemoResult): void {
    const failed = result.proofs.filter(({ ok }) => !ok).length;
    this.line();
    this.line(`${result.incidentKey}: severity ${result.severity}, verdict ${result.verdict}`, 'bold');
    this.line(`  ${timesOf(result.metrics)}`);
    this.hanging('  ', result.outside);
    if (result.reportHtmlPath) this.line(`  report   ${result.reportHtmlPath}`);
    this.line(`  history  ${result.historyPath}`);
    this.line(`  bundle   ${result.bundlePath}`);
    if (result.ok) this.line(`all ${result.proofs.length} proofs hold`, 'bold', 'green');
    else this.line(`${failed} of ${result.proofs.length} proofs do not hold`, 'bold', 'red');
  }
}

const styleOf = (kind: TimelineEntry['kind'], text: string): Style[] => {
  if (kind === 'severity') return [/high|unauthorised/.test(text) ? 'red' : 'yellow'];
  if (kind === 'gap') return ['dim'];
  if (kind === 'approval' || kind === 'decision') return ['yellow'];
  if (kind === 'action') return [/: (applied|already)/.test(text) ? 'green' : 'red'];
  return kind === 'recheck' && text.startsWith('drift') ? ['red'] : [];
};

const seconds = (value: number | null): string => (value === null ? 'not known' : `${Math.round(value)} s`);

const timesOf = ({ timeToDetection, timeToContainment }: Metrics): string =>
  `time to detection ${seconds(timeToDetection)}, to containment ${seconds(timeToContainment)}`;

/** A change in a few words: statements of a policy that come and go, numbers of grants, else the start of each state. */
export function changeInShort(before: Json, after: Json): string {
  if (isPolicy(before) || isPolicy(after)) {
    const [was, will] = [statements(before), statements(after)];
    const gone = was.filter((each) => !will.includes(each)).map((each) => `− ${nameOf(each)}`);
    const come = will.filter((each) => !was.includes(each)).map((each) => `+ ${nameOf(each)}`);
    return [...gone, ...come].join(', ') || 'none';
  }
  return `${inShort(before)} → ${inShort(after)}`;
}

const isPolicy = (state: Json): state is { Statement: Json[] } =>
  typeof state === 'object' && state !== null && !Array.isArray(state) && Array.isArray(state.Statement);
const statements = (state: Json): string[] =>
  isPolicy(state) ? state.Statement.map((each) => JSON.stringify(each)) : [];
const nameOf = (statement: string): string => {
  const { Sid, Effect, Action, NotAction } = JSON.parse(statement) as Record<string, Json>;
  if (typeof Sid === 'string') return `statement ${Sid}`;
  return cut(`${typeof Effect === 'string' ? Effect : '?'} ${JSON.stringify(Action ?? NotAction ?? null)}`);
};

function inShort(state: Json): string {
  if (state === null) return 'nothing';
  if (typeof state === 'object' && !Array.isArray(state)) {
    if (Array.isArray(state.grants)) return `${state.grants.length} grant(s)`;
    if (typeof state.eventPattern === 'string') return 'a rule';
    if (typeof state.destination === 'object') return 'a copy';
  }
  return cut(JSON.stringify(state));
}

const cut = (text: string): string => {
  const plain = plainText(text);
  return plain.length > 90 ? `${plain.slice(0, 89)}…` : plain;
};
