import { log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import { detectionLine, detectionWarnings } from '../../src/domain/alert/detection-text.ts';
import { nextQuestion, runOf, stateIn } from '../../src/domain/alert/detection-window.ts';
import type { DetectionOrder, DetectionRun } from '../../src/domain/alert/detection.ts';
import { detect } from '../activities.ts';

/**
 * One run of a rule. A schedule starts it and hands on the last run's result, which says how far the search has come: nobody else
 * keeps a state.
 */
export async function scheduledDetection(order: DetectionOrder): Promise<DetectionRun> {
  const state = order.after ?? stateIn(workflowInfo().lastResult);
  const question = nextQuestion(order, state, Date.now());
  setCurrentDetails(`Searching for **${order.ruleId}** from ${question.from} to ${question.to}.`);

  const run = runOf(order, question, await detect({ ruleId: order.ruleId, question }), state);
  const warnings = detectionWarnings(run);
  setCurrentDetails([detectionLine(run), ...warnings.map((warning) => `- **${warning}**`)].join('\n\n'));
  if (warnings.length > 0) log.warn([detectionLine(run), ...warnings].join('; '));
  return run;
}
