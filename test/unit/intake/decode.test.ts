import { describe, expect, test } from 'vitest';
import { contradictedByAlert } from '../../../src/domain/alert/contradiction.ts';
import { decodeAlert, documentsIn } from '../../../src/intake/decode.ts';
import { AlertMalformed, AlertUnsupported } from '../../../src/intake/refusal.ts';
import { anArrival, without } from '../../support/builders.ts';
import { fixture } from '../../support/fixtures.ts';

const arrival = without(anArrival(), 'detectedAt', 'rule');
const decode = (document: unknown) => decodeAlert(document, arrival);

const refused = {
  eventId: '5b1f0c1e-0000-4000-8000-000000000001',
  eventName: 'CreateInstanceExportTask',
  outcome: 'failure',
  errorCode: 'Client.UnauthorizedOperation',
  time: '2026-03-02T10:00:00.000Z',
  recipientAccount: '111111111111',
  account: '111111111111',
  region: 'eu-west-1',
  sourceAddress: '198.51.100.7',
  userAgent: 'aws-cli/2.17.0',
  instanceId: 'i-0123456789abcdef0',
  bucket: 'acme-vm-exports',
  prefix: 'nightly/',
  diskImageFormat: 'VMDK',
  containerFormat: 'ova',
  targetEnvironment: 'vmware',
  missing: [],
};
const mallory = {
  kind: 'iam-user',
  arn: 'arn:aws:iam::111111111111:user/mallory',
  id: 'AIDAEXAMPLEMALLORY',
  name: 'mallory',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  accountId: '111111111111',
};
const exported = {
  outcome: 'success',
  exportTaskId: 'export-i-0fedcba9876543210',
  objectKey: 'nightly/export-i-0fedcba9876543210.ova',
  instanceId: 'i-0123456789abcdef0',
  bucket: 'acme-vm-exports',
  prefix: 'nightly/',
  missing: [],
};
const backupSession = {
  kind: 'assumed-role',
  arn: 'arn:aws:sts::111111111111:assumed-role/backup/nightly-run',
  id: 'AROAEXAMPLEBACKUP:nightly-run',
  name: 'backup',
  sessionName: 'nightly-run',
  accessKeyId: 'ASIAIOSFODNN7EXAMPLE',
  accountId: '111111111111',
};

