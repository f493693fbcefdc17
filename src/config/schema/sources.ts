import { duration, httpsUrl, list, name, secret, section, strings, text } from './forms.ts';
import { arnPattern } from './aws-names.ts';
import { slackMember } from './slack.ts';

/** Words stand in queries of others: letters, digits, spaces and hyphens ask nothing else. */
const searchWord = text(/^[\p{L}\d][\p{L}\d -]{1,39}$/u, 'a word of up to 40 letters, digits, spaces and hyphens');

const emailAddress = text(/^[^\s@]{1,64}@[^\s@]{1,190}$/, 'an e-mail address');

const githubName = text(/^[A-Za-z0-9](?:[A-Za-z0-9-_]{0,38})$/, 'a name in GitHub');

/** Cloud, by an API token of one of its users. */
const atlassian = {
  url: httpsUrl,
  email: emailAddress,
  token: secret,
};

/** Where people may have written about an export; each is asked where it is configured. */
export const sourcesSection = section({
  budget: duration.prefault('60s'),
  window: duration.prefault('14d'),
  words: list(searchWord, 'words').max(5, { error: 'must be 5 words at most' }).default(['export', 'migration']),
  github: section({
    url: httpsUrl.default('https://api.github.com'),
    token: secret,
    organisation: githubName,
  }).exactOptional(),
  jira: section({
    ...atlassian,
    /** Names of states and resolutions that mean no. */
    declined: strings('names of states', 'Declined', 'Rejected', "Won't Do"),
  }).exactOptional(),
  confluence: section(atlassian).exactOptional(),
  slack: section({ token: secret, apiUrl: httpsUrl.exactOptional() }).exactOptional(),
});

/** Who is behind AWS identities, and who they are elsewhere. */
export const identity = section({
  principals: list(arnPattern, 'ARN patterns of identities that are theirs alone').min(1, {
    error: 'must not be empty',
  }),
  name,
  github: githubName.exactOptional(),
  slack: slackMember.exactOptional(),
  jira: text(/^[A-Za-z0-9:-]{5,128}$/, 'an Atlassian account id').exactOptional(),
});
