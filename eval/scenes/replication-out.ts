import { PutBucketReplicationCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { allow, type LabAccount } from '../../src/lab/account.ts';
import { createBucket } from '../../src/lab/foundation.ts';
import type { EvalStage } from '../eval-stage.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, month, production, somebody, working } from './parts.ts';

export const replicationOut: SetScene = async (stage, twin) => {
  const { foundation, outsider, victim } = stage;
  const old = await machineAndBucket(stage, production);
  const owner = twin ? foundation.forensics : outsider;
  const destination = await versionedBucket(stage, owner);
  await keepVersions(victim, old.bucket);
  const actor = await somebody(
    stage,
    'ruben.alder',
    working,
    exporting,
    allow(['s3:PutReplicationConfiguration', 'iam:PassRole']),
  );
  const service = { Effect: 'Allow' as const, Principal: { Service: 's3.amazonaws.com' }, Action: 'sts:AssumeRole' };
  const Role = await victim.role(stage.name('replication'), service, 'replicate', allow('s3:*'));
  await month(stage, () => Promise.resolve(actor));

  const rule = {
    ID: 'everything',
    Status: 'Enabled' as const,
    Priority: 1,
    Filter: { Prefix: '' },
    DeleteMarkerReplication: { Status: 'Disabled' as const },
    Destination: { Bucket: `arn:aws:s3:::${destination}`, Account: owner.id },
  };
  const ReplicationConfiguration = { Role, Rules: [rule] };
  await actor.clients.s3.send(new PutBucketReplicationCommand({ Bucket: old.bucket, ReplicationConfiguration }));
  const { task, record } = await stage.export(actor, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { destination } };
};

async function versionedBucket(stage: EvalStage, owner: LabAccount): Promise<string> {
  const bucket = stage.name('replicas');
  await createBucket(owner.admin.s3, bucket);
  await keepVersions(owner, bucket);
  return bucket;
}

const keepVersions = ({ admin }: LabAccount, Bucket: string) =>
  admin.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
