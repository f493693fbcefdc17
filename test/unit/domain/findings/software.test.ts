import { describe, expect, it } from 'vitest';
import { affectedCredentials } from '../../../../src/domain/watch/credentials.ts';
import type { SoftwareFacts } from '../../../../src/domain/findings/facts.ts';
import { validationFindings } from '../../../../src/domain/findings/findings.ts';
import { secretsByInventory, secretsOf } from '../../../../src/domain/findings/software-secrets.ts';
import { aCaseFile, aFailedAlert, anAlert, anInstance, aPolicy, without } from '../../../support/builders.ts';
import type { CaseFile } from '../../../../src/domain/findings/case-file.ts';

const software = (changes: Partial<SoftwareFacts> = {}): SoftwareFacts => ({
  capturedAt: '2026-03-01T04:00:00Z',
  total: 412,
  truncated: false,
  keeping: [
    { name: 'docker-ce', version: '5:27.1' },
    { name: 'containerd.io' },
    { name: 'postgresql-15', version: '15.6' },
  ],
  ...changes,
});

describe('software that keeps secrets', () => {
  it.each([
    ['awscli', 'aws'],
    ['AWS Command Line Interface v2', 'aws'],
    ['docker.io', 'containers'],
    ['nginx-core', 'tls'],
    ['postgresql-15', 'databases'],
    ['Microsoft SQL Server 2022 (64-bit)', 'databases'],
    ['openssh-server', 'ssh'],
    ['kubelet', 'kubernetes'],
  ])('is known by its package: %s', (name, id) => {
    expect(secretsOf(name)?.id).toBe(id);
  });

  it.each(['bash', 'docker-doc', 'gitk', 'libnginx-mod-http', '', 'vaultwarden-theme'])('is not %s', (name) => {
    expect(secretsOf(name)).toBeNull();
  });

  it('is one entry for each kind of secret, with the packages and at most five of them', () => {
    expect(secretsByInventory(software()).map(({ id, packages }) => [id, packages])).toEqual([
      ['containers', ['docker-ce 5:27.1', 'containerd.io']],
      ['databases', ['postgresql-15 15.6']],
    ]);
    const many = Array.from({ length: 9 }, (_, index) => ({ name: `postgresql-${index}` }));
    expect(secretsByInventory(software({ keeping: many }))[0]?.packages).toHaveLength(5);
    expect(secretsByInventory(null)).toEqual([]);
  });
});

describe('the inventory of the machine', () => {
  const find = (id: string, changes: Partial<CaseFile>) =>
    validationFindings(aCaseFile(changes)).find((finding) => finding.id === id);

  it('answers what was installed, and which secrets are probably on the disk', () => {
    expect(find('instance-software', { software: software() })).toMatchObject({
      answer: 'yes',
      detail: '412 packages, as the agent saw them at 2026-03-01T04:00:00Z',
    });
    expect(find('image-secrets', { software: software() })).toMatchObject({
      answer: 'yes',
      sources: ['S109'],
      detail: expect.stringMatching(/registries.*\(docker-ce 5:27.1, containerd.io\); passwords of database/) as string,
    });
    expect(find('image-secrets', { software: software({ keeping: [] }) })?.answer).toBe('no');
  });

  it.each<[string, Partial<CaseFile>, RegExp]>([
    ['nobody reported any', { software: { total: 0, truncated: false, keeping: [] } }, /has no inventory of it/],
    ['it lists nothing at all', { software: software({ total: 0, keeping: [] }) }, /has no inventory of it/],
    ['it was not read', { software: null }, /no software inventory was read/],
    ['it was refused', { software: null, gaps: [{ what: 'software', why: 'AwsAccessDenied' }] }, /AwsAccessDenied/],
    ['the alert names no machine', { alert: without(anAlert(), 'instanceId') }, /names no instance/],
    ['it was read in part', { software: software({ keeping: [], truncated: true }) }, /the rest was not read/],
  ])('is unknown where %s', (_where, changes, why) => {
    expect(find('image-secrets', changes)).toMatchObject({
      answer: 'unknown',
      whyUnknown: expect.stringMatching(why) as string,
    });
  });

  it('adds to what has to be rotated, and says that it is by inventory', () => {
    const facts = { alert: anAlert(), policy: aPolicy(), instance: anInstance(), principal: null, suspects: [] };
    const list = affectedCredentials({ ...facts, software: software() });
    expect(list.filter(({ id }) => id.startsWith('inventory/'))).toEqual([
      {
        id: 'inventory/containers',
        what: expect.stringContaining('container registries') as string,
        why: 'by inventory: docker-ce 5:27.1, containerd.io was installed on the exported machine',
      },
      {
        id: 'inventory/databases',
        what: expect.any(String) as string,
        why: expect.stringMatching(/^by inventory/) as string,
      },
    ]);
    const failed = affectedCredentials({ ...facts, alert: aFailedAlert(), software: software() });
    expect(failed.filter(({ id }) => id.startsWith('inventory/'))).toEqual([]);
  });
});
