import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Check } from '../../src/cli/doctor/check.ts';
import { clientsOf } from '../../src/lab/clients.ts';
import { startWorld, type World } from '../../src/lab/demo/world.ts';
import { startKibana } from '../support/kibana/kibana.ts';
import { freePorts } from '../../src/temporal/free-port.ts';
import { eventually } from '../support/eventually.ts';
import { shared } from '../support/shared.ts';
import { startAtlassian } from '../support/sources/atlassian.ts';
import { startGithub } from '../support/sources/github.ts';
import { soar } from '../unit/cli/a-terminal.ts';

const githubToken = 'ghp_of_the_doctor_and_no_other';
const atlassian = { email: 'soar@acme.example', token: 'ATATT-of-the-doctor-and-no-other' };
const kibanaKey = 'the-key-of-kibana-for-the-doctor';

/** A whole installation: Temporal, all workers, the intake, AWS, Slack and the places that people write in. */
async function install(): Promise<{ world: World; stop: () => Promise<unknown> }> {
  const [github, site, kibana] = await Promise.all([
    startGithub(githubToken),
    startAtlassian(atlassian),
    startKibana(kibanaKey),
  ]);
  vi.stubEnv('TEST_SOAR_GITHUB', githubToken);
  vi.stubEnv('TEST_SOAR_ATLASSIAN', atlassian.token);
  vi.stubEnv('TEST_SOAR_KIBANA', kibanaKey);
  const stopPlaces = () => Promise.all([github.stop(), site.stop(), kibana.close()]);
  try {
    const world = await startWorld({
      progress: () => undefined,
      ui: false,
      slack: true,
      rechecks: ['1s'],
      exportMs: 1_000,
      roles: ['incident', 'observe', 'contain', 'notify'],
      sections: {
        sources: {
          github: { url: github.url, token: 'env:TEST_SOAR_GITHUB', organisation: 'acme' },
          jira: { url: site.url, email: atlassian.email, token: 'env:TEST_SOAR_ATLASSIAN' },
          confluence: { url: site.url, email: atlassian.email, token: 'env:TEST_SOAR_ATLASSIAN' },
        },
        kibana: { url: kibana.url, apiKey: 'env:TEST_SOAR_KIBANA' },
      },
    });
    vi.stubEnv('TEMPORAL_ADDRESS', world.temporal.address);
    return { world, stop: () => world.stop().finally(stopPlaces) };
  } catch (error) {
    await stopPlaces();
    throw error;
  }
}
const installed = shared(install, ({ stop }) => stop());
afterAll(() => vi.unstubAllEnvs());

async function doctor(config: string, ...argv: string[]) {
  const { code, out, err } = await soar(['doctor', '--json', '-c', config, ...argv]);
  const { healthy, checks } = JSON.parse(out) as { healthy: boolean; checks: Check[] };
  return { code, err, out, healthy, checks, of: (name: string) => checks.find((check) => check.name === name) };
}

/** The same installation with some of its configuration changed. */
async function changed(change: (contents: Record<string, Record<string, unknown>>) => void): Promise<string> {
  const { folder, config } = installed().world.files;
  const contents = parse(await readFile(config, 'utf8')) as Record<string, Record<string, unknown>>;
  change(contents);
  const path = join(folder, 'changed.yaml');
  await writeFile(path, stringify(contents));
  return path;
}

