import { describe, expect, it } from 'vitest';
import { throttled } from '../../faults/faults/answers.ts';
import { faultKinds } from '../../faults/faults.ts';
import { runMatrix } from '../../faults/matrix.ts';
import { rows } from '../../faults/rows.ts';
import { matrixOf } from './part.ts';

const world = matrixOf(faultKinds.refused);

describe('a cell of the fault matrix', () => {
  const { setAccessKeyStatus: row } = rows;
  const [call = { operation: '' }] = row.calls;

  it('is not ok when its fault did not happen', async () => {
    const never = { ...row, calls: [{ operation: 'DeleteAccessKey' }] };
    expect(await runMatrix(world(), { rows: { setAccessKeyStatus: never }, faults: [throttled] })).toMatchObject([
      { ok: false, detail: 'the lab did not let DeleteAccessKey fail' },
    ]);
  });

  it('is not ok when AWS applied a call more than the act needs', async () => {
    const fewer = { ...row, calls: [call] };
    expect(await runMatrix(world(), { rows: { setAccessKeyStatus: fewer }, faults: [throttled] })).toMatchObject([
      { ok: false, detail: 'AWS applied UpdateAccessKey,UpdateAccessKey instead of UpdateAccessKey' },
    ]);
  });

  it('is not ok when AWS holds another state in the end', async () => {
    const other: typeof row = {
      ...row,
      scene: async (...made) => ({ ...(await row.scene(...made)), after: () => null }),
    };
    expect(await runMatrix(world(), { rows: { setAccessKeyStatus: other }, faults: [throttled] })).toMatchObject([
      { ok: false, detail: expect.stringMatching(/^the act: AWS holds .* instead of null/) as string },
    ]);
  });
});