describe('CloudTrail', () => {
  test('a refused export, flat', () => {
    const alert = decode(fixture('cloudtrail/create-instance-export-task-failure'));
    expect(alert).toMatchObject(refused);
    expect(alert.principal).toEqual(mallory);
    expect(alert).not.toHaveProperty('exportTaskId');
    expect(alert.arrival).toEqual(arrival);
  });

  test('an event that somebody put on a bus: EventBridge keeps the sources of AWS for AWS', () => {
    const event = fixture('cloudtrail/eventbridge-create-instance-export-task');
    expect(decode(event)).toMatchObject({ eventName: 'CreateInstanceExportTask' });
    expect(() => decode({ ...event, source: 'acme.ec2' })).toThrow(/not of AWS/);
  });

  test('a successful export, with what the service answered', () => {
    const alert = decode(fixture('cloudtrail/create-instance-export-task-success'));
    expect(alert).toMatchObject(exported);
    expect(alert.principal).toEqual({ ...backupSession, issuerArn: 'arn:aws:iam::111111111111:role/jobs/backup' });
  });

  test('ExportImage, wrapped', () => {
    expect(decode(fixture('cloudtrail/export-image-success'))).toMatchObject({
      eventName: 'ExportImage',
      outcome: 'success',
      imageId: 'ami-0123456789abcdef0',
      bucket: 'acme-vm-exports',
      prefix: 'images/',
      diskImageFormat: 'VMDK',
      roleName: 'vmimport',
      exportTaskId: 'export-ami-0fedcba9876543210',
      missing: [],
    });
  });

  test('ExportImage, flat', () => {
    const record = fixture('cloudtrail/export-image-success');
    record.requestParameters = {
      imageId: 'ami-0123456789abcdef0',
      s3ExportLocation: { s3Bucket: 'flat-bucket', s3Prefix: 'p/' },
      diskImageFormat: 'RAW',
    };
    record.responseElements = { exportImageTaskId: 'export-ami-1' };
    expect(decode(record)).toMatchObject({
      bucket: 'flat-bucket',
      prefix: 'p/',
      exportTaskId: 'export-ami-1',
      missing: [],
    });
  });

  test('a key that begins with spaces keeps them: without them it is another object', () => {
    const record = fixture('cloudtrail/create-instance-export-task-success');
    record.requestParameters = { instanceId: 'i-1', exportToS3: { s3Bucket: 'acme', s3Prefix: ' x/' } };
    record.responseElements = {
      exportTask: { exportTaskId: 'export-i-1', exportToS3: { s3Key: ' x/export-i-1.ova' } },
    };
    const kept = { prefix: ' x/', objectKey: ' x/export-i-1.ova' };
    expect(decode(record)).toMatchObject(kept);
    // As tables keep it, and as Elastic does.
    expect(decode({ ...record, requestParameters: JSON.stringify(record.requestParameters) })).toMatchObject(kept);
    const inElastic = { ...record, requestParameters: '{exportToS3={s3Prefix= x/, s3Bucket=acme}}' };
    expect(decode(inElastic)).toMatchObject({ bucket: 'acme', ...kept });
  });

  test('CreateStoreImageTask, wrapped', () => {
    const alert = decode(fixture('cloudtrail/create-store-image-task-success'));
    expect(alert).toMatchObject({
      imageId: 'ami-0123456789abcdef0',
      bucket: 'acme-images',
      objectKey: 'ami-0123456789abcdef0.bin',
      principal: { kind: 'root' },
      missing: [],
    });
  });

  test('through EventBridge, whose id is that of the delivery', () => {
    const alert = decode(fixture('cloudtrail/eventbridge-create-instance-export-task'));
    expect(alert).toMatchObject({ eventId: '5b1f0c1e-0000-4000-8000-000000000002', ...exported });
    expect(alert.arrival.alertId).toBe('9d3b8a52-0000-4000-8000-000000000001');
  });

  test('a dry run is a failure: nothing was exported', () => {
    const record = fixture('cloudtrail/create-instance-export-task-failure');
    Object.assign(record, { errorCode: 'Client.DryRunOperation' });
    expect(decode(record).outcome).toBe('failure');
  });

  test('names what the record does not say, and is an alert all the same', () => {
    const { eventID, eventName, eventTime, awsRegion, recipientAccountId } = fixture(
      'cloudtrail/create-instance-export-task-success',
    );
    const alert = decode({ eventID, eventName, eventTime, awsRegion, recipientAccountId });
    expect(alert.missing).toEqual([
      'instanceId',
      'bucket',
      'diskImageFormat',
      'targetEnvironment',
      'exportTaskId',
      'principal.id',
      'principal.arn',
      'principal.accessKeyId',
      'sourceAddress',
      'userAgent',
    ]);
  });

  test.each([
    ['eventID', /no event id/],
    ['eventTime', /no time/],
    ['awsRegion', /no Region/],
    ['eventName', /neither a CloudTrail record/],
  ])('cannot do without %s', (name, reason) => {
    const record = without(fixture('cloudtrail/create-instance-export-task-failure'), name);
    expect(() => decode(record)).toThrow(AlertMalformed);
    expect(() => decode(record)).toThrow(reason);
  });

  test("takes the actor's account where it is the only one", () => {
    const record = without(fixture('cloudtrail/create-instance-export-task-failure'), 'recipientAccountId');
    expect(decode(record).recipientAccount).toBe('111111111111');
    expect(() => decode(without(record, 'userIdentity'))).toThrow(/no account/);
  });

  test.each([
    ['recipientAccountId', 'root'],
    ['recipientAccountId', { toString: 1 }],
    ['awsRegion', 'evil.example/'],
    ['awsRegion', 'eu-west-1.evil.example'],
    ['awsRegion', 'EU-WEST-1'],
    ['awsRegion', `eu-${'west'.repeat(10)}-1`],
    ['eventTime', 'yesterday'],
    ['eventTime', '2026-13-40T99:00:00Z'],
    ['eventTime', '2026-03-04T10:00:00Z'],
    ['eventTime', 8.64e15],
    ['eventTime', -8.64e15],
    ['eventID', 'a b'],
  ])('does not believe a %s of %j', (name, value) => {
    const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), userIdentity: null, [name]: value };
    expect(() => decode(record)).toThrow(AlertMalformed);
  });

  test('keeps the VPC endpoint that a call went through', () => {
    const vpcEndpointId = 'vpce-0123456789abcdef0';
    const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), vpcEndpointId };
    expect(decode(record)).toMatchObject({ vpcEndpointId });
    const ecs = fixture('ecs/export-failure-flattened') as { aws: { cloudtrail: object } };
    Object.assign(ecs.aws.cloudtrail, { vpc_endpoint_id: vpcEndpointId });
    expect(decode(ecs)).toMatchObject({ vpcEndpointId });
  });

  test('restores an account id that became a number', () => {
    const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), recipientAccountId: 12345678901 };
    expect(decode(record).recipientAccount).toBe('012345678901');
  });

  test.each(['us-isob-east-1', 'eusc-de-east-1', 'mx-central-1', 'eugov-northwest-12'])(
    'knows a Region by its form: %s',
    (awsRegion) => {
      const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), awsRegion };
      expect(decode(record).region).toBe(awsRegion);
    },
  );

  test.each(['2026-03-02 10:00:00', '2026-03-02 10:00:00.000000000', '2026-03-02T10:00:00+00:00'])(
    'reads a time written as %s',
    (eventTime) => {
      const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), eventTime };
      expect(decode(record).time).toBe('2026-03-02T10:00:00.000Z');
    },
  );

  test.each([
    ['RunInstances', 'ec2.amazonaws.com'],
    ['ExportImage', 'somewhere-else.amazonaws.com'],
    ['__proto__', 'ec2.amazonaws.com'],
  ])('does not handle %s of %s, and says what it handles', (eventName, eventSource) => {
    const record = { ...fixture('cloudtrail/create-instance-export-task-failure'), eventName, eventSource };
    expect(() => decode(record)).toThrow(AlertUnsupported);
    expect(() => decode(record)).toThrow(/CreateInstanceExportTask, ExportImage, CreateStoreImageTask/);
  });
});

