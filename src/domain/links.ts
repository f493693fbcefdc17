import { partitionOf, type Partition } from './policy/arns.ts';
import { plainText } from './escape.ts';

/**
 * Where Temporal UI shows a workflow: it wants ids encoded exactly once. What encodeURIComponent leaves as it is and Markdown
 * could take for its own is encoded, too: part of an id can be somebody else's text.
 */
export const workflowLink = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl.replace(/\/+$/, '')}/namespaces/${encode(namespace)}/workflows/${encode(workflowId)}`;

/** A search in Discover, in the space's default data view; `query` is KQL, times are ISO 8601 or `now`. */
export const discoverLink = (
  { url, space }: KibanaPlace,
  query: string,
  { from, to }: { from: string; to: string },
): string =>
  `${kibanaBase({ url, space })}/app/discover#/` +
  `?_g=${encode(`(time:(from:${rison(from)},to:${rison(to)}))`)}` +
  `&_a=${encode(`(query:(language:kuery,query:${rison(query)}))`)}`;

/** The alert itself, as Kibana writes it into `kibana.alert.url`. */
export const alertLink = ({ url, space }: KibanaPlace, alertId: string, detectedAt: string): string =>
  `${kibanaBase({ url, space })}/app/security/alerts/redirect/${encode(alertId)}` +
  `?index=${encode(`.alerts-security.alerts-${space}`)}&timestamp=${encode(detectedAt)}`;

export interface KibanaPlace {
  url: string;
  space: string;
}

const kibanaBase = ({ url, space }: KibanaPlace): string =>
  `${url.replace(/\/+$/, '')}${space === 'default' ? '' : `/s/${encode(space)}`}`;

/** CloudTrail's event history in AWS's console; undefined for what is no Region that we know a console of. */
export function trailLink(region: string, attribute: 'AccessKeyId' | 'EventId', value: string): string | undefined {
  const host = consoles[partitionOf(region)];
  if (host === undefined || !/^[a-z]{2}(-gov)?-[a-z]+-\d$/.test(region)) return undefined;
  return `https://${host}/cloudtrailv2/home?region=${region}#/events?${attribute}=${encode(value)}`;
}

const consoles: Partial<Record<Partition, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

/** Exactly this value of a field in KQL. */
export const kqlTerm = (field: string, value: string): string =>
  `${field}: "${plainText(value).replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;

/** A string of RISON, the notation of Kibana's addresses. */
const rison = (text: string): string => `'${text.replace(/[!']/g, (mark) => `!${mark}`)}'`;

const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*_~]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
