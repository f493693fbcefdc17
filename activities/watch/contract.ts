import type { CutShort } from '../../src/domain/cut-short.ts';

export interface WatchNotify {
  /** Incidents and undos that were cut short within the last days. One that was reset goes on in another run, and is none. */
  findCutShort(): Promise<CutShort[]>;
  /** In Slack, where it is configured, and has what there is of the record sealed. */
  tellCutShort(cutShort: CutShort): Promise<void>;
}
