import { APP, TEAM } from '../options.ts';
import { SlackRefusal } from '../refusal.ts';
import type { Method } from './method.ts';

export const people = {
  'auth.test': () => ({
    url: `https://${TEAM.domain}.slack.com/`,
    team: TEAM.name,
    team_id: TEAM.id,
    user: APP.name,
    user_id: APP.userId,
    bot_id: APP.botId,
    is_enterprise_install: false,
  }),

  'users.info': ({ workspace }, given) => {
    const { id, name, realName = name, deactivated = false } = workspace.member(given.required('user'));
    return {
      user: {
        id,
        team_id: TEAM.id,
        name,
        real_name: realName,
        deleted: deactivated,
        is_bot: false,
        profile: { display_name: name, real_name: realName },
      },
    };
  },

  'usergroups.users.list': ({ workspace }, given) => {
    const group = workspace.userGroups.find(({ id }) => id === given.required('usergroup'));
    if (!group) throw new SlackRefusal('no_such_subteam');
    return { users: group.members };
  },
} satisfies Record<string, Method>;
