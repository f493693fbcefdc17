import { isGraveKind, isIrreversibleKind } from '../domain/acts/action-kinds.ts';
import { kindWords } from '../domain/report/left-out.ts';
import { identifier } from './identifier.ts';
import { kindsOf, phaseTexts, type ActingPhase } from './phases.ts';
import { proceduresIn } from './references.ts';
import type { Agent, Command, Step } from './types.ts';
import type { Phase } from '../domain/phase.ts';

const stepId = (type: Step['type'], name: string): string => identifier(type, `ec2-vm-export/${name}`);
const agentId = (type: Agent['type'], name: string): string => identifier(type, `temporal-soar/${name}`);

const automation = agentId('security-category', 'automation');
const approvers = agentId('group', 'approvers');
const responders = agentId('group', 'responders');

export const agents: Record<string, Agent> = {
  [automation]: {
    type: 'security-category',
    name: 'temporal-soar',
    description: 'Its workers carry these steps out, and wait for people where a step is theirs.',
    category: ['orchestrator'],
  },
  [approvers]: {
    type: 'group',
    name: 'Approvers',
    description: 'Whom the approval rules of the configuration name for an action.',
  },
  [responders]: { type: 'group', name: 'Responders', description: 'Who does by hand what no action does.' },
};

const ids = {
  start: stepId('start', 'start'),
  end: stepId('end', 'end'),
  branchEnd: (name: string) => stepId('end', `end of ${name}`),
  phase: (phase: Phase) => stepId('action', phase),
  request: (phase: ActingPhase) => stepId('action', `approval of ${phase}`),
  unauthorised: stepId('if-condition', 'unauthorised'),
  respond: stepId('parallel', 'respond'),
  restore: stepId('parallel', 'restore'),
  watchTrail: stepId('action', 'watch the trail'),
  watchContainment: stepId('action', 'watch containment'),
  recheck: stepId('action', 'recheck'),
  review: stepId('action', 'review'),
};

export const startStep = ids.start;

const manual = (command: string, more: Partial<Command> = {}): Command => ({ type: 'manual', command, ...more });

/** A phase as one step; what it refers to is there only if the playbook has a procedure for it. */
function phaseStep(phase: Phase, next: string, more: { in_args?: string[]; out_args?: string[] } = {}): Step {
  const { does, activity } = phaseTexts[phase];
  const references = proceduresIn(phase);
  return {
    type: 'action',
    name: phase,
    ...(references.length > 0 ? { external_references: references } : {}),
    agent: automation,
    commands: does.map((text) => manual(text, { playbook_activity: activity })),
    ...more,
    on_completion: next,
  };
}

/** A plan is asked about, then carried out; the phases after it run whatever the answer is. */
function actingSteps(phase: ActingPhase, next: string): [string, Step][] {
  const references = proceduresIn(phase);
  const request: Step = {
    type: 'action',
    name: `approval of ${phase}`,
    description: 'What the configuration pre-approves is done before. Silence approves nothing.',
    ...(references.length > 0 ? { external_references: references } : {}),
    agent: approvers,
    commands: [
      manual('Approve the plan, or some of its actions, or reject it; a decision names the digest of the plan.'),
    ],
    on_success: ids.phase(phase),
    on_failure: next,
  };
  const { does, activity } = phaseTexts[phase];
  const act: Step = {
    type: 'action',
    name: phase,
    description: `${does.join(' ')} Of these actions, those that the facts ask for and the approvers approved.`,
    agent: automation,
    commands: kindsOf[phase].map((kind) => manual(`${kindWords[kind] ?? kind} (${kind})`, aboutKind(kind, activity))),
    on_completion: next,
  };
  return [
    [ids.request(phase), request],
    [ids.phase(phase), act],
  ];
}

function aboutKind(kind: string, activity: string): Partial<Command> {
  const warnings = [
    ...(isIrreversibleKind(kind) ? ['Cannot be undone.'] : []),
    ...(isGraveKind(kind) ? ['Hits the whole account.'] : []),
  ];
  return { ...(warnings.length > 0 ? { description: warnings.join(' ') } : {}), playbook_activity: activity };
}

const look = (name: string, command: string, next: string): Step => ({
  type: 'action',
  name,
  agent: automation,
  commands: [manual(command, { playbook_activity: 'analyze-collected-data' })],
  on_completion: next,
});

/** The workflow file in CACAO's words: branches end with a step of their own, then the step that began them completes. */
export const workflow: Record<string, Step> = Object.fromEntries<Step>([
  [ids.start, { type: 'start', name: 'start', on_completion: ids.phase('triage') }],
  [ids.phase('triage'), phaseStep('triage', ids.phase('validation'), { in_args: ['__alert__'] })],
  [
    ids.phase('validation'),
    phaseStep('validation', ids.unauthorised, { in_args: ['__alert__'], out_args: ['__verdict__'] }),
  ],
  [
    ids.unauthorised,
    {
      type: 'if-condition',
      name: 'not authorised',
      condition: "__verdict__:value != 'authorised'",
      on_true: ids.respond,
      on_completion: ids.phase('post-incident'),
    },
  ],
  [
    ids.respond,
    {
      type: 'parallel',
      name: 'respond',
      next_steps: [ids.phase('investigation'), ids.watchTrail],
      on_completion: ids.branchEnd('not authorised'),
    },
  ],
  [
    ids.watchTrail,
    look(
      'watch the trail',
      'Look again for calls that conceal others: CloudTrail tells of calls late.',
      ids.branchEnd('watching the trail'),
    ),
  ],
  [ids.phase('investigation'), phaseStep('investigation', ids.request('containment'))],
  ...actingSteps('containment', ids.restore),
  [
    ids.restore,
    {
      type: 'parallel',
      name: 'restore',
      next_steps: [ids.request('eradication'), ids.watchContainment],
      on_completion: ids.branchEnd('answering'),
    },
  ],
  [
    ids.watchContainment,
    look(
      'watch containment',
      'Look whether the containment is observed to hold, in the trail as well as in what is read back.',
      ids.branchEnd('watching containment'),
    ),
  ],
  ...actingSteps('eradication', ids.request('recovery')),
  ...actingSteps('recovery', ids.recheck),
  [
    ids.recheck,
    look(
      'recheck',
      'Come back after hours and days, and compare with what was left behind; drift is planned and asked about again.',
      ids.branchEnd('restoring'),
    ),
  ],
  ...['not authorised', 'watching the trail', 'answering', 'watching containment', 'restoring'].map(
    (name): [string, Step] => [ids.branchEnd(name), { type: 'end', name: `end of ${name}` }],
  ),
  [ids.phase('post-incident'), phaseStep('post-incident', ids.review)],
  [
    ids.review,
    {
      type: 'action',
      name: 'review',
      external_references: proceduresIn('post-incident'),
      agent: responders,
      commands: [manual('Hold the review, and decide on each task that the report leaves to people.')],
      on_completion: ids.end,
    },
  ],
  [ids.end, { type: 'end', name: 'end' }],
]);
