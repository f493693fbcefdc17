import { WebClient, LogLevel } from '@slack/web-api';
import { startSlackLab, type SlackLab, type SlackLabOptions } from '../../src/lab/slack/slack-lab.ts';

const botToken = 'xoxb-lab';
export const appToken = 'xapp-lab';
export const signingSecret = 'a signing secret of the lab';
export const incidents = 'C0INCIDENT';
export const alice = 'U0ALICE001';
export const bob = 'U0BOB00001';

/** A workspace with two people and three channels: one for incidents, one without the app, one of the past. */
export const aSlackLab = (changes: Partial<SlackLabOptions> = {}): Promise<SlackLab> =>
  startSlackLab({
    botToken,
    appToken,
    signingSecret,
    channels: [
      { id: incidents, name: 'incidents' },
      { id: 'C0PRIVATE1', name: 'payroll', appIn: false },
      { id: 'C0OLD00001', name: 'incidents-2024', archived: true },
    ],
    members: [
      { id: alice, name: 'alice', realName: 'Alice Adams' },
      { id: bob, name: 'bob', realName: 'Bob Brown' },
      { id: 'U0CAROL001', name: 'carol', deactivated: true },
    ],
    userGroups: [{ id: 'S0ONCALL01', members: [alice, bob] }],
    ...changes,
  });

/** Slack's own client, which says what it was answered and does not try again. */
export const slackClient = ({ apiUrl }: SlackLab, token = botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logLevel: LogLevel.ERROR,
  });
