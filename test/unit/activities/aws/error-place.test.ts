import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeImagesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsClients } from '../../../../activities/aws/clients.ts';
import { aws } from '../../../../activities/aws/failures.ts';

const accountId = '111111111111';
const place = { accountId, region: 'ap-east-1' };
const session = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
  <AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
  <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
const stsRefuses = `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type>
  <Code>RegionDisabledException</Code><Message>STS is not activated</Message></Error></ErrorResponse>`;
const ec2Refuses = `<Response><Errors><Error><Code>AuthFailure</Code><Message>not able to validate</Message></Error></Errors></Response>`;

let server: Server;
let sts = { status: 200, body: session };

const clients = () =>
  awsClients({
    purpose: 'observe',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forcePathStyle: true,
    accounts: [{ id: accountId, roles: { observe: `arn:aws:iam::${accountId}:role/o`, contain: 'arn:c' } }],
    organisation: { account: accountId, roles: { observe: `arn:aws:iam::${accountId}:role/o`, contain: 'arn:c' } },
  });

beforeEach(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA1');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
  sts = { status: 200, body: session };
  server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      const { status, body } = chunk.includes('Action=AssumeRole') ? sts : { status: 401, body: ec2Refuses };
      response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  server.close();
});

describe('an error of AWS', () => {
  const reading = () => aws('listing images', () => clients().ec2(place).send(new DescribeImagesCommand({})));

  it('says in which Region of which account it was answered', async () => {
    await expect(reading()).rejects.toMatchObject({
      type: 'AwsAccessDenied',
      message: expect.stringMatching(
        /listing images: AuthFailure .*where Region ap-east-1 of account 111111111111/,
      ) as string,
    });
  });

  it('says it, too, where the role could not be assumed there', async () => {
    sts = { status: 403, body: stsRefuses };
    await expect(reading()).rejects.toMatchObject({
      message: expect.stringMatching(
        /RegionDisabled.*; Region ap-east-1 of account 111111111111 is not enabled/,
      ) as string,
    });
  });

  it('says it whichever system answered', () => {
    const all = clients();
    const systems = [all.cloudtrail(place), all.config(place), all.ec2(place), all.eventbridge(place), all.iam(place)];
    const more = [all.organizations(place), all.s3(place), all.s3control(place), all.ssm(place)];
    for (const { middlewareStack } of [...systems, ...more]) {
      expect(middlewareStack.identify().join()).toContain('notePlace');
    }
  });
});
