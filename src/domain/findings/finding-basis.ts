import type { Answer, Confidence, Finding } from './evidence.ts';

/**
 * Who can answer, and what its answers are worth: a system's description of itself is a fact; a log tells of what is in
 * it and proves an absence less well; what the actor may have written counts for little.
 */
const systems = {
  alert: { name: 'the alert', yes: 'medium', no: 'medium' },
  configuration: { name: 'the configuration', yes: 'high', no: 'high' },
  ec2: { name: 'EC2', yes: 'high', no: 'high' },
  // Asked in the Regions that are known: a copy may lie in another.
  ec2Regions: { name: 'EC2', yes: 'high', no: 'medium' },
  s3: { name: 'S3', yes: 'high', no: 'high' },
  iam: { name: 'IAM', yes: 'high', no: 'high' },
  organizations: { name: 'Organizations', yes: 'high', no: 'high' },
  // Whoever may tag writes them.
  tags: { name: 'tags of the instance', yes: 'medium', no: 'medium' },
  inventory: { name: 'software inventory', yes: 'medium', no: 'medium' },
  // Minutes late, and a no holds for the Regions and the time that were asked about.
  trail: { name: 'CloudTrail', yes: 'high', no: 'medium' },
  // Whoever holds the key has its habits, too.
  habit: { name: 'CloudTrail', yes: 'low', no: 'low' },
  // S3 delivers it on a best-effort basis, hours late.
  accessLog: { name: 'S3 access log', yes: 'high', no: 'low' },
  // Nobody's reads in particular, our own among them.
  metrics: { name: 'CloudWatch', yes: 'low', no: 'low' },
  readBack: { name: 'AWS and CloudTrail', yes: 'medium', no: 'high' },
  geography: { name: 'geography file', yes: 'low', no: 'low' },
  settings: { name: 'settings in AWS now', yes: 'medium', no: 'medium' },
  incidents: { name: 'other incidents', yes: 'medium', no: 'low' },
  // A reason, never a proof.
  github: { name: 'GitHub', yes: 'low', no: 'low' },
  jira: { name: 'Jira', yes: 'low', no: 'low' },
  confluence: { name: 'Confluence', yes: 'low', no: 'low' },
  slack: { name: 'Slack', yes: 'low', no: 'low' },
  people: { name: 'what people wrote', yes: 'low', no: 'low' },
} satisfies Record<string, { name: string } & Record<'yes' | 'no', Confidence>>;

export type System = keyof typeof systems;

/** Which system each question of the first playbook is put to; another says it of its own questions itself (`answeredBy`). */
const asked: Record<string, System> = {
  outcome: 'alert',
  'exported-instance': 'alert',
  target: 'alert',
  account: 'configuration',
  actor: 'alert',
  'other-callers': 'alert',
  'alert-contradicted': 'alert',
  'user-agent': 'alert',
  'access-key': 'alert',
  'failure-cause': 'alert',
  'image-source': 'ec2',
  'instance-purpose': 'tags',
  'instance-owner': 'tags',
  'owner-channel': 'tags',
  'instance-description': 'ec2',
  'instance-launched': 'trail',
  classification: 'tags',
  'encrypted-data': 'ec2',
  'instance-software': 'inventory',
  'image-secrets': 'inventory',
  'tags-changed': 'trail',
  'disks-attached': 'trail',
  'export-task': 'ec2',
  'export-format': 'ec2',
  'key-activity': 'trail',
  'key-timeline': 'trail',
  'denied-run': 'trail',
  'new-for-actor': 'trail',
  'beyond-noise': 'trail',
  'privilege-gained': 'trail',
  'actor-changes': 'trail',
  'refused-exports': 'trail',
  downloaded: 'accessLog',
  'request-metrics': 'metrics',
  'bucket-owner': 's3',
  'bucket-encryption': 's3',
  'bucket-access': 's3',
  'access-points': 's3',
  replicated: 's3',
  'service-grants': 's3',
  'bucket-changes': 'trail',
  authentication: 'trail',
  geography: 'geography',
  'access-changes': 'trail',
  concealment: 'trail',
  'earlier-exports': 'trail',
  'dry-runs': 'trail',
  'known-automation': 'habit',
  prevention: 'settings',
  'session-origin': 'trail',
  'sessions-taken': 'trail',
  'ways-in-made': 'trail',
  'machines-entered': 'trail',
  'other-copies': 'ec2Regions',
  'copies-shared': 'ec2Regions',
  'permission-source': 'iam',
  'permission-at-export': 'iam',
  'earlier-incidents': 'incidents',
  'related-incidents': 'incidents',
  campaign: 'incidents',
  'pull-requests': 'github',
  tickets: 'jira',
  pages: 'confluence',
  messages: 'slack',
  explanation: 'people',
  contained: 'readBack',
};

/** Who was asked, and how far an answer of its kind can be trusted; nothing is claimed of what stayed unknown. */
export function basisOf(system: System | undefined, answer: Answer): Pick<Finding, 'source' | 'confidence'> {
  if (system === undefined) return {};
  const { name, ...confidence } = systems[system];
  return { source: name, ...(answer === 'unknown' ? {} : { confidence: confidence[answer] }) };
}

/** What these say stands in the incident's history already: nothing is fetched, and no evidence of it is kept. */
const inHistory: System[] = ['alert', 'configuration', 'incidents'];

export const isFetched = (source: string): boolean => !inHistory.some((system) => systems[system].name === source);

/** Every question by its id. */
export const questionIds = Object.keys(asked);

export const systemAsked = (id: string): System | undefined => (Object.hasOwn(asked, id) ? asked[id] : undefined);
