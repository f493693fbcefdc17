import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { ConfigInvalid } from '../config/config-invalid.ts';
import type { SoarConfig } from '../config/load-config.ts';
import type { DetectionRule } from '../domain/alert/detection.ts';
import { findPlaybook, playbooksOf, type Playbooks } from '../intake/route.ts';
import { ruleSchema } from './rule-schema.ts';

/** A rule's file cannot be used; it comes with the product, so this is a mistake of ours or of whoever changed it. */
export class RuleInvalid extends Error {
  override readonly name = 'RuleInvalid';
}

const playbookFolders = fileURLToPath(new URL('../../workflows/', import.meta.url));

/** The rules of all playbooks: every file in a `detection` folder beside a playbook. By id. */
export function detectionRules(folder = playbookFolders): DetectionRule[] {
  const files = readdirSync(folder).flatMap((playbook) => {
    const own = join(folder, playbook, 'detection');
    return existsSync(own) ? readdirSync(own).map((name) => join(own, name)) : [];
  });
  const rules = files.filter((file) => file.endsWith('.yaml')).map(readRule);
  rules.sort((a, b) => a.id.localeCompare(b.id));
  const twice = rules.find(({ id }, index) => rules[index + 1]?.id === id);
  if (twice) throw new RuleInvalid(`two rules have the id ${twice.id}`);
  return rules;
}

function readRule(file: string): DetectionRule {
  const parsed = ruleSchema.safeParse(contentsOf(file));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`);
    throw new RuleInvalid(problems.join('\n'));
  }
  const { from, ...rule } = parsed.data;
  if (rule.id !== basename(file, '.yaml')) throw new RuleInvalid(`${file}: id: must be the name of the file`);
  return { ...rule, lookback: from };
}

function contentsOf(file: string): unknown {
  try {
    return parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new RuleInvalid(`${file}: is not YAML`, { cause: error });
  }
}

/** The rules that this installation runs: those that it names, else those whose calls one of its playbooks takes. */
export function configuredRules(config: SoarConfig, all = detectionRules()): DetectionRule[] {
  const { file, detection } = config;
  const wanted = detection?.rules;
  if (!wanted) return all.filter((rule) => isTaken(rule, playbooksOf(config)));
  const known = all.map(({ id }) => id);
  const problems = wanted.flatMap((id, index) =>
    known.includes(id)
      ? []
      : [{ path: `detection.rules[${index}]`, message: `is not a rule; there are ${known.join(', ')}` }],
  );
  if (problems.length > 0) throw new ConfigInvalid(file, problems);
  return all.filter(({ id }) => wanted.includes(id));
}

const isTaken = ({ condition: { actions, provider } }: DetectionRule, playbooks: Playbooks): boolean =>
  actions.some((action) => findPlaybook(action, provider, playbooks) !== undefined);
