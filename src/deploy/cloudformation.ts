import { stringify } from 'yaml';
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
  partition: '${AWS::Partition}',
  account: '${AWS::AccountId}',
  forensicsBucket: '${ForensicsBucket}',
  evidenceBucket: '${EvidenceBucket}',
  evidencePrefix: '${EvidencePrefix}',
  observedBuckets: '${ObservedBuckets}',
  masterKey: '${MasterKey}',
  keyBucket: '${KeyBucket}',
  keyPrefix: '${KeyPrefix}',
};

/** The template as YAML, its functions in the long form, which every YAML reader takes. */
export function cloudFormation(template: Template): string {
  const document = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: template.description,
    Parameters: Object.fromEntries(parametersOf(template).map((each) => [each.name, parameter(each)])),
    Resources: {
      ...Object.fromEntries(template.roles.map((each) => [resourceName(each), role(each)])),
      ...(template.forensicsBucket ? { ForensicsBucketPolicy: bucketPolicy() } : {}),
    },
    Outputs: Object.fromEntries(
      template.roles.map((each) => [
        `${resourceName(each)}Arn`,
        { Value: { 'Fn::GetAtt': [resourceName(each), 'Arn'] } },
      ]),
    ),
  };
  return `# ${generatedBy}\n${stringify(document, { lineWidth: 0, aliasDuplicateObjects: false, version: '1.1', singleQuote: true })}`;
}

const resourceName = ({ role }: DeployedRole): string => `${role[0]?.toUpperCase() ?? ''}${role.slice(1)}Role`;

const parameter = ({ description, pattern, list, default: preset }: Parameter) => ({
  Type: list ? 'CommaDelimitedList' : 'String',
  Description: description,
  ...(pattern === undefined ? {} : { AllowedPattern: pattern }),
  ...(preset === undefined ? {} : { Default: preset }),
});

const role = ({ role, description, principal }: DeployedRole) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: roleNames[role],
    Description: description,
    MaxSessionDuration: sessionSeconds,
    AssumeRolePolicyDocument: policy([trustOf(role, { Ref: principal.name }, '${ExternalId}')]),
    Policies: [
      {
        PolicyName: roleNames[role],
        PolicyDocument: policy(roleStatements(role, names)),
      },
    ],
  },
});

const bucketPolicy = () => ({
  Type: 'AWS::S3::BucketPolicy',
  Properties: {
    Bucket: { Ref: 'ForensicsBucket' },
    PolicyDocument: policy(forensicsBucketPolicy(names, { Ref: 'IncidentAccounts' })),
  },
});

const policy = (Statement: object[]) => substituted({ Version: '2012-10-17', Statement });

/** Wherever a text names something of the template, CloudFormation is told to put it in. */
function substituted(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('${') ? { 'Fn::Sub': value } : value;
  if (Array.isArray(value)) return value.map(substituted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, substituted(member)]));
}