describe('ECS', () => {
  test('from flattened parameters', () => {
    const alert = decode(fixture('ecs/export-failure-flattened'));
    expect(alert).toMatchObject(refused);
    expect(alert.principal).toEqual(mallory);
  });

  test('from the original event', () => {
    const alert = decode(fixture('ecs/export-success-original'));
    expect(alert).toMatchObject(exported);
    expect(alert.principal.issuerArn).toBe('arn:aws:iam::111111111111:role/jobs/backup');
  });

  test('from the original event in an EventBridge envelope', () => {
    const document = fixture('ecs/export-success-original') as { event: { original: string } };
    document.event.original = JSON.stringify({ detail: JSON.parse(document.event.original) as unknown });
    expect(decode(document)).toMatchObject(exported);
  });

  test("from Java's notation: the role is user.name, the person only the session's name", () => {
    const alert = decode(fixture('ecs/export-success-java-map'));
    expect(alert).toMatchObject(exported);
    expect(alert.principal).toEqual(backupSession);
  });

  test("from Java's notation, where the caller's own words look like those of a failure", () => {
    const document = fixture('ecs/export-success-java-map') as { aws: { cloudtrail: { response_elements: string } } };
    const { cloudtrail } = document.aws;
    cloudtrail.response_elements = cloudtrail.response_elements.replace(
      'state=active',
      'description=x, ConsoleLogin=Failure, CreateInstanceExportTask=Failure, state=active',
    );
    expect(decode(document)).toMatchObject(exported);
  });

  test("from Java's notation, where the caller's own words look like other keys", () => {
    const words =
      'exportTaskId=export-i-1, exportImageTaskId=export-ami-1, bucket=innocent, bucketName=innocent, objectKey=o, imageId=ami-1';
    const document = fixture('ecs/export-success-java-map') as {
      event: { action: string };
      aws: { cloudtrail: { request_parameters: string; response_elements: string } };
    };
    const { cloudtrail } = document.aws;
    const spoken = cloudtrail.response_elements;
    // With the real one it is ambiguous; nothing else of theirs takes its place.
    cloudtrail.response_elements = spoken.replace('state=active', `description=x, ${words}, state=active`);
    const instance = decode(document);
    expect(instance).toMatchObject({ instanceId: exported.instanceId, objectKey: exported.objectKey });
    expect(instance).not.toHaveProperty('exportTaskId');
    expect(instance).not.toHaveProperty('imageId');

    document.event.action = 'ExportImage';
    const own = 'S3ExportLocation={S3Bucket=mallorys, S3Prefix=p/}, ImageId=ami-0';
    const said = `Description=x, instanceId=i-1, s3Key=k, s3Bucket=innocent, bucket=innocent, exportTaskId=export-i-1`;
    cloudtrail.request_parameters = `{ExportImageRequest={${said}, ${own}}}`;
    cloudtrail.response_elements = `{ExportImageResponse={exportImageTaskId=export-ami-2, ${own}, ${said}}}`;
    const image = decode(document);
    expect(image).toMatchObject({ imageId: 'ami-0', exportTaskId: 'export-ami-2', prefix: 'p/' });
    for (const name of ['instanceId', 'objectKey', 'bucket']) expect(image).not.toHaveProperty(name);
  });

  test("takes the role's name from user.name, whatever the form of the ARN", () => {
    const document = fixture('ecs/export-success-java-map') as { aws: { cloudtrail: { user_identity: object } } };
    const arn = 'arn:aws:sts::111111111111:assumed-role/jobs/backup/nightly-run';
    const session_context = { session_issuer: { arn: 'arn:aws:iam::111111111111:role/jobs/backup' } };
    Object.assign(document.aws.cloudtrail.user_identity, { arn, session_context });
    expect(decode(document).principal).toMatchObject({ arn, name: 'backup', sessionName: 'nightly-run' });
    // Without an issuer it is something else's name.
    Object.assign(document.aws.cloudtrail.user_identity, { arn: backupSession.arn, session_context: undefined });
    Object.assign(document, { user: { name: 'tester', id: backupSession.id } });
    expect(decode(document).principal).toEqual(backupSession);
  });

  test("Kibana's alert: when it happened, when it was detected, by which rule", () => {
    const alert = decode(fixture('ecs/kibana-alert'));
    expect(alert).toMatchObject(refused);
    expect(alert.arrival).toEqual({
      ...arrival,
      detectedAt: '2026-03-02T10:05:00.160Z',
      rule: 'AWS EC2 VM Export Failure',
      alertId: '4c1e09b7f0000000000000000000000000000000000000000000000000000001',
    });
  });

  test("a hit's fields view, where every value is an array", () => {
    const hit = fixture('ecs/fields-view') as { fields: Record<string, unknown> };
    expect(decode(hit)).toMatchObject({ ...without(refused, 'errorCode'), principal: mallory });
    const original = JSON.stringify(fixture('cloudtrail/create-instance-export-task-failure'));
    expect(decode({ fields: { ...hit.fields, 'event.original': [original] } })).toMatchObject(refused);
  });

  test('fails where only the outcome says so', () => {
    const document = fixture('ecs/export-success-java-map') as { event: { outcome: string } };
    document.event.outcome = 'failure';
    expect(decode(document).outcome).toBe('failure');
  });

  test('happened where the recipient is, not where the actor belongs', () => {
    const document = fixture('ecs/export-failure-flattened') as { cloud: { account: { id: string } } };
    document.cloud.account.id = '333333333333';
    expect(decode(document)).toMatchObject({ recipientAccount: '111111111111', account: '333333333333' });
  });
});

