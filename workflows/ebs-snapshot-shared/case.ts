import { assess } from '../../src/domain/severity/assess.ts';
import type { Verdict } from '../../src/domain/severity/assessment.ts';
import type { ShareCase } from '../../src/domain/snapshot-share/share-case.ts';
import {
  shareFacts,
  shareQuestions,
  shareSeverityTable,
  shareVerdict,
} from '../../src/domain/snapshot-share/share-severity.ts';
import type { IncidentRun } from '../shared/incident-run.ts';

/** What the phases hand on: the facts so far, and what they were judged to be. */
export interface Case extends ShareCase {
  verdict: Verdict;
  outcome: string;
}

/** Severity and verdict again from all facts, and once more when another alert says something against this one. */
export function judge(incident: IncidentRun, facts: ShareCase): Case {
  const known = { ...facts, doubt: incident.furtherAlerts.doubt };
  const assessment = assess(shareFacts(known), shareSeverityTable, shareQuestions);
  const { verdict, reason } = shareVerdict(known);
  incident.assess(assessment, verdict);
  incident.judgeAgain = () => {
    judge(incident, facts);
    incident.show();
  };
  return { ...known, verdict, outcome: `${verdict}, severity ${assessment.severity}: ${reason}` };
}
