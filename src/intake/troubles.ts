import { ApplicationFailure } from '@temporalio/common';
import type { Log } from '../temporal/log.ts';
import { causeOf, HttpRefusal } from './server.ts';

export interface Troubles {
  /** Something does not work: said when it begins, and when it fails in another way. */
  begin: (what: string, error: Error, consequence: string) => void;
  /** It works again; quiet where it always did. */
  end: (what: string, line: string) => void;
}

/** What lasts is said once, not for every attempt that it spoils. */
export function troubles(log: Log): Troubles {
  const lasting = new Map<string, string>();
  return {
    begin: (what, error, consequence) => {
      const kind = error instanceof ApplicationFailure ? (error.type ?? error.name) : error.name;
      if (lasting.get(what) !== kind) log(`${wordsOf(error)}: ${consequence}`, 'warn');
      lasting.set(what, kind);
    },
    end: (what, line) => {
      if (lasting.delete(what)) log(line);
    },
  };
}

/** Failures of AWS say themselves what to do; a refusal's reason is for senders, its cause for operators. */
const wordsOf = (error: Error): string => (error instanceof HttpRefusal ? causeOf(error) : error.message);
