import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import type { Terminal } from '../../../src/cli/terminal.ts';
import { submitAll } from '../../../src/cli/alert-submit.ts';
import { documentsInFiles } from '../../../src/cli/alert-files.ts';
import { fixture } from '../../support/fixtures.ts';
import { leastConfig } from '../config/configuration.ts';
import { soar } from './a-terminal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-alert-'));
});
afterEach(() => rm(folder, { recursive: true }));

const record = fixture('cloudtrail/create-instance-export-task-failure');
const other = { ...record, eventName: 'RunInstances', userAgent: 'line\nbreak\u001b[31m' };
const written = async (contents: string | Uint8Array, name = 'alerts.json') => {
  const file = join(folder, name);
  await writeFile(file, contents);
  return file;
};

describe('alert check', () => {
  test('tells of every record what would happen', async () => {
    const file = await written(gzipSync(JSON.stringify({ Records: [record, other] })), 'log.json.gz');
    const { code, out, err } = await soar(['alert', 'check', file]);
    expect({ code, err }).toEqual({ code: 0, err: '2 record(s): 1 for an incident, 1 of other events, 0 refused\n' });
    const [first = '', second = ''] = out.split('\n');
    expect(first).toContain(`${file}:1  incident (its id needs the configuration: --config): CreateInstanceExportTask`);
    expect(first).toContain('instance i-0123456789abcdef0; bucket acme-vm-exports');
    expect(second).toContain(`${file}:2  no playbook: RunInstances`);
  });

  test('answers a program in JSON, a line for each', async () => {
    const file = await written(`${JSON.stringify(record)}\n{"broken"\n${JSON.stringify(other)}\n`);
    const { code, out } = await soar(['alert', 'check', '--json', file]);
    expect(code).toBe(1);
    expect(out).not.toContain('\u001b');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { ok: true, handled: true, alert: { eventName: 'CreateInstanceExportTask' }, file, record: 1 },
      { ok: false, handled: false, error: 'it is not JSON', record: 2 },
      { ok: true, handled: false, alert: { eventName: 'RunInstances', userAgent: other.userAgent }, record: 3 },
    ]);
  });

  test('names the incident where the configuration is at hand', async () => {
    const intake = { ...leastConfig().intake, correlationKey: 'file:key' };
    await written('a-key-of-these-tests', 'key');
    const config = await written(stringify({ ...leastConfig(), intake }), 'soar.yaml');
    const { out } = await soar(['alert', 'check', '-c', config, await written(JSON.stringify(record))]);
    expect(out).toMatch(/ {2}incident VMX-[A-Z2-7]{10} \(ec2-vm-export\/111111111111\/eu-west-1\/denied-/);
  });

  test('exits with 1 if a handled event is refused, or a file is empty', async () => {
    const file = await written(JSON.stringify({ ...record, eventID: '' }));
    expect(await soar(['alert', 'check', file])).toMatchObject({
      code: 1,
      out: expect.stringContaining('refused: the alert has no event id') as string,
    });
    expect((await soar(['alert', 'check', await written('')])).code).toBe(1);
  });

  test('exits with 2 if a file is not there', async () => {
    const { code, err } = await soar(['alert', 'check', join(folder, 'none')]);
    expect(code).toBe(2);
    expect(err).toMatch(/none: cannot be read \(ENOENT\)/);
  });
});

describe('alert submit', () => {
  const terminal = () => {
    const told = { out: '', err: '' };
    const spy = {
      out: (text: string) => void (told.out += text),
      err: (text: string) => void (told.err += text),
      coloured: false,
    };
    return { told, terminal: spy as Terminal };
  };
  const opened = { incidentKey: 'VMX-ABCDEFGHIJ', workflowId: 'w', result: 'opened' as const };

  test('opens what is handled, leaves out other events, and tells what is refused', async () => {
    const file = await written(
      [record, other, { ...record, eventID: '' }].map((one) => JSON.stringify(one)).join('\n'),
    );
    const { told, terminal: spy } = terminal();
    const doors: string[] = [];
    const open = ({ arrival }: { arrival: { door: string } }) => {
      doors.push(arrival.door);
      return Promise.resolve(opened);
    };
    await expect(submitAll(documentsInFiles([file]), open, {}, spy)).rejects.toThrow('1 record(s) refused');
    expect(doors).toEqual(['file']);
    expect(told.out).toBe(`${file}:1  opened VMX-ABCDEFGHIJ (w)\n${file}:3  refused: the alert has no event id\n`);
    expect(told.err).toBe('1 opened, 0 attached, 0 known before, 1 of other events, 1 refused\n');
  });

  test('tells what was opened before Temporal went away', async () => {
    const file = await written([record, { ...record, eventID: 'lost' }].map((one) => JSON.stringify(one)).join('\n'));
    const { told, terminal: spy } = terminal();
    const open = ({ eventId }: { eventId: string }) =>
      eventId === 'lost' ? Promise.reject(new Error('unavailable')) : Promise.resolve(opened);
    await expect(submitAll(documentsInFiles([file]), open, { json: true }, spy)).rejects.toThrow('unavailable');
    expect(JSON.parse(told.out)).toMatchObject({ ok: true, handled: true, incidentKey: 'VMX-ABCDEFGHIJ', record: 1 });
  });
});
