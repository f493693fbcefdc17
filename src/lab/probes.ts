import { setTimeout as sleep } from 'node:timers/promises';
import { codeOf } from './clients.ts';

/** `works`, or the error codes of which one is expected. */
export type Expectation = 'works' | string[];

/** A call by somebody in the story, made before the alert and after the incident, with what each should come to. */
export interface Probe {
  name: string;
  call: () => Promise<unknown>;
  before: Expectation;
  after: Expectation;
  /** The story has made this call already: what it came to. It is not repeated before the alert. */
  made?: string;
}

/** What a call came to: its error's code, or null when it worked. */
export interface CallResult {
  code: string | null;
  message: string;
}

export async function resultOf(call: () => Promise<unknown>): Promise<CallResult> {
  try {
    await call();
    return { code: null, message: 'worked' };
  } catch (error) {
    return { code: codeOf(error), message: (error as Error).message };
  }
}

export const matches = ({ code }: CallResult, expected: Expectation): boolean =>
  expected === 'works' ? code === null : code !== null && expected.includes(code);

const seen = ({ code }: CallResult): string => code ?? 'worked';
const wanted = (expected: Expectation): string => (expected === 'works' ? 'works' : expected.join(' or '));

/** Makes the calls for the first time; the returned function makes them again and says what was proven. */
export async function startProbes(probes: Probe[]): Promise<() => Promise<Proof[]>> {
  const first: { probe: Probe; ok: boolean; before: string }[] = [];
  for (const probe of probes) {
    if (probe.made !== undefined) {
      first.push({ probe, ok: true, before: probe.made });
    } else {
      const result = await resultOf(probe.call);
      first.push({ probe, ok: matches(result, probe.before), before: seen(result) });
    }
  }
  return async () => {
    const proofs: Proof[] = [];
    for (const { probe, ok, before } of first) {
      const after = await resultOf(probe.call);
      const holds = ok && matches(after, probe.after);
      const expected = holds ? '' : `; expected: ${wanted(probe.before)}, then ${wanted(probe.after)}`;
      proofs.push({ name: probe.name, ok: holds, detail: `before: ${before}; after: ${seen(after)}${expected}` });
    }
    return proofs;
  };
}

/** Asks again until the call comes to what is expected; for what AWS takes a moment to settle. */
export async function eventually(
  call: () => Promise<unknown>,
  expected: Expectation,
  withinMs = 5000,
): Promise<CallResult> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = await resultOf(call);
    if (matches(result, expected) || Date.now() > deadline) return result;
    await sleep(250);
  }
}

export const proof = (name: string, ok: boolean, detail: string): Proof => ({ name, ok, detail });

/** One claim about the end of a run, and whether it holds. */
export interface Proof {
  name: string;
  ok: boolean;
  /** What was seen, in a sentence. */
  detail: string;
}
