import { readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signingKey } from '../../../src/approvals/signing-key.ts';
import { loadConfig, type SoarConfig } from '../../../src/config/load-config.ts';
import { sha256OfToken } from '../../../src/intake/bearer.ts';
import type { AwsLab } from '../../../src/lab/aws/aws-lab.ts';
import type { Foundation } from '../../../src/lab/foundation.ts';
import { useAwsFiles, writeLabFiles, type LabFiles } from '../../../src/lab/lab-config.ts';

const roleArn = (account: string) => (name: string) => `arn:aws:iam::${account}:role/${name}`;
const account = (id: string) => ({ id, roleArn: roleArn(id) });
const rolesOf = (id: string) => ({
  observe: roleArn(id)('soar-observe'),
  contain: roleArn(id)('soar-contain'),
  detect: roleArn(id)('soar-detect'),
});
const key = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
const foundation = {
  victim: account('111111111111'),
  forensics: account('222222222222'),
  outsider: account('333333333333'),
  management: account('444444444444'),
  buckets: { forensics: 'acme-copies', evidence: 'acme-evidence', trail: 'acme-trail' },
  roles: {
    victim: rolesOf('111111111111'),
    forensics: rolesOf('222222222222'),
    evidence: roleArn('222222222222')('soar-evidence'),
    evidenceIndex: roleArn('222222222222')('soar-evidence-index'),
    evidenceObserved: roleArn('222222222222')('soar-evidence-observed'),
    evidenceFigures: roleArn('222222222222')('soar-evidence-figures'),
    organisation: {
      observe: roleArn('444444444444')('soar-organisation'),
      contain: roleArn('444444444444')('soar-isolate'),
    },
  },
  baseUsers: { observe: key, contain: key, detect: key, notify: key, intake: key, figures: key },
  externalId: 'an-external-id-of-ours',
  monitoringTarget: 'arn:aws:sns:eu-west-1:111111111111:events',
} as unknown as Foundation;
const lab = { endpoint: 'http://127.0.0.1:4566', root: (id: string) => ({ accessKeyId: id, secretAccessKey: 'x' }) };

let files: LabFiles;
let config: SoarConfig;
beforeAll(async () => {
  files = await writeLabFiles(lab as unknown as AwsLab, foundation, {
    rechecks: ['1s', '3s'],
    uiUrl: 'http://127.0.0.1:8233',
  });
  config = await loadConfig(files.config);
});
afterAll(() => rm(files.folder, { recursive: true }));

describe("the lab's configuration", () => {
  it('is one that every part accepts, secrets included', () => {
    expect(signingKey(config)).toMatch(/^[0-9a-f]{64}$/);
    expect(config.aws.externalId?.read()).toBe('an-external-id-of-ours');
    expect(config.intake.bearerTokens[0]?.read()).toBe(files.intakeToken);
    expect(config.rechecks).toEqual([1000, 3000]);
  });

  it('knows approvers by their token alone', () => {
    expect(config.approvals.approvers.map(({ token }) => token)).toEqual(
      files.approvers.map(({ token }) => `sha256:${sha256OfToken(token)}`),
    );
  });

  it('lets nobody else read its files', async () => {
    expect((await stat(files.folder)).mode & 0o077).toBe(0);
    for (const name of ['soar.yaml', 'gateway.key', 'alice.token', 'aws-credentials']) {
      expect((await stat(join(files.folder, name))).mode & 0o077).toBe(0);
    }
  });

  it('has a profile for each worker that reaches AWS', async () => {
    const credentials = await readFile(files.awsCredentials, 'utf8');
    for (const profile of Object.values(config.aws.profiles)) expect(credentials).toContain(`[${profile}]`);
  });

  it('takes the place of the AWS settings of whoever runs it, and gives them back', () => {
    process.env.AWS_PROFILE = 'mine';
    const restore = useAwsFiles(files);
    expect(process.env.AWS_PROFILE).toBeUndefined();
    expect(process.env.AWS_SHARED_CREDENTIALS_FILE).toBe(files.awsCredentials);
    restore();
    expect(process.env.AWS_PROFILE).toBe('mine');
    expect(process.env.AWS_SHARED_CREDENTIALS_FILE).toBeUndefined();
    delete process.env.AWS_PROFILE;
  });
});
