import type { RoleName } from '../../activities/aws/permissions/permission.ts';

/** What whoever deploys has to say. */
export interface Parameter {
  name: string;
  description: string;
  pattern?: string;
  default?: string;
  list?: boolean;
}

export interface DeployedRole {
  role: RoleName;
  description: string;
  /** The parameter that names who assumes it. */
  principal: Parameter;
}

export interface Template {
  name: string;
  description: string;
  roles: DeployedRole[];
  parameters: Parameter[];
  /** Whether it writes the policy of the forensics bucket. */
  forensicsBucket: boolean;
}

const principalPattern = '^arn:aws[a-z-]*:iam::[0-9]{12}:(user|role)/.+$';
const principal = (name: string, of: string): Parameter => ({
  name,
  description: `ARN of the user or role whose credentials the ${of} runs with.`,
  pattern: principalPattern,
});

const externalId: Parameter = {
  name: 'ExternalId',
  description: 'The value of aws.externalId; without it nobody assumes these roles.',
  // Terraform's patterns cannot count to 1,224, which is the most that AWS takes.
  pattern: '^[A-Za-z0-9+=,.@:/_-]{16,}$',
};
const bucketPattern = '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$';
const forensicsBucket: Parameter = {
  name: 'ForensicsBucket',
  description: 'Bucket that exports are copied to (forensics.bucket).',
  pattern: bucketPattern,
};

/**
 * What is deployed: one template for every account that incidents may happen in, one for the account of the evidence, one
 * for the organisation's management account, and one for the account of the keys.
 */
export const templates: Template[] = [
  {
    name: 'account',
    description: 'Roles of temporal-soar in an account that incidents may happen in, and in the forensics account.',
    roles: [
      {
        role: 'observe',
        description: 'Reads what an incident is about, and nothing else.',
        principal: principal('ObservePrincipal', 'observe worker'),
      },
      {
        role: 'contain',
        description: 'The approved acts, with the reads that check them.',
        principal: principal('ContainPrincipal', 'contain worker'),
      },
      {
        role: 'detect',
        description: 'Looks for exports in the event history of CloudTrail.',
        principal: principal('DetectPrincipal', 'detect worker'),
      },
    ],
    parameters: [
      externalId,
      forensicsBucket,
      {
        name: 'ObservedBuckets',
        description:
          'Name pattern of the buckets whose objects may be read, such as acme-*: exports and access logs. Approved deletions reach no others.',
        pattern: '^[a-z0-9.*?-]{1,63}$',
        default: '*',
      },
    ],
    forensicsBucket: false,
  },
  {
    name: 'evidence',
    description: 'Roles of temporal-soar for its evidence store, and the policy of the forensics bucket.',
    roles: [
      {
        role: 'evidence',
        description: 'Appends to the evidence store; can neither read nor delete.',
        principal: principal('EvidencePrincipal', 'notify worker'),
      },
      {
        role: 'evidenceIndex',
        description: 'Looks up whether an old event is known, and reads nothing else.',
        principal: {
          name: 'EvidenceIndexPrincipals',
          description:
            'ARNs of the users or roles whose credentials the intake, the detect and the notify worker look up with.',
          list: true,
        },
      },
      {
        role: 'evidenceObserved',
        description:
          'Appends what AWS and the search engine answered, and reads parts of trails by name; can neither list nor delete.',
        principal: {
          name: 'EvidenceObservedPrincipals',
          description: 'ARNs of the users or roles whose credentials the observe and the detect worker run with.',
          list: true,
        },
      },
      {
        role: 'evidenceFigures',
        description: 'Lists and reads the figures of closed incidents; can read no report and no evidence.',
        principal: {
          name: 'EvidenceFiguresPrincipals',
          description: 'ARNs of the users or roles of people who run soar metrics.',
          list: true,
        },
      },
    ],
    parameters: [
      externalId,
      {
        name: 'EvidenceBucket',
        description: 'Bucket of the evidence store (evidence.bucket).',
        pattern: bucketPattern,
      },
      {
        name: 'EvidencePrefix',
        description: 'Where in it the evidence lies (evidence.prefix).',
        pattern: "^[A-Za-z0-9!_.'()/-]{1,500}$",
        default: 'incidents',
      },
      forensicsBucket,
      {
        name: 'IncidentAccounts',
        description: 'Ids of the other accounts whose contain roles copy exports to the forensics bucket.',
        list: true,
      },
    ],
    forensicsBucket: true,
  },
  {
    name: 'organisation',
    description: 'Roles of temporal-soar in the management account: service control policies, and nothing else.',
    roles: [
      {
        role: 'organisation',
        description: 'Reads which service control policies bind an account.',
        principal: principal('ObservePrincipal', 'observe worker'),
      },
      {
        role: 'isolate',
        description: 'Makes service control policies, attaches them to accounts, and takes them back.',
        principal: principal('ContainPrincipal', 'contain worker'),
      },
    ],
    parameters: [externalId],
    forensicsBucket: false,
  },
  {
    name: 'encryption',
    description:
      'Roles of temporal-soar for the keys of incidents, where a KMS key wraps them and a bucket keeps them.',
    roles: [
      {
        role: 'dataKeys',
        description: 'Wraps, opens and adds keys of incidents; can destroy none.',
        principal: {
          name: 'DataKeysPrincipals',
          description: 'ARNs of the users or roles of all workers, the intake, the codec server and the command line.',
          list: true,
        },
      },
      {
        role: 'keyKeeper',
        description: 'Erases keys of incidents, and wraps them anew.',
        principal: {
          name: 'KeyKeeperPrincipals',
          description: 'ARNs of the users or roles of people who run soar incident erase or soar encryption rewrap.',
          list: true,
        },
      },
    ],
    parameters: [
      externalId,
      {
        name: 'MasterKey',
        description:
          'ARN of the KMS key (encryption.masterKeys); while two are in use, one with a * that matches both and no other.',
        pattern: '^arn:aws[a-z-]*:kms:[a-z0-9*-]+:[0-9]{12}:key/[A-Za-z0-9*-]+$',
      },
      {
        name: 'KeyBucket',
        description: 'Bucket of the wrapped keys (encryption.keyBucket): without Object Lock and replication.',
        pattern: bucketPattern,
      },
      {
        name: 'KeyPrefix',
        description: 'Where in it the keys lie (encryption.keyBucket.prefix).',
        pattern: "^[A-Za-z0-9!_.'()/-]{1,500}$",
        default: 'keys',
      },
    ],
    forensicsBucket: false,
  },
];

export const parametersOf = ({ roles, parameters }: Template): Parameter[] => [
  ...roles.map(({ principal }) => principal),
  ...parameters,
];
/** Longer is not needed: credentials are renewed before they expire. */
export const sessionSeconds = 3_600;
export const generatedBy =
  'Generated by `npm run deploy:iam` from activities/aws/permissions/table.ts. Changes go there, not here.';
