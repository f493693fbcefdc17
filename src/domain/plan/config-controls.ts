import type { ConfigRule } from '../acts/acts.ts';
import { partitionOf } from '../policy/arns.ts';
import { configRuleName } from '../acts/created-names.ts';
import { sameJson } from '../digest.ts';
import { actBase, type PlanInput, type Proposal } from './planning.ts';
import { asJson } from '../json.ts';

export interface ConfigControl {
  id: string;
  /** https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html */
  source: string;
  /** What it finds. */
  finds: string;
}

/** Rules that AWS manages, on what made exports leave an account: none of them changes anything (S35). */
export const configControls: ConfigControl[] = [
  { id: 's3-public-read', source: 'S3_BUCKET_PUBLIC_READ_PROHIBITED', finds: 'buckets that everybody may read' },
  { id: 's3-acl', source: 'S3_BUCKET_ACL_PROHIBITED', finds: 'buckets with ACL grants, which instance exports need' },
  {
    id: 'ebs-encryption',
    source: 'EC2_EBS_ENCRYPTION_BY_DEFAULT',
    finds: 'that new volumes are not encrypted by default',
  },
  { id: 'trail', source: 'CLOUD_TRAIL_ENABLED', finds: 'that no trail is on' },
];

/** Keeps watching, with AWS Config where it records, what this incident was about (S35, S115). */
export function watchConfig(input: PlanInput): Proposal[] {
  const { policy, config } = input;
  const wanted = configControls.filter(({ id }) => policy.configRules?.includes(id));
  if (wanted.length === 0) return [];
  const what = 'watch-config';
  if (!config) return [{ what, why: 'AWS Config could not be read: whether it checks anything is not known' }];
  if (!config.recording) {
    const why = `AWS Config records nothing in ${input.alert.region}, so no rule would be evaluated: switch its recorder on`;
    return [{ what, why }];
  }
  return wanted.map((control) => watch(input, config.rules, control));
}

function watch(
  input: PlanInput,
  rules: NonNullable<PlanInput['config']>['rules'],
  { id, source, finds }: ConfigControl,
): Proposal {
  const { incidentKey, alert } = input;
  const what = `watch-config:${id}`;
  const ruleName = configRuleName(incidentKey, id);
  const after: ConfigRule = { source, description: `temporal-soar ${incidentKey}: finds ${finds}` };
  const own = rules.find(({ name }) => name === ruleName);
  const before = own ? { source: own.source, description: own.description } : null;
  if (sameJson(before, after)) return { what, why: `rule ${ruleName} is there already` };
  const other = rules.find((rule) => rule.source === source && rule !== own);
  if (other && !own) return { what, why: `rule ${other.name} checks ${source} already` };
  return {
    id: what,
    title: `Have AWS Config find ${finds}, in ${alert.region}`,
    sources: ['S35', 'S112', 'S115', 'S118'],
    target: `arn:${partitionOf(alert.region)}:config:${alert.region}:${alert.recipientAccount}:config-rule/${ruleName}`,
    calls: ['config:PutConfigRule'],
    before: asJson(before),
    after: asJson(after),
    reversible: true,
    undo: before ? `puts rule ${ruleName} back` : `deletes rule ${ruleName}`,
    mayBreak: [],
    input: { act: 'putConfigRule', ...actBase(input), ruleName, before, after },
  };
}
