/** Somebody asks that failed actions be tried again. Nobody checks who asks; asking decides nothing. */
export interface RetryRequest {
  /** Ids of actions; absent: everything that has failed. */
  actions?: string[];
  by: string;
}

export type RetryAnswer =
  | {
      result: 'asked';
      /** What is planned again, as far as the facts still call for it. */
      actions: string[];
      /** The request that has to be settled before this is asked. */
      after: string | null;
    }
  | { result: 'refused'; reason: string };