describe('a request', () => {
  const alert = fixture('ecs/kibana-alert');
  const record = fixture('cloudtrail/create-instance-export-task-failure');

  test.each<[string, unknown]>([
    ['one document', alert],
    ['a list', [alert]],
    ["Kibana's alerts", { rule: 'r', alerts: [alert] }],
    ["Kibana's alerts in a loop, which ends with a null", { alerts: [alert, null] }],
    ["Kibana's alerts as a text", { alerts: JSON.stringify(alert) }],
    ['a text of a list', JSON.stringify([alert])],
    ["a search's hits", { hits: { total: 1, hits: [alert] } }],
    ["CloudTrail's file", { Records: [record] }],
  ])('holds %s', (_, body) => {
    const documents = documentsIn(body);
    expect(documents).toHaveLength(1);
    expect(decode(documents[0]).eventId).toBe('5b1f0c1e-0000-4000-8000-000000000001');
  });

  test('holds two documents in a text', () => {
    expect(documentsIn({ alerts: `${JSON.stringify(alert)},${JSON.stringify(alert)}` })).toHaveLength(2);
  });

  test.each([null, 42, 'text', true, [[]], {}, { alerts: 'nonsense' }, { event: {} }, { detail: {} }])(
    'of nonsense is malformed: %j',
    (body) => {
      for (const document of documentsIn(body)) expect(() => decode(document)).toThrow(AlertMalformed);
    },
  );
});

