import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { incidentLinks, type LinkPlaces } from '../../../src/domain/incident-links.ts';
import { kqlTerm } from '../../../src/domain/links.ts';
import { renderDetails } from '../../../src/slack/render-details.ts';
import { renderLinks } from '../../../src/slack/render-links.ts';
import { anAlert, anArrival, anIamUser, ids, without } from '../../support/builders.ts';
import { aReport } from '../audit/a-report.ts';
import { aMessage } from '../slack/a-message.ts';

const places: LinkPlaces = {
  kibana: { url: 'https://kibana.example/base/', space: 'production' },
  temporalUi: 'https://temporal.example',
};
const workflow = { namespace: 'soar', workflowId: 'ec2-vm-export/1/eu-west-1/x' };
const day = 24 * 3_600_000;
const linksOf = (alert: Alert, to: LinkPlaces = places) => incidentLinks(to, workflow, alert, day);
const linkOf = (alert: Alert, title: string) => linksOf(alert).find((one) => one.title === title);
/** The parts of a Discover address as Kibana reads them. */
const discovered = (alert: Alert, title: string) => {
  const { pathname, origin, hash } = new URL(linkOf(alert, title)!.url);
  expect(origin + pathname).toBe('https://kibana.example/base/s/production/app/discover');
  const state = new URLSearchParams(hash.slice('#/?'.length));
  expect([...state.keys()]).toEqual(['_g', '_a']);
  return { time: state.get('_g')!, query: state.get('_a')! };
};

const hostile = `x"y'z! \\ #frag&_a=(evil)&b=c?d/../..//e|f>g<h\n(i)*`;
const hostileAlert = anAlert({
  eventId: hostile,
  eventName: hostile,
  instanceId: hostile,
  principal: anIamUser({ accessKeyId: hostile, arn: hostile }),
  arrival: anArrival({ door: 'elastic', alertId: hostile, detectedAt: hostile }),
});

describe('links of an incident', () => {
  it('search in Kibana for the call with its instance, around its time', () => {
    const { time, query } = discovered(anAlert(), 'This call in Kibana');
    expect(time).toBe(`(time:(from:'2026-03-02T09:00:00.000Z',to:'2026-03-02T11:00:00.000Z'))`);
    expect(query).toBe(
      `(query:(language:kuery,query:'event.action: "CreateInstanceExportTask" and ` +
        `(aws.cloudtrail.flattened.request_parameters.instanceId: "${ids.instance}" ` +
        `or aws.cloudtrail.request_parameters: *${ids.instance}*)'))`,
    );
  });

  it('search in Kibana and in CloudTrail for the access key, as far back as its activity is read, until now', () => {
    const { time, query } = discovered(anAlert(), 'Access key in Kibana');
    expect(time).toBe(`(time:(from:'2026-03-01T10:00:00.000Z',to:'now'))`);
    expect(query).toContain(`aws.cloudtrail.user_identity.access_key_id: "${ids.accessKey}"`);
    expect(discovered(anAlert(), 'Principal in Kibana').query).toContain(`user_identity.arn: "${ids.userArn}"`);
    expect(linkOf(anAlert(), 'Access key in CloudTrail')).toEqual({
      title: 'Access key in CloudTrail',
      url: `https://console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1#/events?AccessKeyId=${ids.accessKey}`,
      findings: ['access-key', 'key-activity'],
    });
  });

  it('open the alert itself, if it came from Kibana', () => {
    const arrival = anArrival({ door: 'elastic', alertId: 'abc', detectedAt: '2026-03-02T10:05:00.000Z' });
    expect(linkOf(anAlert({ arrival }), 'Alert in Kibana')?.url).toBe(
      'https://kibana.example/base/s/production/app/security/alerts/redirect/abc' +
        '?index=.alerts-security.alerts-production&timestamp=2026-03-02T10%3A05%3A00.000Z',
    );
    expect(linkOf(anAlert({ arrival: anArrival({ door: 'sns', alertId: 'abc' }) }), 'Alert in Kibana')).toBeUndefined();
  });

  it('lead to the console of the partition that the Region is in, and nowhere for another', () => {
    const hostIn = (region: string) => {
      const url = linkOf(anAlert({ region }), 'This call in CloudTrail')?.url;
      return url && new URL(url).host;
    };
    expect(hostIn('us-gov-west-1')).toBe('console.amazonaws-us-gov.com');
    expect(hostIn('cn-north-1')).toBe('console.amazonaws.cn');
    expect(hostIn('ap-southeast-2')).toBe('console.aws.amazon.com');
    expect(hostIn('us-isob-east-1')).toBeUndefined();
    expect(hostIn('eusc-de-east-1')).toBeUndefined();
    expect(hostIn('eu-west-1#@evil.example')).toBeUndefined();
  });

  it('open the workflow in Temporal UI, its id encoded exactly once', () => {
    const { url } = linkOf(anAlert(), 'Incident in Temporal UI')!;
    expect(url).toBe(`https://temporal.example/namespaces/soar/workflows/${encodeURIComponent(workflow.workflowId)}`);
  });

  it('are not made where nothing is configured or the alert does not say it', () => {
    const nowhere = { kibana: null, temporalUi: null };
    const titles = (alert: Alert) => linksOf(alert, nowhere).map(({ title }) => title);
    expect(titles(anAlert())).toEqual(['This call in CloudTrail', 'Access key in CloudTrail']);
    expect(titles(anAlert({ principal: without(anIamUser(), 'accessKeyId') }))).toEqual(['This call in CloudTrail']);
    expect(discovered(without(anAlert(), 'instanceId') as Alert, 'This call in Kibana').query).toBe(
      `(query:(language:kuery,query:'event.action: "CreateInstanceExportTask"'))`,
    );
  });
});

