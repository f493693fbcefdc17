import type { Alert } from '../alert/alert.ts';
import type { Finding } from './evidence.ts';
import { answeredBy, finding, some, unanswered } from './finding.ts';
import { isSessionKey, type Hop, type Lineage } from './lineage.ts';

/** Who stands behind the session, and what else the same hands took and made (S71, S89, S91). */
export const lineageFindings = (alert: Alert, lineage: Lineage | null): Finding[] => [
  behind(alert, lineage),
  taken(lineage),
  made(lineage),
  entered(lineage),
];

const notTraced = 'sessions were not traced';

function behind({ principal }: Alert, lineage: Lineage | null): Finding {
  const id = 'session-origin';
  const sources = ['S71', 'S89'];
  const question = 'Did somebody else take the session that made the call?';
  if (principal.accessKeyId === undefined) return unanswered(id, sources, question, 'the alert names no access key');
  if (!isSessionKey(principal.accessKeyId)) {
    const own = `${principal.accessKeyId} is a long-term key of its own`;
    return answeredBy('alert', finding(id, sources, question, 'no', own));
  }
  if (!lineage) return unanswered(id, sources, question, notTraced);
  return lineage.behind.length > 0
    ? finding(id, sources, question, 'yes', some(lineage.behind.map(hopWords)))
    : unanswered(id, sources, question, lineage.gaps[0] ?? 'the trail does not tell');
}

function taken(lineage: Lineage | null): Finding {
  const id = 'sessions-taken';
  const question = 'Did the actor take other sessions?';
  return fromLineage(id, ['S71'], question, lineage, lineage?.taken.map(hopWords) ?? [], 'none');
}

function made(lineage: Lineage | null): Finding {
  const id = 'ways-in-made';
  const question = 'Did the actor make itself another way in?';
  const found = lineage?.made.map(
    ({ kind, name, accessKeyId, credentialId, how, at }) =>
      `${kind} ${name}${idWords(accessKeyId ?? credentialId)}${how === undefined ? '' : `, ${how}`}, at ${at}`,
  );
  const none = 'no key, certificate, user, role, trust, identity provider or trust anchor';
  return fromLineage(id, ['S91'], question, lineage, found ?? [], none);
}

const idWords = (id: string | undefined): string => (id === undefined ? '' : ` (${id})`);

/** Named only: what was done inside a machine, the machine has to tell. */
function entered(lineage: Lineage | null): Finding {
  const id = 'machines-entered';
  const question = 'Did the actor open sessions on machines through AWS?';
  if (lineage && !lineage.entered) return unanswered(id, ['S71'], question, 'calls that open sessions were not read');
  const found = lineage?.entered?.map(({ machine, via, at }) => `${via} on ${machine} at ${at}`) ?? [];
  const none = 'no call of Session Manager or EC2 Instance Connect; other logins leave no call';
  return fromLineage(id, ['S71'], question, lineage, found, none);
}

/** A no only where all trails were read to their ends. */
function fromLineage(
  id: string,
  sources: string[],
  question: string,
  lineage: Lineage | null,
  found: string[],
  none: string,
): Finding {
  if (!lineage) return unanswered(id, sources, question, notTraced);
  const why = lineage.gaps[0];
  if (found.length > 0) {
    const detail = some(found);
    return finding(id, sources, question, 'yes', why === undefined ? detail : `${detail}; incomplete: ${why}`);
  }
  return why === undefined ? finding(id, sources, question, 'no', none) : unanswered(id, sources, question, why);
}

const hopWords = ({ callerArn, callerKey, roleArn, sessionName, at }: Hop): string =>
  `${callerArn ?? 'an unnamed caller'}${callerKey === undefined ? '' : ` with ${callerKey}`} took ` +
  `${roleArn ?? 'a session of its own'}${sessionName === undefined ? '' : ` as ${sessionName}`} at ${at}`;
