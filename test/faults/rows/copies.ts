import {
  AttachVolumeCommand,
  CreateImageCommand,
  CreateVolumeCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeSnapshotsCommand,
  DescribeVolumesCommand,
  EC2Client,
  GetEbsEncryptionByDefaultCommand,
  ModifyImageAttributeCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { snapshotTags } from '../../../src/domain/acts/created-names.ts';
import { region } from '../../../src/lab/clients.ts';
import { incidentKey, unlessNone, type Row } from '../row.ts';

async function aMachine(ec2: EC2Client): Promise<{ instanceId: string; volumes: string[] }> {
  const run = new RunInstancesCommand({ ImageId: 'ami-0abcdef1234567890', MinCount: 1, MaxCount: 1 });
  const [instance] = (await ec2.send(run)).Instances ?? [];
  const volumes = (instance?.BlockDeviceMappings ?? []).flatMap(({ Ebs }) => Ebs?.VolumeId ?? []);
  return { instanceId: instance?.InstanceId ?? '', volumes };
}

const outsider = '333333333333';
const colleague = '222222222222';

export const setSharing: Row = {
  service: 'ec2',
  calls: [{ operation: 'ModifyImageAttribute' }],
  noInverse: null,
  scene: async ({ foundation: { victim } }, name) => {
    const { ec2 } = victim.admin;
    const { instanceId } = await aMachine(ec2);
    const { ImageId: id = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: name }));
    const share = (...accounts: string[]) =>
      ec2.send(
        new ModifyImageAttributeCommand({
          ImageId: id,
          LaunchPermission: { Add: accounts.map((UserId) => ({ UserId })) },
        }),
      );
    await share(colleague, outsider);
    return {
      input: {
        act: 'setSharing',
        incidentKey,
        accountId: victim.id,
        region,
        resource: { type: 'image', id },
        before: [colleague, outsider],
        after: [colleague],
      },
      names: id,
      arn: `arn:aws:ec2:${region}::image/${id}`,
      state: async () => {
        const question = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
        const answer = await unlessNone(ec2.send(question));
        return answer && (answer.LaunchPermissions ?? []).map(({ UserId = '' }) => UserId).sort();
      },
      after: () => [colleague],
      change: () => share('444444444444'),
      remove: () => ec2.send(new DeregisterImageCommand({ ImageId: id })),
    };
  },
};

export const snapshotVolumes: Row = {
  service: 'ec2',
  calls: [{ operation: 'CreateSnapshots' }],
  noInverse: 'a snapshot changes nothing that was there, and stays as evidence',
  scene: async ({ foundation: { victim } }) => {
    const { ec2 } = victim.admin;
    const { instanceId, volumes } = await aMachine(ec2);
    const input = {
      act: 'snapshotVolumes' as const,
      incidentKey,
      accountId: victim.id,
      region,
      instanceId,
      volumes,
      tags: snapshotTags(incidentKey, instanceId),
    };
    return {
      input,
      names: instanceId,
      arn: `arn:aws:ec2:${region}:${victim.id}:instance/${instanceId}`,
      state: async () => {
        const attached = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
        const tagged = [{ Name: 'tag:soar-source-instance', Values: [instanceId] }];
        const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters: attached }));
        const { Snapshots = [] } = await ec2.send(
          new DescribeSnapshotsCommand({ OwnerIds: ['self'], Filters: tagged }),
        );
        return {
          volumes: Volumes.map(({ VolumeId = '' }) => VolumeId).sort(),
          snapshots: Snapshots.map(({ VolumeId = '' }) => VolumeId).sort(),
        };
      },
      after: () => ({ volumes, snapshots: volumes }),
      change: async () => {
        const AvailabilityZone = `${region}a`;
        const { VolumeId } = await ec2.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1 }));
        await ec2.send(new AttachVolumeCommand({ InstanceId: instanceId, VolumeId, Device: '/dev/sdf' }));
      },
      remove: () => ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] })),
    };
  },
};

/** A Region for each cell: the setting is one for the whole of it, and its calls name nothing. */
const regions = [
  'af-south',
  'ap-east',
  'ap-south',
  'ca-west',
  'eu-north',
  'eu-south',
  'il-central',
  'me-south',
  'sa-east',
].flatMap((name) => [`${name}-1`, `${name}-2`]);

export const setEbsEncryptionDefault: Row = {
  service: 'ec2',
  calls: [{ operation: 'EnableEbsEncryptionByDefault' }],
  noInverse: null,
  scene: ({ lab, foundation: { victim } }) => {
    const own = regions.shift() ?? region;
    const ec2 = new EC2Client({ endpoint: lab.endpoint, region: own, credentials: lab.root(victim.id) });
    return Promise.resolve({
      input: {
        act: 'setEbsEncryptionDefault',
        incidentKey,
        accountId: victim.id,
        region: own,
        before: false,
        after: true,
      },
      names: 'EbsEncryptionByDefault',
      onlyIn: own,
      arn: '*',
      state: async () => (await ec2.send(new GetEbsEncryptionByDefaultCommand({}))).EbsEncryptionByDefault ?? false,
      after: () => true,
      change: 'it is on or off: what is neither as planned nor as it was does not exist',
      remove: 'a setting of the account is always there',
    });
  },
};
