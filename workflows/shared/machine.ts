import type { Alert } from '../../src/domain/alert/alert.ts';
import { eventHistory } from '../../src/domain/cloudtrail/event-history.ts';
import type { ImageSourceFacts, InstanceFacts } from '../../src/domain/findings/facts.ts';
import { imageSource, isOfImage, machineOf, type Machine } from '../../src/domain/findings/machine.ts';
import { observe, traceImage } from '../activities.ts';
import type { IncidentRun } from './incident-run.ts';
import { observed } from './observed.ts';
import { placeOf } from './place.ts';
import { now } from './record.ts';
import type { CaseFile } from '../../src/domain/findings/case-file.ts';

/** Of which machine an image was made, where the alert names nothing else. */
export async function readImageSource(incident: IncidentRun, alert: Alert): Promise<ImageSourceFacts | null> {
  const { imageId, time } = alert;
  if (!isOfImage(alert) || imageId === undefined) return null;
  const from = new Date(Date.parse(time) - eventHistory).toISOString();
  return observed(incident.record, imageSource, traceImage({ ...placeOf(alert), imageId, from, to: now() }));
}

/** The machine, whichever the facts say that it is. */
export type KnownMachine = Pick<CaseFile, 'alert' | 'source'>;

export async function readInstance(incident: IncidentRun, known: KnownMachine): Promise<InstanceFacts | null> {
  const machine = machineOf(known);
  return machine ? observed(incident.record, 'instance', observe.describeInstance(questionOf(machine))) : null;
}

export const questionOf = ({ accountId, region, instanceId }: Machine): Machine => ({ accountId, region, instanceId });
