import type { TrailRecord } from '../src/lab/aws/trail-record.ts';
import type { EvalStage } from './eval-stage.ts';

/** A scene that is set, up to the actor's call. */
export interface Scene {
  /** What is sent as alerts; the incident of the last is the one that is looked at. */
  records: TrailRecord[];
  /** What the expected file calls what only the scene knows. */
  names: Readonly<Record<string, string>>;
}

/** Sets the scene or, differing from it in one thing, its twin. */
export type SetScene = (stage: EvalStage, twin: boolean) => Promise<Scene>;
