import { forensicsBucketPolicy } from '../../activities/aws/permissions/bucket-policy.ts';
import type { Names } from '../../activities/aws/permissions/resources.ts';
import { roleStatements } from '../../activities/aws/permissions/role.ts';
import { roleNames, trustOf } from '../../activities/aws/permissions/trust.ts';
import {
  generatedBy,
  parametersOf,
  sessionSeconds,
  type DeployedRole,
  type Parameter,
  type Template,
} from './templates.ts';

const names: Names = {
  partition: '${data.aws_partition.current.partition}',
  account: '${data.aws_caller_identity.current.account_id}',
  forensicsBucket: '${var.forensics_bucket}',
  evidenceBucket: '${var.evidence_bucket}',
  evidencePrefix: '${var.evidence_prefix}',
  observedBuckets: '${var.observed_buckets}',
  masterKey: '${var.master_key}',
  keyBucket: '${var.key_bucket}',
  keyPrefix: '${var.key_prefix}',
};

/** The template as a Terraform module of one file. */
export const terraform = (template: Template): string =>
  [
    `# ${generatedBy}\n# ${template.description}`,
    versions,
    'data "aws_partition" "current" {}',
    'data "aws_caller_identity" "current" {}',
    ...parametersOf(template).map(variable),
    ...template.roles.map(role),
    ...(template.forensicsBucket ? [bucketPolicy()] : []),
    ...template.roles.map(output),
  ].join('\n\n') + '\n';

const versions = `terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}`;

const snake = (name: string): string =>
  name.replace(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '_'}${letter.toLowerCase()}`);
const quoted = (text: string): string => JSON.stringify(text);

function variable({ name, description, pattern, list, default: preset }: Parameter): string {
  const own = snake(name);
  const lines = [`type        = ${list ? 'list(string)' : 'string'}`, `description = ${quoted(description)}`];
  if (preset !== undefined) lines.push(`default     = ${quoted(preset)}`);
  const validation =
    pattern === undefined
      ? ''
      : `
  validation {
    condition     = can(regex(${quoted(pattern)}, var.${own}))
    error_message = ${quoted(`Must match ${pattern}`)}
  }
`;
  return `variable "${own}" {\n${lines.map((line) => `  ${line}\n`).join('')}${validation}}`;
}

const role = ({ role, description, principal }: DeployedRole): string => `resource "aws_iam_role" "${snake(role)}" {
  name                 = "${roleNames[role]}"
  description          = ${quoted(description)}
  max_session_duration = ${sessionSeconds}
  assume_role_policy = ${policy([trustOf(role, `\${var.${snake(principal.name)}}`, '${var.external_id}')])}
}

resource "aws_iam_role_policy" "${snake(role)}" {
  name = "${roleNames[role]}"
  role = aws_iam_role.${snake(role)}.id
  policy = ${policy(roleStatements(role, names))}
}`;

const bucketPolicy = (): string => `resource "aws_s3_bucket_policy" "forensics" {
  bucket = var.forensics_bucket
  policy = ${policy(forensicsBucketPolicy(names, '${var.incident_accounts}'))}
}`;

const output = ({ role }: DeployedRole): string => `output "${snake(role)}_role_arn" {
  value = aws_iam_role.${snake(role)}.arn
}`;

/** An object may be written as JSON; a text that is nothing but a variable stands for its value. */
function policy(Statement: object[]): string {
  const json = JSON.stringify({ Version: '2012-10-17', Statement }, null, 2)
    .replace(/"\$\{(var\.\w+)\}"/g, '$1')
    // As `terraform fmt` sets them.
    .replace(/^( *"[^"]+"): /gm, '$1 : ')
    .replaceAll('\n', '\n  ');
  return `jsonencode(${json})`;
}
