import { describe, expect, it, vi } from 'vitest';
// Takes seconds to load where much else runs: loaded before the time of a test begins.
import '../../../src/lab/demo/run.ts';
import { scenarios } from '../../../src/lab/scenarios/index.ts';
import { soar } from '../cli/a-terminal.ts';

describe('the demo command', () => {
  it('refuses an unknown scenario and names those that there are', async () => {
    const { code, err } = await soar(['demo', '--scenario', 'nonsense', '--yes']);
    expect(code).toBe(2);
    for (const { name } of scenarios) expect(err).toContain(name);
  });

  it('refuses to leave out what the scenario never plans, and names what it plans', async () => {
    const { code, err } = await soar(['demo', '-s', 'denied-attempt', '--yes', '--sabotage', 'copy-to-forensics']);
    expect(code).toBe(2);
    expect(err).toContain('disable-access-keys, deny-actor, deny-service-put, monitor-exports');
    expect((await soar(['demo', '-s', 'authorised-backup', '--sabotage', 'deny-actor'])).code).toBe(2);
  });

  it('tells the stories without starting anything, or loading what does', async () => {
    vi.doMock('../../../src/lab/demo/run.ts', () => {
      throw new Error('what takes seconds to load was loaded');
    });
    const { code, out } = await soar(['demo', '--list']);
    const listed = JSON.parse((await soar(['demo', '--list', '--json'])).out) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(scenarios.map(({ name }) => name));
    vi.doUnmock('../../../src/lab/demo/run.ts');
    expect(code).toBe(0);
    for (const { name, title } of scenarios) expect(out).toContain(`${name}: ${title}`);
  });

  it('plays the compromised key when no scenario is named', () =>
    expect(scenarios.map(({ name }) => name)[0]).toBe('compromised-key'));
});

describe('the lab command', () => {
  it('refuses an unknown scenario', async () => expect((await soar(['lab', '-s', 'nonsense'])).code).toBe(2));
});
