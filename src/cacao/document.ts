import { ec2VmExportPlaybook } from '../../workflows/ec2-vm-export/playbook.ts';
import { identifier } from './identifier.ts';
import { phaseTexts } from './phases.ts';
import { allReferences } from './references.ts';
import { agents, startStep, workflow } from './steps.ts';
import type { CacaoPlaybook } from './types.ts';

/** To the millisecond, as the standard has it. `modified` names the version: move it when the document changes. */
const times = { created: '2026-11-22T21:30:00.000Z', modified: '2026-11-22T21:30:00.000Z' };

const { id, title, version, maintainer, card, events } = ec2VmExportPlaybook;

/** "AWS EC2 instance exported as VM" as a CACAO 2.0 playbook. */
export const ec2VmExportCacao: CacaoPlaybook = {
  type: 'playbook',
  spec_version: 'cacao-2.0',
  id: identifier('playbook', id),
  name: title,
  description: [
    `Version ${version} of ${card.lastUpdated}, maintained by ${maintainer}. Generated from the code of temporal-soar, ` +
      'which carries it out; to another engine its commands are work for people.',
    `Bear in mind: ${card.considerations.join(' ')}`,
    `Readers are assumed to know ${card.assumptions.join('; ')}.`,
  ].join('\n\n'),
  playbook_types: ['investigation', 'mitigation', 'remediation', 'prevention'],
  playbook_activities: [...new Set(Object.values(phaseTexts).map(({ activity }) => activity))],
  playbook_processing_summary: { manual_playbook: true, parallel_processing: true, if_logic: true },
  created_by: identifier('identity', maintainer),
  ...times,
  labels: [card.incidentType, ...events],
  external_references: allReferences,
  playbook_variables: {
    __alert__: {
      type: 'dictionary',
      description: 'The alert that opens the incident: a CloudTrail record of one of the calls that are its labels.',
      external: true,
    },
    __verdict__: {
      type: 'string',
      description: 'What the facts come to, such as authorised or unauthorised-export.',
      external: false,
    },
  },
  workflow_start: startStep,
  workflow,
  agent_definitions: agents,
};

export const cacaoFile = 'docs/playbooks/ec2-vm-export.cacao.json';
export const cacaoText = `${JSON.stringify(ec2VmExportCacao, null, 2)}\n`;
