import type { WebClient } from '@slack/web-api';
import { refusalCode, slack, slackClient } from '../../../activities/slack/client.ts';
import type { SoarConfig } from '../../config/load-config.ts';
import { slackSettings } from '../../config/slack-settings.ts';
import { failed, ok, probe, warning, type Check, type Finding } from './check.ts';

/** The login, and each channel that something is told in: what Slack would not take there is given up. */
export const askSlack = (config: SoarConfig): Promise<Check[]>[] => [
  probe('Slack', { next: 'check slack.botToken and slack.channel' }, () => askWorkspace(config)),
  ...otherChannels(config).map(({ name, channel }) =>
    probe(`Slack channel of ${name}`, { next: `check ${name}` }, () => askChannel(clientOf(config), channel)),
  ),
];

/** Beside that of incidents, by the setting that names them. */
function otherChannels({ slack: settings, notices }: SoarConfig): { name: string; channel: string }[] {
  if (!settings) return [];
  const owners = settings.tellOwner ? Object.entries(settings.ownerChannels) : [];
  return [
    ...owners.map(([owner, channel]) => ({ name: `slack.ownerChannels.${owner}`, channel })),
    ...notices.flatMap(({ id, channel }) => (channel === undefined ? [] : [{ name: `notice ${id}`, channel }])),
  ];
}

const clientOf = (config: SoarConfig): WebClient | null => {
  const settings = slackSettings(config, '');
  return settings && slackClient(settings);
};

async function askWorkspace(config: SoarConfig): Promise<Finding | null> {
  const client = clientOf(config);
  if (!client) return null;
  const { team, user } = await slack('logging in', () => client.auth.test());
  const of = await askChannel(client, config.slack?.channel ?? '');
  return of && { ...of, found: `logged in as ${user ?? 'our app'} in ${team ?? 'the workspace'}; ${of.found}` };
}

const mend = (what: string): string =>
  `${what}; open incidents keep the channel that they were opened with, another id holds for new ones`;

/** Whether a post would be taken, without posting; that of an archived channel can still be read. */
async function askChannel(client: WebClient | null, channel: string): Promise<Finding | null> {
  if (!client) return null;
  const what = `reading channel ${channel}`;
  const info = await slack(what, () => client.conversations.info({ channel })).catch((error: unknown) => {
    if (refusalCode(error) === 'missing_scope') return null;
    throw error;
  });
  if (info?.channel?.is_archived) {
    return failed(
      `channel ${channel} is archived: nothing that is told there arrives, requests included`,
      mend('unarchive it and see that the app is in it'),
    );
  }
  if (info?.channel?.is_member === false) {
    return failed(
      `the app is not in channel ${channel}: nothing that is told there arrives, requests included`,
      mend('invite the app'),
    );
  }
  await slack(what, () => client.conversations.history({ channel, limit: 1 }));
  if (info) return ok(`in channel ${channel}`);
  return warning(
    `in channel ${channel}; whether it is archived is not known`,
    'give the app the scopes channels:read and groups:read (deploy/slack-manifest.yaml), and install it again',
  );
}
