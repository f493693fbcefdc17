import { MockActivityEnvironment } from '@temporalio/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DetectorAnswer, DetectorNews } from '../../../../activities/kibana/contract.ts';
import { kibanaNotify } from '../../../../activities/kibana/notify.ts';
import { workflowLink } from '../../../../src/domain/links.ts';
import { startKibana, type KibanaDouble } from '../../../support/kibana/kibana.ts';
import { anAlertDocument, setStatusOf, statusOf, tagsOf } from '../../../support/kibana/store.ts';

/** The activity against a stand-in that speaks Kibana's API. */
const key = 'the-api-key-of-these-tests';
const link = 'https://temporal.test/namespaces/soar/workflows/ec2-vm-export%2F1';
let kibana: KibanaDouble;

beforeEach(async () => {
  kibana = await startKibana(key);
});
afterEach(() => kibana.close());

interface Options {
  apiKey?: string;
  space?: string;
  cases?: boolean;
  url?: string;
  linkTo?: () => string | null;
  attempt?: number;
}
/** At the last attempt at which an alert may still turn up, unless the test says which one it is. */
function tell(news: DetectorNews, { attempt = 3, ...options }: Options = {}): Promise<DetectorAnswer> {
  const settings = { url: kibana.url, apiKey: key, space: 'default', cases: false, linkTo: () => link, ...options };
  const notify = kibanaNotify(settings);
  return new MockActivityEnvironment({ attempt }).run((told: DetectorNews) => notify.tellDetector(told), news);
}

const about = {
  incidentKey: 'VMX-ABCDEFGHIJ',
  workflowId: 'ec2-vm-export/1',
  title: 'AWS EC2 instance exported as VM',
};
const alerts = [{ alertId: 'alert-1', eventId: 'event-1' }];
const acknowledged: DetectorNews = { ...about, alerts, state: 'acknowledged' };
const closed: DetectorNews = {
  ...about,
  alerts,
  state: 'closed',
  verdict: 'unauthorised-export',
  severity: 'high',
};
const raise = (alertId: string, eventId: string, space?: string) => {
  const document = anAlertDocument(alertId, eventId, space);
  kibana.space(space).alerts.set(alertId, document);
  return document;
};
const notes = () => kibana.space().notes.map(({ note }) => note);

describe('back to Elastic', () => {
  it('acknowledges an open alert, tags it with the incident and leaves a link', async () => {
    const alert = raise('alert-1', 'event-1');
    expect(await tell(acknowledged)).toEqual({ changed: 1, problems: [] });
    expect(statusOf(alert)).toBe('acknowledged');
    expect(tagsOf(alert)).toEqual(['VMX-ABCDEFGHIJ']);
    expect(notes()).toEqual([`Incident VMX-ABCDEFGHIJ handles this alert: ${link}`]);
    expect(kibana.space().cases).toEqual([]);
  });

  it('closes with the verdict, from open as from acknowledged', async () => {
    const alert = raise('alert-1', 'event-1');
    expect(await tell(closed)).toEqual({ changed: 1, problems: [] });
    expect(statusOf(alert)).toBe('closed');
    expect(tagsOf(alert)).toEqual(['VMX-ABCDEFGHIJ', 'verdict: unauthorised-export']);
    expect(notes()).toEqual([`Incident VMX-ABCDEFGHIJ ended. Verdict: unauthorised-export, severity high. ${link}`]);
  });

  it('told twice leaves what told once leaves', async () => {
    const alert = raise('alert-1', 'event-1');
    await tell(acknowledged, { cases: true });
    expect(await tell(acknowledged, { cases: true })).toEqual({ changed: 0, problems: [] });
    await tell(closed, { cases: true });
    expect(await tell(closed, { cases: true })).toEqual({ changed: 0, problems: [] });
    expect(tagsOf(alert)).toEqual(['VMX-ABCDEFGHIJ', 'verdict: unauthorised-export']);
    expect(notes()).toHaveLength(2);
    expect(kibana.space().cases).toHaveLength(1);
    expect(kibana.space().cases[0]!.alerts).toHaveLength(1);
  });

  it('never reopens what a person has closed', async () => {
    const alert = raise('alert-1', 'event-1');
    setStatusOf(alert, 'closed');
    expect(await tell(acknowledged)).toEqual({ changed: 0, problems: [] });
    expect(statusOf(alert)).toBe('closed');
  });

  it('does not reopen what a person closes between looking and setting', async () => {
    const alert = raise('alert-1', 'event-1');
    const statuses = ['open', 'closed'];
    const set = vi.fn();
    Object.defineProperty(alert._source, 'kibana.alert.workflow_status', {
      enumerable: true,
      get: () => statuses.shift(),
      set,
    });
    expect(await tell(acknowledged)).toEqual({ changed: 0, problems: [] });
    expect(statuses).toEqual([]);
    expect(set).not.toHaveBeenCalled();
  });

  it('leaves alone an alert about another event than the incident', async () => {
    const alert = raise('alert-1', 'another-event');
    const { changed, problems } = await tell(closed);
    expect(changed).toBe(0);
    expect(problems).toEqual([expect.stringContaining('about another event') as string]);
    expect([statusOf(alert), tagsOf(alert), notes()]).toEqual(['open', [], []]);
  });

  it('waits for an alert that a search does not find yet, and says in the end that it is not there', async () => {
    await expect(tell(acknowledged, { attempt: 1 })).rejects.toMatchObject({
      type: 'KibanaUnavailable',
      nonRetryable: false,
    });
    const { problems } = await tell(acknowledged, { attempt: 3 });
    expect(problems).toEqual([expect.stringContaining('not in space default: check kibana.space') as string]);
  });

  it('works in the space that is configured and in no other', async () => {
    const ours = raise('alert-1', 'event-1', 'security');
    const other = raise('alert-1', 'event-1');
    expect(await tell(acknowledged, { space: 'security' })).toEqual({ changed: 1, problems: [] });
    expect([statusOf(ours), statusOf(other)]).toEqual(['acknowledged', 'open']);
    expect((await tell(acknowledged, { space: 'elsewhere' })).problems).toHaveLength(1);
  });

  it('is tried again when somebody changes an alert at the same time', async () => {
    const alert = raise('alert-1', 'event-1');
    kibana.conflicts = [1];
    await expect(tell(acknowledged)).rejects.toMatchObject({
      type: 'KibanaUnavailable',
      nonRetryable: false,
      message: expect.stringContaining('1 conflicts') as string,
    });
    expect(statusOf(alert)).toBe('open');
    expect(await tell(acknowledged)).toEqual({ changed: 1, problems: [] });
  });

  it('is tried again when Kibana is down or busy', async () => {
    raise('alert-1', 'event-1');
    kibana.refusal = { path: /signals/, status: 503 };
    await expect(tell(acknowledged)).rejects.toMatchObject({ type: 'KibanaUnavailable', nonRetryable: false });
    // A port that nobody listens on.
    await expect(tell(acknowledged, { url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      type: 'KibanaUnavailable',
      message: expect.stringContaining('did not answer') as string,
    });
  });

  it.each([
    [401, 'check kibana.apiKey'],
    [403, 'privileges'],
    [404, 'check kibana.url'],
  ])('is not tried again after %i, and says what to do', async (status, advice) => {
    raise('alert-1', 'event-1');
    kibana.refusal = { path: /signals/, status };
    await expect(tell(acknowledged)).rejects.toMatchObject({
      type: 'KibanaRefused',
      nonRetryable: true,
      message: expect.stringContaining(advice) as string,
    });
  });

  it('never shows the key', async () => {
    raise('alert-1', 'event-1');
    const failure: unknown = await tell(acknowledged, { apiKey: 'a-key-that-is-wrong' }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ type: 'KibanaRefused' });
    expect(JSON.stringify(failure) + String(failure)).not.toContain('a-key-that-is-wrong');
  });

  it('says what an older Kibana does not have, and closes all the same', async () => {
    const alert = raise('alert-1', 'event-1');
    kibana.refusal = { path: /\/api\/note/, status: 404 };
    const { changed, problems } = await tell(closed);
    expect(changed).toBe(1);
    expect(statusOf(alert)).toBe('closed');
    expect(problems).toEqual([expect.stringContaining('reading notes') as string]);
  });

  it('names the command where Temporal UI has no address', async () => {
    raise('alert-1', 'event-1');
    await tell(acknowledged, { linkTo: () => null });
    expect(notes()).toEqual(['Incident VMX-ABCDEFGHIJ handles this alert: soar incident show VMX-ABCDEFGHIJ']);
  });

  it('fails at once where the worker knows no Kibana', async () => {
    await expect(kibanaNotify(null).tellDetector(acknowledged)).rejects.toMatchObject({
      type: 'KibanaRefused',
      nonRetryable: true,
    });
  });
});

