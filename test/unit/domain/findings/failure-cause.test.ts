import { describe, expect, it } from 'vitest';
import { failureCauses } from '../../../../src/domain/data/failure-causes.ts';
import { failureCause, failureFindings, isDryRun } from '../../../../src/domain/findings/failure-cause.ts';
import { aFailedAlert, anAlert } from '../../../support/builders.ts';

const messageOf = (message: string | undefined): string => (message === undefined ? '' : `The ${message} said no`);

describe('causes of failed exports', () => {
  it.each(failureCauses.map((row) => [row.cause, row] as const))(
    '%s: each code leads to it, with and without EC2’s prefix',
    (_, row) => {
      expect(row.codes.length).toBeGreaterThan(0);
      expect(row.fix.length).toBeGreaterThan(20);
      for (const code of row.codes) {
        expect(code).toMatch(/^[A-Z][A-Za-z0-9]*(\.[A-Za-z]+)?$/);
        for (const written of [code, `Client.${code}`, `Server.${code}`]) {
          expect(failureCause(written, messageOf(row.message))).toBe(row);
        }
        expect(failureCause(`${code}Else`, messageOf(row.message))).not.toBe(row);
        if (row.message !== undefined) expect(failureCause(code, 'something else')).not.toBe(row);
      }
    },
  );

  it('are told with what to do', () => {
    const [found] = failureFindings(aFailedAlert({ errorCode: 'Client.UnauthorizedOperation' }));
    expect(found).toMatchObject({ id: 'failure-cause', answer: 'yes', sources: ['S27'] });
    expect(found?.detail).toMatch(
      /not allowed to export \(Client\.UnauthorizedOperation\); proposed: nothing, if nobody/,
    );
  });

  it('are unknown where no row has the code, or there is none', () => {
    expect(failureFindings(aFailedAlert({ errorCode: 'Client.SomethingNew' }))).toMatchObject([
      { answer: 'unknown', whyUnknown: 'no cause is on file for Client.SomethingNew' },
    ]);
    const { errorCode: _, ...silent } = aFailedAlert();
    expect(failureFindings(silent)).toMatchObject([{ answer: 'unknown' }]);
  });

  it('are not asked of an export that was made', () => {
    expect(failureFindings(anAlert())).toEqual([]);
  });

  it('tell a dry run, which is no refusal', () => {
    expect([isDryRun('Client.DryRunOperation'), isDryRun('DryRunOperation')]).toEqual([true, true]);
    expect([isDryRun('Client.UnauthorizedOperation'), isDryRun(undefined)]).toEqual([false, false]);
    expect(failureCause('Client.DryRunOperation')?.stopped).toBe(false);
  });
});
