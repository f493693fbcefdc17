import type { Finding } from '../../../../src/domain/findings/evidence.ts';
import { investigationFindings, triageFindings, validationFindings } from '../../../../src/domain/findings/findings.ts';
import type { Investigated } from '../../../../src/domain/findings/investigated.ts';
import { aCaseFile, aTrail, aUser } from '../../../support/builders.ts';

export const known = (changes: Partial<Investigated> = {}): Investigated => ({
  ...aCaseFile(),
  principal: aUser(),
  bucketTrail: aTrail(),
  lineage: { behind: [], taken: [], made: [], gaps: [] },
  ...changes,
});
export const everything = (changes: Partial<Investigated> = {}): Finding[] => [
  ...triageFindings(known(changes)),
  ...validationFindings(known(changes)),
  ...investigationFindings(known(changes)),
];
/** The last answer counts, as in an incident. */
export const find = (id: string, changes: Partial<Investigated> = {}): Finding =>
  everything(changes).findLast((finding) => finding.id === id)!;

export const nothing: Partial<Investigated> = {
  instance: null,
  task: null,
  object: null,
  bucket: null,
  reads: null,
  actorTrail: null,
  principal: null,
  bucketTrail: null,
  lineage: null,
  tagTrail: null,
  exportTrail: null,
};
