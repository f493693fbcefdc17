/** What one look at the installation came to: a line for people, a record for programs. */
export interface Check {
  name: string;
  state: CheckState;
  /** What was found, without secrets. */
  found: string;
  /** What to do next; absent where nothing has to be done. */
  next?: string;
}
export type CheckState = 'ok' | 'warning' | 'failed';

/** What a look found, before it has the name of its check. */
export type Finding = Omit<Check, 'name'>;

export const ok = (found: string): Finding => ({ state: 'ok', found });
export const warning = (found: string, next: string): Finding => ({ state: 'warning', found, next });
export const failed = (found: string, next: string): Finding => ({ state: 'failed', found, next });

/** Nothing that is asked holds up the others for longer. */
const patience = 15_000;

export interface ProbeOptions {
  /** Where what failed does not say what to do. */
  next: string;
  /** Milliseconds; the usual without it. */
  patience?: number;
}

/**
 * Looks once, in bounded time; whatever goes wrong is a failed check, and the others go on. A look that finds nothing to
 * look at (null: not configured) is no check.
 */
export async function probe(
  name: string,
  options: ProbeOptions,
  look: () => Finding | null | Promise<Finding | null>,
): Promise<Check[]> {
  const limit = options.patience ?? patience;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(failed(`no answer within ${limit / 1000} s`, options.next)), limit);
  });
  try {
    // A look that throws before it waits is one that failed, too.
    const finding = await Promise.race([Promise.resolve().then(look), late]);
    return finding ? [{ name, ...finding }] : [];
  } catch (error) {
    return [{ name, ...failed(reasonOf(error), options.next) }];
  } finally {
    clearTimeout(timer);
  }
}

/** The message without what is said to people who watch an activity: here nothing is tried again. */
export function reasonOf(error: unknown): string {
  // Temporal's client says which call failed; why, its cause says.
  const said = error instanceof Error && error.name === 'ServiceError' ? (error.cause ?? error) : error;
  const message = said instanceof Error ? said.message || said.name : String(said);
  return message.replace(/; it is tried again(, more slowly| then| in \d+ s)?/, '').slice(0, 500);
}
