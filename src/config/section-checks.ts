import { isResponder } from '../domain/policy/perimeter.ts';

/** The configuration, as far as its sections depend on each other. */
interface Sections {
  accounts: { id: string; roles: { observe: string; contain: string } }[];
  organisation: { accounts: string[] };
  partners: { accounts: string[] }[];
  responders?: string[];
  notices: { channel?: string; instructions?: string }[];
  approvals: {
    gatewayKeys: Record<string, string>;
    groups: { slackGroup?: string }[];
    pageAfter?: number;
    times: Record<string, { pageAfter?: number }>;
  };
  gateway: { keyId: string };
  slack?: object;
  pager?: object;
}
type Report = (path: (string | number)[], message: string) => void;

/** What is wrong between the sections, each of which is right by itself. */
export function checkSections(config: Sections, problem: Report): void {
  checkPartners(config, problem);
  checkResponders(config, problem);
  checkNotices(config, problem);
  checkSlackGroups(config, problem);
  checkPages(config, problem);
  checkGateway(config, problem);
}

function checkPartners({ accounts, organisation, partners }: Sections, problem: Report): void {
  const own = [...accounts.map(({ id }) => id), ...organisation.accounts];
  partners.forEach(({ accounts: theirs }, index) => {
    const both = theirs.find((id) => own.includes(id));
    if (both === undefined) return;
    problem(['partners', index, 'accounts'], `${both} is an account of the organisation: a partner is outside`);
  });
}

function checkResponders({ accounts, responders }: Sections, problem: Report): void {
  if (!responders) return;
  const ours = accounts.flatMap(({ roles }) => [roles.observe, roles.contain]);
  for (const role of ours.filter((arn) => !isResponder(arn, responders))) {
    const why = 'denies would lock our own role out of what it has to check and undo';
    problem(['responders'], `must match ${role}: ${why}`);
  }
  responders.forEach((pattern, index) => {
    if (/^\d{12}$/.test(pattern.split(':')[4] ?? '')) return;
    problem(['responders', index], 'must name the account: in one of their own, outsiders give a role any name');
  });
}

function checkNotices({ notices, slack }: Sections, problem: Report): void {
  notices.forEach(({ channel, instructions }, index) => {
    if (instructions !== undefined || (slack && channel !== undefined)) return;
    const message = 'is needed where Slack does not tell them (section slack and channel): what a person has to do';
    problem(['notices', index, 'instructions'], message);
  });
}

function checkSlackGroups({ approvals, slack }: Sections, problem: Report): void {
  if (slack) return;
  approvals.groups.forEach(({ slackGroup }, index) => {
    if (slackGroup === undefined) return;
    problem(['approvals', 'groups', index, 'slackGroup'], 'needs the section slack: who is in it is asked there');
  });
}

function checkPages({ approvals, pager }: Sections, problem: Report): void {
  if (pager) return;
  const times = Object.entries(approvals.times).map(([severity, own]) => ({ path: ['times', severity], ...own }));
  for (const { path, pageAfter } of [{ path: [], pageAfter: approvals.pageAfter }, ...times]) {
    if (pageAfter === undefined) continue;
    problem(['approvals', ...path, 'pageAfter'], 'needs the section pager: who is paged is known there');
  }
}

function checkGateway({ approvals, gateway }: Sections, problem: Report): void {
  if (gateway.keyId in approvals.gatewayKeys) return;
  const known = Object.keys(approvals.gatewayKeys).join(', ');
  problem(['gateway', 'keyId'], `must be one of approvals.gatewayKeys: ${known}`);
}
