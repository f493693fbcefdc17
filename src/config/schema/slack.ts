import { z } from 'zod';
import { allowed, flag, name, secret, section, text, url } from './forms.ts';

export const slackMember = text(/^[UW][A-Z0-9]{6,20}$/, "a Slack member's id, such as U012AB3CD");

export const slackChannel = text(/^[CG][A-Z0-9]{6,20}$/, "a Slack channel's id, such as C012AB3CD");

export const slack = section({
  botToken: secret,
  /** Requests of Slack to our address are signed with it; without it, Socket Mode. */
  signingSecret: secret.exactOptional(),
  /** App-level token of Socket Mode, for those without a public address. */
  appToken: secret.exactOptional(),
  /** Instead of Slack's own; for a stand-in. */
  apiUrl: url.exactOptional(),
  /** Where incidents are told and people asked. */
  channel: slackChannel,
  /** Channels that an instance's tag may name, by the name that stands in the tag; the actor may be able to write tags. */
  ownerChannels: z.record(name, slackChannel, { error: allowed('names with channel ids') }).default({}),
  /** Tells an incident in the owner's channel instead: an insider may be reading there. */
  tellOwner: flag.default(false),
}).superRefine(({ signingSecret, appToken }, context) => {
  if (signingSecret ?? appToken) return;
  context.addIssue({ code: 'custom', message: 'needs signingSecret (HTTP) or appToken (Socket Mode)' });
});
