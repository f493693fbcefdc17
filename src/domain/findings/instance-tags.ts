import type { Environment, Fact, SeverityFacts } from '../severity/assessment.ts';
import type { InstanceFacts } from './facts.ts';
import type { AccountProfile, ResponsePolicy } from '../response-policy.ts';

/** Words for environments as people write them in tags, without case and separators. */
const words: Record<string, Environment> = {
  production: 'production',
  prod: 'production',
  prd: 'production',
  live: 'production',
  staging: 'staging',
  stage: 'staging',
  stg: 'staging',
  preprod: 'staging',
  preproduction: 'staging',
  uat: 'staging',
  development: 'development',
  dev: 'development',
  sandbox: 'development',
  test: 'test',
  testing: 'test',
  qa: 'test',
};
/** Worst first: where tags disagree, the worst counts, whichever was written last. */
const severest: Environment[] = ['production', 'staging', 'development', 'test'];
const worse = (environments: Environment[]): Environment =>
  severest.find((environment) => environments.includes(environment)) ?? 'unknown';

/** The instance's tags of these names, in the order of the configuration. */
export function tagsNamed(instance: InstanceFacts | null, names: string[]): { name: string; value: string }[] {
  const tags = instance?.tags ?? {};
  return names.flatMap((name) => {
    const value = Object.hasOwn(tags, name) ? tags[name] : undefined;
    return value === undefined || value.trim() === '' ? [] : [{ name, value }];
  });
}

const shown = (tags: { name: string; value: string }[]): string =>
  tags.map(({ name, value }) => `${name}=${value}`).join(', ');

/**
 * Environment of the instance (S57, S62, S65). The account's profile is ours, the tag may be the actor's: a tag can make
 * it worse than the profile anywhere, better only in an account that is configured as mixed.
 */
export function environmentOf(
  account: AccountProfile | null,
  instance: InstanceFacts | null,
  tagNames: string[],
  doubtful = false,
): Fact<Environment> {
  const tags = tagsNamed(instance, tagNames);
  const tagged = worse(tags.map(({ value }) => words[value.toLowerCase().replace(/[^a-z]/g, '')] ?? 'unknown'));
  const profile = account && account.environment !== 'mixed' ? account.environment : null;
  if (profile) {
    const isWorse = tagged === 'production' || (tagged === 'staging' && profile !== 'production');
    const value = isWorse ? tagged : profile;
    return value === profile
      ? { value, evidence: `account ${account?.name ?? ''} is configured as ${profile}` }
      : { value, evidence: `instance tag ${shown(tags)}` };
  }
  if (tags.length === 0) {
    return {
      value: 'unknown',
      evidence: instance ? 'the instance has no environment tag' : 'the instance was not read',
    };
  }
  const evidence = `instance tag ${shown(tags)}`;
  if (tagged === 'unknown') return { value: 'unknown', evidence: `${evidence} is no known environment` };
  if (tagged === 'production' || tagged === 'staging') return { value: tagged, evidence };
  if (doubtful)
    return { value: 'unknown', evidence: `${evidence}, but it was changed by the actor or shortly before the export` };
  if (!account) return { value: 'unknown', evidence: `${evidence}, but the account is not in config` };
  return { value: tagged, evidence };
}

/** Classification of the instance's data from its tags (S58, S63, S66); the worst of several counts. */
export function classificationOf(
  instance: InstanceFacts | null,
  policy: Pick<ResponsePolicy, 'tags' | 'classifications'>,
  doubtful = false,
): SeverityFacts['classification'] {
  const tags = tagsNamed(instance, policy.tags.classification);
  if (tags.length === 0) {
    return {
      value: 'unknown',
      evidence: instance ? 'the instance has no classification tag' : 'the instance was not read',
    };
  }
  const evidence = `instance tag ${shown(tags)}`;
  const values = tags.map(({ value }) => value.trim().toLowerCase());
  const has = (list: string[]) => list.some((word) => values.includes(word.trim().toLowerCase()));
  if (has(policy.classifications.sensitive)) return { value: 'sensitive', evidence };
  if (has(policy.classifications.internal)) return { value: 'internal', evidence };
  if (!has(policy.classifications.public))
    return { value: 'unknown', evidence: `${evidence} is no known classification` };
  return doubtful
    ? { value: 'unknown', evidence: `${evidence}, but it was changed by the actor or shortly before the export` }
    : { value: 'public', evidence };
}