describe('the case', () => {
  it('is opened with link and alerts, and closed with verdict and severity', async () => {
    raise('alert-1', 'event-1');
    raise('alert-2', 'event-2');
    await tell(acknowledged, { cases: true });
    const [one] = kibana.space().cases;
    expect(one).toMatchObject({
      title: 'VMX-ABCDEFGHIJ: AWS EC2 instance exported as VM',
      description: expect.stringContaining(link) as string,
      status: 'open',
      alerts: [{ id: 'alert-1' }],
    });
    await tell({ ...closed, alerts: [...alerts, { alertId: 'alert-2', eventId: 'event-2' }] }, { cases: true });
    expect(one).toMatchObject({
      status: 'closed',
      severity: 'high',
      tags: ['VMX-ABCDEFGHIJ', 'verdict: unauthorised-export'],
      alerts: [{ id: 'alert-1' }, { id: 'alert-2' }],
    });
    expect(kibana.space().cases).toHaveLength(1);
  });

  it('keeps what people have written into it', async () => {
    raise('alert-1', 'event-1');
    await tell(acknowledged, { cases: true });
    const [one] = kibana.space().cases;
    one!.tags.push('ours');
    one!.description += '\n\nSee also the ticket.';
    await tell(closed, { cases: true });
    expect(one!.tags).toEqual(['VMX-ABCDEFGHIJ', 'ours', 'verdict: unauthorised-export']);
    expect(one!.description).toMatch(/handles this alert[^]*See also the ticket\.[^]*Verdict: unauthorised-export/);
  });

  it('that cannot be kept is said, and the alert is acknowledged all the same', async () => {
    const alert = raise('alert-1', 'event-1');
    kibana.refusal = { path: /\/api\/cases/, status: 403 };
    const { problems } = await tell(acknowledged, { cases: true });
    expect(statusOf(alert)).toBe('acknowledged');
    expect(problems).toEqual([expect.stringContaining('looking for the case') as string]);
  });
});

describe('a link to an incident', () => {
  it('encodes the id once, and leaves nothing in it that Markdown or an address would act on', () => {
    expect(workflowLink('https://t.test/', 'soar', 'ec2-vm-export/1/eu-west-1/x')).toBe(
      'https://t.test/namespaces/soar/workflows/ec2-vm-export%2F1%2Feu-west-1%2Fx',
    );
    expect(workflowLink('https://t.test', 'soar', '](javascript:x) *a* _b_ <i>\n')).toMatch(/workflows\/[\w%.-]+$/);
  });
});