describe('soar doctor', () => {
  it('finds every part of a running installation, and nothing wrong with it but what its operator left out', async () => {
    const { files, foundation } = installed().world;
    const { code, healthy, checks, out, of } = await doctor(files.config);
    expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
    expect({ code, healthy }).toEqual({ code: 0, healthy: true });
    const fine = checks.filter(({ state }) => state === 'ok').map(({ name }) => name);
    expect(fine).toEqual(
      expect.arrayContaining([
        'configuration',
        'Temporal',
        'search attributes',
        ...['incident', 'observe', 'contain', 'notify'].map((role) => `worker ${role}`),
        'release of new incidents',
        ...['Slack', 'Kibana', 'GitHub', 'Jira', 'Confluence', 'intake', 'secrets of the intake'],
        ...['observe', 'contain', 'detect'].map((role) => `role ${role} of shop (${foundation.victim.id})`),
        ...['observe', 'contain'].map((role) => `role ${role} of the organisation (${foundation.management.id})`),
        "role of the archive's index",
        "role of the archive's index, for incidents",
        'role of the index of incidents',
        'clock',
      ]),
    );
    // Nobody started the detect worker, and the lab neither encrypts nor seals nor locks.
    expect(of('worker detect')).toMatchObject({
      state: 'warning',
      next: expect.stringContaining('--role detect') as string,
    });
    for (const name of ['encryption', 'sealing', 'evidence store']) expect(of(name)?.state).toBe('warning');

    const secrets = await Promise.all(
      ['gateway.key', 'intake.token', 'codes.secret', 'correlation.key', 'external-id', 'slack.bot-token'].map((name) =>
        readFile(join(files.folder, name), 'utf8'),
      ),
    );
    for (const secret of [...secrets, githubToken, atlassian.token, kibanaKey])
      expect(out).not.toContain(secret.trim());
  });

  it('changes nothing: its sessions may do nothing, and the evidence store gets one document, whenever it looks', async () => {
    const { files, lab, foundation } = installed().world;
    await doctor(files.config);
    const all = await lab.control.trail({});
    const calls = all.filter(({ userIdentity }) => /soar-doctor|VMX-DOCTOR/.test(JSON.stringify(userIdentity)));
    expect(new Set(calls.map(({ eventName }) => eventName))).toEqual(new Set(['GetCallerIdentity']));
    const begun = all.filter(({ eventName, requestParameters }) => {
      return eventName === 'AssumeRole' && /DOCTOR|doctor/.test(JSON.stringify(requestParameters?.['roleSessionName']));
    });
    expect(begun.length).toBeGreaterThan(0);
    for (const { requestParameters } of begun) {
      expect(JSON.parse(requestParameters?.['policy'] as string)).toMatchObject({
        Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
      });
    }
    const { s3 } = clientsOf(lab, lab.root(foundation.forensics.id), '127.0.0.1');
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: foundation.buckets.evidence }));
    expect(Contents.filter(({ Key }) => Key?.includes('/doctor/'))).toHaveLength(2);
  });

  it('says of each part that is away or refuses what to do, and the others are looked at all the same', async () => {
    vi.stubEnv('TEST_SOAR_GITHUB', 'ghp_of_somebody_else');
    const [port = 0] = await freePorts(1);
    const config = await changed((contents) => {
      contents['evidence']!['bucket'] = 'acme-there-is-none';
      contents['slack']!['channel'] = 'C0ELSEWHERE';
      contents['kibana']!['url'] = `http://127.0.0.1:${port}`;
      contents['aws']!['profiles'] = { ...(contents['aws']!['profiles'] as object), contain: 'soar-observe' };
      contents['gateway']!['url'] = `http://127.0.0.1:${port}`;
      contents['evidence']!['retention'] = { mode: 'GOVERNANCE', days: 1 };
    });
    const { code, err, healthy, checks, of } = await doctor(config);
    vi.stubEnv('TEST_SOAR_GITHUB', githubToken);
    const told = (name: string) => `${of(name)?.state}: ${of(name)?.found} → ${of(name)?.next}`;
    expect({ code, healthy }).toEqual({ code: 1, healthy: false });
    expect(err).toMatch(/\d+ of \d+ checks failed/);
    expect(told('evidence store')).toMatch(
      /^failed: storing evidence at s3:\/\/acme-there-is-none.*NoSuchBucket.*→ check/,
    );
    expect(told('Slack')).toMatch(/^failed: reading channel C0ELSEWHERE: Slack answers channel_not_found/);
    expect(told('Kibana')).toMatch(/^failed: .*127\.0\.0\.1:\d+ did not answer \(ECONNREFUSED\)/);
    expect(told('GitHub')).toMatch(/^failed: .*answered 401: check sources\.github\.token/);
    expect(told('intake')).toMatch(/^failed: http:\/\/127\.0\.0\.1:\d+ does not answer \(ECONNREFUSED\)/);
    expect(told(`role contain of shop (${installed().world.foundation.victim.id})`)).toMatch(
      /^failed: .*AccessDenied.*→ let profile soar-observe assume .*soar doctor --role contain there/,
    );
    for (const { state, next } of checks) if (state !== 'ok') expect(next).toMatch(/\w/);
    for (const name of ['Temporal', 'worker contain', 'Jira', 'clock']) expect(of(name)?.state).toBe('ok');
  });

  it('lists every problem of a configuration that cannot be used, and looks at Temporal all the same', async () => {
    const config = await changed((contents) => {
      Object.assign(contents, { rechecks: ['soon'] });
      contents['gateway']!['keyId'] = 'a pasted secret!';
    });
    const { code, checks, out, of } = await doctor(config);
    expect(code).toBe(1);
    const problems = checks.filter(({ name }) => name === 'configuration');
    expect(problems.map(({ state }) => state)).toEqual(['failed', 'failed']);
    expect(problems.map(({ found }) => found).join()).toMatch(
      /line \d+: gateway\.keyId must be.*rechecks\[0\] must be|rechecks\[0\] must be.*gateway\.keyId must be/,
    );
    expect(out).not.toContain('a pasted secret');
    expect(of('worker contain')?.state).toBe('ok');
  });

  it('with a role looks with the keys of that role alone', async () => {
    const { checks } = await doctor(installed().world.files.config, '--role', 'contain');
    const names = checks.map(({ name }) => name);
    expect(names.filter((name) => name.startsWith('role '))).not.toEqual([]);
    expect(names.filter((name) => /^role (?!contain)/.test(name))).toEqual([]);
    for (const name of ['Slack', 'GitHub', 'evidence store', 'secrets of the intake'])
      expect(names).not.toContain(name);
  });

  it('says of a namespace that was not prepared, and that nobody works in, what it lacks', async () => {
    const { temporal, files } = installed().world;
    await temporal.connection.workflowService.registerNamespace({
      namespace: 'unprepared',
      workflowExecutionRetentionPeriod: { seconds: (30 * 86_400) as never },
    });
    vi.stubEnv('TEMPORAL_NAMESPACE', 'unprepared');
    try {
      await eventually(async () => {
        const { code, of } = await doctor(files.config, '--role', 'incident');
        expect(code).toBe(1);
        expect(of('search attributes')).toMatchObject({ state: 'failed', next: 'soar setup' });
        expect(of('retention')).toMatchObject({ state: 'ok', found: 'closed incidents are kept for 30d' });
        expect(of('worker contain')).toMatchObject({ state: 'failed', next: 'soar worker --role contain' });
        expect(of('release of new incidents')).toMatchObject({ state: 'failed' });
      });
    } finally {
      vi.stubEnv('TEMPORAL_NAMESPACE', undefined);
    }
  });
});
