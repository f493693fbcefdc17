import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keepRelease, keptAuditCode, keptBuilds, keptWorkflows } from '../../../src/audit/releases.ts';
import { auditCodeOf, buildIdOf } from '../../../src/audit/workflow-code.ts';

const workflows = 'module.exports = 1;\n';
const audit = auditCodeOf('module.exports = "1, listened to";\n');
const buildId = buildIdOf(workflows);

describe('a kept release', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'soar-releases-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is found by its build, without the source map that names files of one machine', async () => {
    await keepRelease(folder, `${workflows}//# sourceMappingURL=data:of-this-machine`, audit);
    expect(await keptBuilds(folder)).toEqual([buildId]);
    expect(await keptWorkflows(folder, buildId)).toBe(workflows);
    expect(await keptAuditCode(folder, buildId)).toEqual(audit);
  });

  it('is kept once, however many workers start at the same time, and nothing half is left', async () => {
    await Promise.all([1, 2, 3, 4].map(() => keepRelease(folder, workflows, audit)));
    expect(await readdir(folder)).toEqual([buildId]);
  });

  it('is refused when it is not the code that its name says', async () => {
    await keepRelease(folder, workflows, audit);
    await writeFile(join(folder, buildId, 'workflows.js'), `${workflows}steal();`);
    await expect(keptWorkflows(folder, buildId)).rejects.toThrow(/is not the code of build/);
  });

  it('that nobody kept is not there, and neither is what is no release', async () => {
    expect(await keptBuilds(join(folder, 'none'))).toEqual([]);
    expect(await keptAuditCode(folder, buildId)).toBeNull();
    expect(await keptAuditCode(folder, '../../etc')).toBeNull();
    await writeFile(join(folder, 'README'), '');
    expect(await keptBuilds(folder)).toEqual([]);
  });
});
