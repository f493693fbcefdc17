import type { ReadSlackGroup } from '../directory/slack-groups.ts';
import { slack, slackClient, type SlackConnection } from './client.ts';

/** Who is in a Slack user group now, by member ids; takes the scope usergroups:read. */
export function groupMembers(connection: SlackConnection): ReadSlackGroup {
  const client = slackClient(connection);
  return async (usergroup) => {
    const { users } = await slack(`the members of user group ${usergroup}`, () =>
      client.usergroups.users.list({ usergroup }),
    );
    return users ?? [];
  };
}
