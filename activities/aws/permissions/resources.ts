import type { Scope } from './permission.ts';

/** What the ARNs of a policy are made of: values, or what a template puts in their place. */
export interface Names {
  partition: string;
  account: string;
  /** Where copies go. */
  forensicsBucket: string;
  evidenceBucket: string;
  evidencePrefix: string;
  /** Name pattern of the buckets whose objects may be read, and deleted by an act: those that receive exports or access logs. */
  observedBuckets: string;
  /** ARN of the KMS key that wraps data keys, or a pattern of several. */
  masterKey: string;
  keyBucket: string;
  keyPrefix: string;
}

/** All that a role may ever reach; a session of an act reaches less. */
export function resourcesOf(scope: Scope, names: Names): string[] {
  const { partition, account } = names;
  const iam = (kind: string, of = account) => `arn:${partition}:iam::${of}:${kind}/*`;
  const s3 = (path: string) => `arn:${partition}:s3:::${path}`;
  switch (scope) {
    case 'any':
      return ['*'];
    case 'user':
    case 'role':
    case 'group':
      return [iam(scope)];
    case 'ownPolicy':
      return [iam('policy')];
    case 'anyPolicy':
      return [iam('policy'), iam('policy', 'aws')];
    case 'bucket':
      return [s3('*')];
    case 'accessPoint':
      return [`arn:${partition}:s3:*:${account}:accesspoint/*`];
    case 'observedObject':
    case 'deletedObject':
      return [s3(`${names.observedBuckets}/*`)];
    case 'exportObject':
      return [s3('*/*')];
    case 'copy':
      return [s3(`${names.forensicsBucket}/*`)];
    case 'copyBucket':
      return [s3(names.forensicsBucket)];
    case 'task':
      return ['instance', 'image'].map((kind) => `arn:${partition}:ec2:*:${account}:export-${kind}-task/*`);
    case 'instance':
    case 'volume':
      return [`arn:${partition}:ec2:*:${account}:${scope}/*`];
    case 'image':
    case 'snapshot':
      // Their ARNs name no account.
      return [`arn:${partition}:ec2:*::${scope}/*`];
    case 'rule':
      // Ours by name; IAM has no way to say the same of inline policies, which have no ARN.
      return [`arn:${partition}:events:*:${account}:rule/soar-*`];
    case 'configRule':
      // AWS numbers them: no ARN says which are ours.
      return [`arn:${partition}:config:*:${account}:config-rule/*`];
    case 'member':
      return [`arn:${partition}:organizations::${account}:account/*/*`];
    case 'scp':
      return [`arn:${partition}:organizations::${account}:policy/*/service_control_policy/*`];
    case 'evidence':
      return [s3(`${names.evidenceBucket}/${names.evidencePrefix}/*`)];
    case 'evidenceIndex':
      return [s3(`${names.evidenceBucket}/${names.evidencePrefix}/index/events/*`)];
    case 'evidenceFigures':
      return [s3(`${names.evidenceBucket}/${names.evidencePrefix}/index/incidents/*`)];
    case 'evidenceBucket':
      return [s3(names.evidenceBucket)];
    case 'evidenceObserved':
      return [s3(`${names.evidenceBucket}/${names.evidencePrefix}/observed/*`)];
    case 'evidenceTrailPart':
      return [s3(`${names.evidenceBucket}/${names.evidencePrefix}/observed/trail-parts/*`)];
    case 'masterKey':
      return [names.masterKey];
    case 'dataKey':
      return [s3(`${names.keyBucket}/${names.keyPrefix}/*`)];
    case 'keyBucket':
      return [s3(names.keyBucket)];
  }
}
