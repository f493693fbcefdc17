import type { Environment, Fact, SeverityFacts } from '../severity/assessment.ts';
import type { InstanceFacts } from './facts.ts';
import type { ResponsePolicy } from '../response-policy.ts';
import type { AccountProfile } from '../account-profile.ts';

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

const wordOf = (value: string): Environment => words[value.toLowerCase().replace(/[^a-z]/g, '')] ?? 'unknown';

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
  /** Why what they say in its favour is not believed. */
  doubt: string | null = null,
): Fact<Environment> {
  const tags = tagsNamed(instance, tagNames);
  const tagged = worse(tags.map(({ value }) => wordOf(value)));
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
  if (tagged === 'production' || tagged === 'staging') return { value: tagged, evidence };
  // A word that nobody knows may mean something worse than the one beside it (P8).
  const unread = tags.filter(({ value }) => wordOf(value) === 'unknown');
  if (unread.length > 0) return { value: 'unknown', evidence: `instance tag ${shown(unread)} is no known environment` };
  if (doubt !== null) return { value: 'unknown', evidence: `${evidence}, but ${doubt}` };
  if (!account) return { value: 'unknown', evidence: `${evidence}, but the account is not in config` };
  return { value: tagged, evidence };
}

/** Classification of the instance's data from its tags (S58, S63, S66); the worst of several counts. */
export function classificationOf(
  instance: InstanceFacts | null,
  policy: Pick<ResponsePolicy, 'tags' | 'classifications'>,
  doubt: string | null = null,
): SeverityFacts['classification'] {
  const tags = tagsNamed(instance, policy.tags.classification);
  if (tags.length === 0) {
    return {
      value: 'unknown',
      evidence: instance ? 'the instance has no classification tag' : 'the instance was not read',
    };
  }
  const evidence = `instance tag ${shown(tags)}`;
  const among =
    (list: string[]) =>
    ({ value }: { value: string }): boolean =>
      list.some((word) => word.trim().toLowerCase() === value.trim().toLowerCase());
  const { sensitive, internal, public: harmless } = policy.classifications;
  if (tags.some(among(sensitive))) return { value: 'sensitive', evidence };
  if (tags.some(among(internal))) return { value: 'internal', evidence };
  const unread = tags.filter((tag) => !among(harmless)(tag));
  if (unread.length > 0)
    return { value: 'unknown', evidence: `instance tag ${shown(unread)} is no known classification` };
  return doubt === null ? { value: 'public', evidence } : { value: 'unknown', evidence: `${evidence}, but ${doubt}` };
}
