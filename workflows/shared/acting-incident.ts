import type { IncidentOpening } from '../../src/domain/incident.ts';
import type { ResponsePolicy } from '../../src/domain/response-policy.ts';
import type { ApprovalGate } from './approval-gate.ts';
import type { People } from './people.ts';
import type { IncidentRecord } from './record.ts';
import type { Turns } from './turns.ts';

/** What planning, asking and acting need of an incident while it runs. */
export interface ActingIncident {
  readonly key: string;
  readonly workflowId: string;
  readonly opening: IncidentOpening;
  readonly policy: ResponsePolicy;
  readonly record: IncidentRecord;
  readonly people: People;
  readonly gate: ApprovalGate;
  readonly turns: Turns;
  /** Looks at the record after each act: what is in force for a while is watched from then on. */
  readonly temporary: { watch(): void };
  /** True once somebody asked to end the incident: nothing new is begun. */
  readonly closing: boolean;
  /** From here on nothing new is begun, and nothing is taken back. */
  readonly ending: boolean;
}
