import { expect, test } from 'vitest';
import { PrerequisiteMissing as LabMissing } from '../../../src/lab/aws/prerequisite-missing.ts';
import { bothOrNeither } from '../../../src/lab/demo/both-or-neither.ts';
import { PrerequisiteMissing } from '../../../src/temporal/prerequisite.ts';
import { Interrupted } from '../../../src/temporal/run-command.ts';

const soon = (error: Error) => new Promise<never>((_, reject) => setTimeout(() => reject(error), 5));

test('what two parts of the demo lack on this machine is told at once', async () => {
  const both = bothOrNeither(
    soon(new LabMissing('the lab needs Python')),
    Promise.reject(new PrerequisiteMissing('temporal-cli', 'no Temporal server', 'Go')),
  );
  await expect(both).rejects.toMatchObject({
    name: 'PrerequisiteMissing',
    message: expect.stringMatching(/^the lab needs Python\nno Temporal server; install: Go$/) as string,
  });
});

test('what was interrupted is told whole, too', async () => {
  const both = bothOrNeither(soon(new Interrupted('installing one')), soon(new Interrupted('building the other')));
  await expect(both).rejects.toThrow(/^installing one was interrupted[^]*\nbuilding the other was interrupted/);
});

test('one failure waits for the other part, and is told alone', async () => {
  let done = false;
  const other = new Promise<number>((resolve) => {
    setTimeout(() => {
      done = true;
      resolve(1);
    }, 20);
  });
  await expect(bothOrNeither(Promise.reject(new Interrupted('one')), other)).rejects.toThrow(
    /^one was interrupted[^\n]*$/,
  );
  expect(done).toBe(true);
  expect(await bothOrNeither(Promise.resolve('a'), Promise.resolve(2))).toEqual(['a', 2]);
});
