/** A person of the workspace. */
export interface Member {
  id: string;
  /** The handle: anybody may take any that is free. */
  name: string;
  realName?: string;
  deactivated?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  /** Whether the app was invited. Default true. */
  appIn?: boolean;
  archived?: boolean;
}

export interface UserGroup {
  id: string;
  members: string[];
}

export interface SlackLabOptions {
  botToken: string;
  signingSecret: string;
  /** Allows Socket Mode. */
  appToken?: string;
  /** Where interactions are sent; without it they go through Socket Mode. Can be set later. */
  interactivityUrl?: string;
  channels: Channel[];
  members: Member[];
  userGroups?: UserGroup[];
  /** Of the Web API; a free one by default. */
  port?: number;
  /** Of the page; a free one by default. */
  pagePort?: number;
  /** How long an app may take to acknowledge. Slack gives 3 seconds; a test of silence can do with less. */
  acknowledgeWithinMs?: number;
}

export const TEAM = { id: 'T0LABTEAM1', domain: 'lab', name: 'Lab' } as const;

/** The app as Slack names it. */
export const APP = { id: 'A0LABAPP01', botId: 'B0LABBOT01', userId: 'U0LABBOT01', name: 'incident-response' } as const;