describe('a hostile value', () => {
  it('cannot leave its place in an address', () => {
    for (const { url } of linksOf(hostileAlert)) {
      expect(url).toMatch(/^https:\/\/[\w.-]+\/[\w./%?=#&-]*$/);
      expect(['kibana.example', 'temporal.example', 'console.aws.amazon.com']).toContain(new URL(url).host);
    }
    const alert = new URL(linkOf(hostileAlert, 'Alert in Kibana')!.url);
    expect([...alert.searchParams.keys()]).toEqual(['index', 'timestamp']);
    expect(alert.hash).toBe('');
    expect(alert.pathname.split('/')).toHaveLength(9);
    const trail = new URL(linkOf(hostileAlert, 'This call in CloudTrail')!.url);
    expect(new URLSearchParams(trail.hash.slice('#/events?'.length)).get('EventId')).toBe(hostile);
  });

  it('cannot leave its string in the query, neither of KQL nor of RISON', () => {
    expect(kqlTerm('a', 'x" or b: "y\\\n')).toBe('a: "x\\" or b: \\"y\\\\ "');
    const { query } = discovered(hostileAlert, 'Access key in Kibana');
    const quoted = /^\(query:\(language:kuery,query:'((?:[^!']|![!'])*)'\)\)$/.exec(query);
    const kql = quoted![1]!.replace(/!([!'])/g, '$1');
    expect(kql).toMatch(/^aws\.cloudtrail\.user_identity\.access_key_id: "(?:[^"\\]|\\["\\])*"$/);
    // What is no instance id is not searched for, because a wildcard cannot be quoted.
    expect(discovered(hostileAlert, 'This call in Kibana').query).not.toContain('request_parameters');
  });

  it('ends no link of Slack or Markdown', () => {
    const links = linksOf(hostileAlert);
    const [block] = renderLinks(links) as { text: { text: string } }[];
    const slack = block!.text.text;
    expect(slack.match(/<https:[^<>|\s]+\|[\w ]+>/g)).toHaveLength(links.length);
    expect(slack.match(/[<>]/g)).toHaveLength(2 * links.length);
    const markdown = renderMarkdown(aReport({ links })).split('## Links\n')[1]!.split('\n## ')[0]!;
    expect(markdown.match(/^- \[[\w ]+\]\(https:[^\s()<>]+\)$/gm)).toHaveLength(links.length);
  });
});

it('the details of a request in Slack show the links', () => {
  const shown = (links: ReturnType<typeof linksOf>) => JSON.stringify(renderDetails(aMessage(), links));
  expect(shown(linksOf(anAlert()))).toContain('|Access key in CloudTrail>');
  expect(shown([])).not.toContain('|Access key in CloudTrail>');
});

it('a link too long for a message is left out of it, and stands in the report', () => {
  const links = [{ title: 'Long', url: `https://kibana.example/${'x'.repeat(1000)}`, findings: ['downloaded'] }];
  expect(renderLinks(links)).toEqual([]);
  const findings = renderMarkdown(aReport({ links })).split('## Findings\n')[1]!.split('\n## ')[0]!;
  expect(findings).toContain('[Long](https://kibana.example/xxx');
});

it('an incident of an earlier version has no links, and its report says so', () => {
  expect(renderMarkdown(aReport())).toContain('None: the configuration names no place to link to.');
});
