import { id, list, name, secret, section, text, url } from './forms.ts';

/** Where the rules search: an Elasticsearch or OpenSearch, or CloudTrail's own event history where there is none. */
const searchSource = section({
  url,
  apiKey: secret.exactOptional(),
  username: name.exactOptional(),
  password: secret.exactOptional(),
  indices: list(text(/^[a-z0-9_.*-]{1,200}$/, 'an index pattern'), 'index patterns')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
}).superRefine(({ apiKey, username, password }, context) => {
  const problem = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  if (apiKey && (username !== undefined || password))
    problem('apiKey', 'and username with password exclude each other');
  if ((username === undefined) !== (password === undefined)) problem('username', 'and password belong together');
});

export const detection = section({
  /** Ids of rules; all that come with the playbooks when it is absent. */
  rules: list(id, 'ids of rules').exactOptional(),
  search: searchSource.exactOptional(),
});
