import { otherCallersBeyond } from '../../src/domain/alert/other-callers.ts';
import { iamIdentity } from '../../src/domain/alert/principal.ts';
import type { ShareCase } from '../../src/domain/snapshot-share/share-case.ts';
import { observe } from '../activities.ts';
import { readPrincipal } from '../shared/actor.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { observed } from '../shared/observed.ts';
import { placeOf } from '../shared/place.ts';

/** The snapshot with those whom it is shared with. */
export async function readSnapshot(incident: IncidentRun): Promise<ShareCase['copies']> {
  const { alert } = incident.opening;
  if (alert.snapshotId === undefined) return null;
  const search = { region: alert.region, volumeIds: [], imageIds: [], snapshotIds: [alert.snapshotId] };
  const question = observe.describeCopies({ accountId: placeOf(alert).accountId, ...search });
  const found = await observed(incident.record, 'the snapshot', question);
  return found && [found];
}

/** What a plan may change, read again: people decide for hours, and the world goes on (P3). */
export async function readTargets<T extends ShareCase>(incident: IncidentRun, known: T): Promise<T> {
  const [copies, principal] = await Promise.all([readSnapshot(incident), readPrincipal(incident, known.alert)]);
  const beyond = otherCallersBeyond(incident.furtherAlerts.otherCallers, [iamIdentity(known.alert.principal)]);
  return { ...known, copies, principal, beyond };
}
