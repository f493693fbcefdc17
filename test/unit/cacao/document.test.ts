import { globSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { cacaoFile, cacaoText, ec2VmExportCacao } from '../../../src/cacao/document.ts';
import { uuid5 } from '../../../src/cacao/identifier.ts';
import { kindsOf } from '../../../src/cacao/phases.ts';
import type { Step } from '../../../src/cacao/types.ts';
import { actionKinds } from '../../../src/domain/acts/action-kinds.ts';
import { containmentPlan } from '../../../src/domain/plan/containment-plan.ts';
import { eradicationPlan } from '../../../src/domain/plan/eradication-plan.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { recoveryPlan } from '../../../src/domain/plan/recovery-plan.ts';
import { ec2VmExportPlaybook } from '../../../workflows/ec2-vm-export/playbook.ts';
import { anAlert, aPlanInput, aRole, aRoleSession, aTask } from '../../support/builders.ts';
import { phases } from '../../../src/domain/phase.ts';
import { actionKind } from '../../../src/domain/acts/action-id.ts';

const base = 'https://raw.githubusercontent.com/oasis-open/cacao-json-schemas/main/schemas/';
const folder = new URL('../../fixtures/cacao/schemas/', import.meta.url);

/**
 * The schemas name draft 07, which does not know `unevaluatedProperties`; under a later draft they refuse unknown properties,
 * too, and `command` in every command, because commands/command-data.json closes what each kind of command extends. So that
 * one is left open, and each command is checked by the schema of its own kind.
 */
function validator() {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  for (const file of globSync('**/*.json', { cwd: folder })) {
    const schema = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, unknown>;
    if (file.endsWith('command-data.json')) delete schema.unevaluatedProperties;
    ajv.addSchema(schema);
  }
  return (name: string, value: unknown): string[] => {
    ajv.validate(`${base}${name}.json`, value);
    return (ajv.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
}
const problems = validator();
const steps = Object.values(ec2VmExportCacao.workflow);
const commands = steps.flatMap((step) => (step.type === 'action' ? step.commands : []));
const changed = (changes: object) => problems('playbook', { ...ec2VmExportCacao, ...changes });

/** Ids of the steps that may come after one. */
const after = (step: Step): string[] =>
  Object.entries(step).flatMap(([name, value]) =>
    ['on_completion', 'on_success', 'on_failure', 'on_true', 'next_steps'].includes(name) ? (value as string[]) : [],
  );

describe('the playbook as a CACAO 2.0 document', () => {
  it('is what npm run cacao makes of the code', () => {
    expect(readFileSync(new URL(`../../../${cacaoFile}`, import.meta.url), 'utf8')).toBe(cacaoText);
  });

  it('is one by the schemas of the standard, which refuse another', () => {
    expect(problems('playbook', ec2VmExportCacao)).toEqual([]);
    expect(commands.flatMap((command) => problems('commands/manual', command))).toEqual([]);
    const [[id, step] = ['', undefined]] = Object.entries(ec2VmExportCacao.workflow);
    expect(changed({ spec_version: 'cacao-1.0' })).not.toEqual([]);
    expect(changed({ owner: 'somebody' })).not.toEqual([]);
    expect(changed({ workflow: { [id]: { ...step, on_failure: id } } })).not.toEqual([]);
    expect(problems('commands/manual', { ...commands[0], by: 'somebody' })).not.toEqual([]);
  });

  it('leads from its start to every step, and from every step to one that is there', () => {
    const { workflow, workflow_start: start } = ec2VmExportCacao;
    const reached = new Set([start]);
    for (const id of reached) for (const next of after(workflow[id]!)) reached.add(next);
    expect([...reached].sort()).toEqual(Object.keys(workflow).sort());
    for (const [id, step] of Object.entries(workflow)) expect(id.split('--')[0]).toBe(step.type);
    const agents = steps.flatMap((step) => (step.type === 'action' ? [step.agent] : []));
    expect([...new Set(agents)].sort()).toEqual(Object.keys(ec2VmExportCacao.agent_definitions).sort());
  });

  it('has a step for each phase, and asks before each that acts', () => {
    const names = steps.map(({ name }) => name);
    for (const phase of phases) expect(names.filter((name) => name === phase)).toHaveLength(1);
    for (const phase of Object.keys(kindsOf)) expect(names).toContain(`approval of ${phase}`);
  });

  it('names every kind of action once, warns of what cannot be undone, and every technique and procedure', () => {
    const named = commands.flatMap(({ command }) => /\(([a-z-]+)\)$/.exec(command)?.[1] ?? []);
    expect(named.sort()).toEqual(Object.keys(actionKinds).sort());
    const about = (kind: string) => commands.find(({ command }) => command.endsWith(`(${kind})`))?.description;
    expect(about('delete-original')).toBe('Cannot be undone.');
    expect(about('isolate-account')).toBe('Hits the whole account.');
    expect(about('lock-bucket')).toBeUndefined();
    const references = ec2VmExportCacao.external_references;
    expect(references.flatMap(({ source, external_id: id }) => (source === 'mitre-attack' ? [id] : [])).sort()).toEqual(
      ec2VmExportPlaybook.techniques.map(({ id }) => id).sort(),
    );
    for (const { path } of ec2VmExportPlaybook.procedures)
      expect(references.map(({ source }) => source)).toContain(path);
    expect(new Set(references.map(({ url, source }) => url ?? source)).size).toBe(references.length);
  });

  it('has each kind in the phase that plans it, in the order of its plan', () => {
    const asRole = { alert: anAlert({ principal: aRoleSession() }), principal: aRole() };
    const inputs = [{}, asRole, { task: aTask({ state: 'active' }) }].map((changes) => aPlanInput(changes));
    const planned = (plan: Plan) => plan.actions.map(({ id }) => actionKind(id));
    const plans = inputs.flatMap((input) => [containmentPlan(input), eradicationPlan(input), recoveryPlan(input)]);
    for (const plan of plans) {
      const { phase, notPlanned } = plan;
      const kinds = kindsOf[phase as keyof typeof kindsOf];
      expect(planned(plan)).toEqual(kinds.filter((kind) => planned(plan).includes(kind)));
      const left = notPlanned.map(({ what }) => actionKind(what)).filter((kind) => Object.hasOwn(actionKinds, kind));
      for (const kind of left) expect(kinds).toContain(kind);
    }
  });
});

describe('a UUID made of a name', () => {
  it('is that of RFC 9562', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    expect(uuid5(dns, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });
});
