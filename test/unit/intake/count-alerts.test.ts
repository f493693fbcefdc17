import { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { alertCounting } from '../../../src/intake/count-alerts.ts';
import { aFailedAlert, anAlert, anIamUser, aRoleSession, ids } from '../../support/builders.ts';

const by = (name: string) =>
  anAlert({ principal: anIamUser({ name, arn: `arn:aws:iam::${ids.account}:user/${name}` }) });

it('an incident that somebody has filled with alerts has room for whoever is first heard of, and then for nobody', () => {
  const counting = alertCounting(new Client());
  for (let number = 0; number < 49; number++) counting.attached('incident', by('mallory'));
  expect(counting.isFull('incident', by('mallory'))).toBe(false);
  counting.attached('incident', by('mallory'));
  expect(counting.isFull('incident', by('mallory'))).toBe(true);
  expect(counting.isFull('incident', by('carol'))).toBe(false);
  expect(counting.isFull('incident', aFailedAlert({ principal: by('carol').principal }))).toBe(true);

  counting.attached('incident', by('carol'));
  expect(counting.isFull('incident', by('carol'))).toBe(true);
  // Names of sessions cost nothing, and make nobody new.
  const session = (number: number) =>
    anAlert({ principal: aRoleSession({ arn: `arn:aws:sts::${ids.account}:assumed-role/backup/${number}` }) });
  counting.attached('incident', session(1));
  expect(counting.isFull('incident', session(2))).toBe(true);

  for (let number = 0; number < 20; number++) {
    const next = by(`user-${number}`);
    if (!counting.isFull('incident', next)) counting.attached('incident', next);
  }
  expect(counting.isFull('incident', by('user-21'))).toBe(true);
});
