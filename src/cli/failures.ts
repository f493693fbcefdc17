/** The command line's exit codes. */
export const exitCodes = {
  ok: 0,
  /** The question was answered, and the answer is no. */
  negative: 1,
  usage: 2,
  prerequisite: 3,
  unreachable: 4,
} as const;

/** The answer is no: refused, not found, differs. The message says all; there is nothing wrong with us. */
export class Negative extends Error {
  override readonly name = 'Negative';
}
/** The command cannot mean this. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
/** The gateway, or the worker that an incident needs to answer, is not there. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** By name: loading every part that can fail would make `--help` slow. */
const byName: Record<string, number> = {
  ConfigInvalid: exitCodes.usage,
  TemporalConfigInvalid: exitCodes.usage,
  UsageError: exitCodes.usage,
  MetricsAddressInvalid: exitCodes.usage,
  NotAHistoryFile: exitCodes.usage,
  PrerequisiteMissing: exitCodes.prerequisite,
  TemporalUnreachable: exitCodes.unreachable,
  Unreachable: exitCodes.unreachable,
};

/** gRPC's codes for a server that is not there, is too slow, or went away meanwhile. */
const gone = [1, 4, 14];

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof Error)) return exitCodes.negative;
  if (error.name === 'ServiceError') return gone.includes(grpcCode(error)) ? exitCodes.unreachable : exitCodes.negative;
  return byName[error.name] ?? exitCodes.negative;
}

const grpcCode = ({ cause }: Error): number =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'number' ? cause.code : 0;

/** What a person reads: what happened, and the innermost reason where the message alone does not say. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name !== 'ServiceError') return error.message;
  const reason = error.cause instanceof Error ? error.cause.message : error.message;
  const hint = /search attribute/i.test(reason) ? '; has this namespace been prepared? Run: soar setup' : '';
  return `Temporal: ${reason}${hint}`;
}
