import type { ApproverDirectory } from '../../src/domain/approval/approval.ts';
import type { Gap } from '../../src/domain/findings/kept.ts';

/** Ids of the members of a Slack user group; rejects when Slack does not tell. */
export type ReadSlackGroup = (slackGroup: string) => Promise<string[]>;

const freshFor = 5 * 60_000;
/** A decision waits for this answer: a slow Slack must not hold it up. */
const patience = 2_000;

/**
 * Adds the approvers whom Slack knows in a user group to the members that the configuration lists. Answers are kept for
 * five minutes; when Slack does not tell, only listed members count, and the gap is said (P6, P8).
 */
export function slackGroups(
  read: ReadSlackGroup,
  now: () => number = Date.now,
): (directory: ApproverDirectory) => Promise<ApproverDirectory> {
  const known = new Map<string, { until: number; members: string[] }>();

  const membersOf = async (slackGroup: string): Promise<string[]> => {
    const cached = known.get(slackGroup);
    if (cached && cached.until > now()) return cached.members;
    const members = await inTime(read(slackGroup));
    known.set(slackGroup, { until: now() + freshFor, members });
    return members;
  };

  return async (directory) => {
    const gaps: Gap[] = [];
    const groups = await Promise.all(
      (directory.groups ?? []).map(async ({ id, members, slackGroup }) => {
        if (slackGroup === undefined) return { id, members };
        try {
          const inSlack = await membersOf(slackGroup);
          const people = directory.approvers.filter(({ slack }) => slack !== undefined && inSlack.includes(slack));
          return { id, members: [...new Set([...members, ...people.map((person) => person.id)])] };
        } catch (error) {
          const reason = error instanceof Error ? error.message : 'no reason was given';
          gaps.push({
            what: `who is in group ${id}`,
            why: `Slack did not tell (${reason}): only listed members count`,
          });
          return { id, members };
        }
      }),
    );
    return { ...directory, groups, gaps };
  };
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patience / 1000} s`)), patience);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
