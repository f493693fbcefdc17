import type { Alert } from '../alert/alert.ts';
import { isDownload } from '../findings/downloads.ts';
import { isSessionKey } from '../findings/lineage.ts';
import { isResponder } from '../policy/perimeter.ts';
import { identityOf, type Suspect } from './suspects.ts';
import type { Beyond } from '../alert/other-callers.ts';
import type { ObjectReadFacts } from '../findings/read-facts.ts';

/**
 * Whose credentials signed an address by which the export was read: whoever held the address read as they. The deny on the
 * export ends such addresses; their signer's credentials can sign others.
 */
export function signersOf(
  reads: ObjectReadFacts | null,
  { recipientAccount }: Pick<Alert, 'recipientAccount'>,
  responders: string[],
): { suspects: Suspect[]; beyond: Beyond[] } {
  const suspects: Suspect[] = [];
  const beyond: Beyond[] = [];
  const seen = new Set<string>();
  for (const read of (reads?.reads ?? []).toSorted((a, b) => a.time.localeCompare(b.time))) {
    const { presigned, signedBy, requester, address, time } = read;
    if (!presigned || signedBy === undefined || !isDownload(read) || isResponder(requester, responders)) continue;
    // A download in ranges is many reads: the first one tells enough.
    if (seen.has(`${requester} ${signedBy}`)) continue;
    seen.add(`${requester} ${signedBy}`);
    const why = `an address signed with ${signedBy} read the export from ${address} at ${time}`;
    const signer = identityOf(requester);
    if (signer?.account !== recipientAccount) {
      beyond.push({
        what: `contain whoever has ${signedBy}`,
        why: `${why}, by ${requester}: contain it where it belongs`,
      });
      continue;
    }
    const { type, name } = signer;
    const extent = type === 'role' ? 'sessions' : isSessionKey(signedBy) ? 'whole' : 'keys';
    suspects.push({ type, name, extent, keys: extent === 'keys' ? [signedBy] : [], credentials: [], why: [why] });
  }
  return { suspects, beyond };
}
