import { techniquesOf } from '../domain/report/attack.ts';
import { ec2VmExportPlaybook } from '../../workflows/ec2-vm-export/playbook.ts';
import type { Procedure } from '../../workflows/shared/descriptor.ts';
import type { ExternalReference } from './types.ts';
import type { Phase } from '../domain/phase.ts';

const { techniques, references, procedures } = ec2VmExportPlaybook;

const attack = techniquesOf(techniques, { findings: [], verdict: 'undetermined' }).map(
  ({ technique: { id, name } }): ExternalReference => ({
    name,
    source: 'mitre-attack',
    url: `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`,
    external_id: id,
  }),
);

/** A page of this source tree, under the first number of the checklist that it answers. */
const asReference = ({ title, path, sources }: Procedure): ExternalReference => ({
  name: title,
  source: path,
  ...(sources[0] === undefined ? {} : { external_id: sources[0] }),
});

export const proceduresIn = (phase: Phase): ExternalReference[] =>
  procedures.filter((procedure) => procedure.phase === phase).map(asReference);

/** All that the playbook refers to; techniques once. */
export const allReferences: ExternalReference[] = [
  ...references
    .filter(({ url }) => attack.every((technique) => technique.url !== url))
    .map(({ title, url }) => ({ name: title, url })),
  ...attack,
  ...procedures.map(asReference),
];
