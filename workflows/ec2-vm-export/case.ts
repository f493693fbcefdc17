import { shortened } from '../../src/domain/approval/request-message.ts';
import type { Beyond } from '../../src/domain/alert/other-callers.ts';
import { contradictedByTask, contradictedByTrail } from '../../src/domain/alert/contradiction.ts';
import { assess } from '../../src/domain/severity/assess.ts';
import type { Verdict } from '../../src/domain/severity/assessment.ts';
import { matchAllowList } from '../../src/domain/severity/allow-list.ts';
import { tagsNamed } from '../../src/domain/findings/instance-tags.ts';
import type { CopiesFacts } from '../../src/domain/findings/facts.ts';
import type { Investigated } from '../../src/domain/findings/investigated.ts';
import type { RoleSessions } from '../../src/domain/plan/role-sessions.ts';
import type { KnownSuspect } from '../../src/domain/plan/suspects.ts';
import { severityFacts } from '../../src/domain/severity/severity-facts.ts';
import { severityTable } from '../../src/domain/data/severity.ts';
import type { KnownTrust } from '../../src/domain/plan/trust-suspects.ts';
import { decideVerdict } from '../../src/domain/severity/verdict.ts';
import type { IncidentRun } from '../shared/incident-run.ts';
import { now } from '../shared/record.ts';
import type { CaseFile } from '../../src/domain/findings/case-file.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';

/** What the phases hand on: the facts so far, and what they were judged to be. */
export interface Case extends Investigated {
  /** Who is contained beside the actor, as IAM has them, and who cannot be. */
  suspects: KnownSuspect[];
  beyond: Beyond[];
  /** Roles that let in whom they should not, as IAM has them. */
  trusts: KnownTrust[];
  /** Who else has sessions of the roles whose sessions may be revoked. */
  roleSessions: RoleSessions[];
  /** Other copies of the machine, by Region; null: not read yet. */
  copies: CopiesFacts[] | null;
  /** The buckets in which copies of the export lie, where they could be read. */
  copyBuckets?: BucketFacts[];
  verdict: Verdict;
  /** Why that verdict, in a sentence. */
  reason: string;
}

/** What a refusal of AWS left open is told in full by severity and findings. */
const longestReason = 400;

/** Where the incident stands, in a sentence: what people read after each phase. */
export function standing(incident: IncidentRun, { verdict, reason }: Case): string {
  const { findings } = incident.record;
  const unknown = findings.filter(({ answer }) => answer === 'unknown').length;
  const severity = incident.assessment?.severity ?? 'not assessed';
  const why = shortened(reason, longestReason);
  return `${verdict}, severity ${severity}: ${why}; ${findings.length - unknown} questions answered, ${unknown} open`;
}

/** Computes allow-list, severity and verdict again from all facts; severity follows from findings, never from opinion. */
export function judge(incident: IncidentRun, known: Omit<Case, 'verdict' | 'reason' | 'allowListed' | 'now'>): Case {
  const facts = { ...known, ...incident.later };
  const at = now();
  const contradiction =
    contradictedByTrail(facts.alert, facts.exportTrail) ?? contradictedByTask(facts.alert, facts.task);
  if (contradiction !== null) incident.furtherAlerts.contradicted(contradiction);
  const { match, rejected } = matchAllowList({
    ...facts,
    allowListed: null,
    now: at,
    contradiction: incident.furtherAlerts.doubt,
  });
  const caseFile: CaseFile = {
    ...facts,
    now: at,
    allowListed: match,
    nearMisses: match ? [] : rejected,
    gaps: [...incident.record.gaps],
    declined: incident.sources.declined,
  };
  const assessment = assess(severityFacts(caseFile), severityTable);
  const { verdict, reason } = decideVerdict(caseFile, assessment.severity);
  // Before the instance is read, an entry for certain environments cannot hold yet.
  const said = incident.record.phase === 'triage' ? [] : rejected;
  for (const { id, why } of said) incident.record.addOnce('gap', `allow-list entry ${id} does not apply: ${why}`);
  incident.gate.ownedBy(tagsNamed(facts.instance, facts.policy.tags.owner).map(({ value }) => value));
  incident.assess(assessment, verdict);
  // What people wrote and what CloudTrail lists may be told late: then it is judged with the facts of the last time.
  incident.judgeAgain = () => {
    judge(incident, facts);
    incident.show();
  };
  return { ...facts, ...caseFile, verdict, reason };
}