describe('hostile input', () => {
  test('cannot reach a prototype', () => {
    const record = JSON.parse(
      '{"__proto__": {"eventName": "ExportImage"}, "constructor": {"prototype": {"polluted": 1}}, "alerts": null}',
    ) as unknown;
    expect(() => decode(record)).toThrow(AlertMalformed);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('may be as deep as it likes', () => {
    const deep = `${'{"exportToS3":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const record = {
      ...fixture('cloudtrail/create-instance-export-task-failure'),
      requestParameters: JSON.parse(deep) as unknown,
      userIdentity: JSON.parse(deep) as unknown,
    };
    expect(decode(record).missing).toContain('bucket');
  });

  test('is cut where it is too long, and is well-formed', () => {
    const record = fixture('cloudtrail/create-instance-export-task-failure');
    Object.assign(record, { userAgent: 'x'.repeat(100_000), errorMessage: 'lone \ud800 surrogate' });
    const { userAgent, errorMessage } = decode(record);
    expect(userAgent).toHaveLength(2000);
    expect(errorMessage).toBe('lone \ufffd surrogate');
  });
});

describe('one event', () => {
  test.each([
    [
      'a refused export',
      ['cloudtrail/create-instance-export-task-failure', 'ecs/export-failure-flattened', 'ecs/kibana-alert'],
    ],
    [
      'an export that succeeded',
      [
        'cloudtrail/create-instance-export-task-success',
        'cloudtrail/eventbridge-create-instance-export-task',
        'ecs/export-success-original',
        'ecs/export-success-java-map',
      ],
    ],
  ])('of %s contradicts itself in none of the forms that it comes in', (_, forms) => {
    const [first, ...others] = forms.map((form) => decode(fixture(form)));
    for (const other of others) {
      const same = { ...other, eventId: first!.eventId };
      expect(contradictedByAlert(first!, same)).toBeNull();
      expect(contradictedByAlert(same, first!)).toBeNull();
    }
  });
});
