import { MockActivityEnvironment } from '@temporalio/testing';
import { ApplicationFailure } from '@temporalio/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SlackNotify } from '../../../../activities/slack/contract.ts';
import { groupMembers } from '../../../../activities/slack/group-members.ts';
import { slackNotify } from '../../../../activities/slack/notify.ts';
import { decisionCode, type Approver } from '../../../../src/domain/approval/approval.ts';
import { incidentKey } from '../../../../src/domain/names.ts';
import { startSlackLab, type SlackLab } from '../../../../src/lab/slack/slack-lab.ts';
import { anIamUser, ids } from '../../../support/builders.ts';
import { aDecisionRecord, aMessage } from '../../slack/a-message.ts';

const channel = 'C0INCIDENTS';
const botToken = 'xoxb-of-these-tests';
const codeSecret = 'a code secret of these tests';
const [alice, bob, mallory] = ['U0ALICE001', 'U0BOB00001', 'U0MALLORY1'] as const;
const approvers: Approver[] = [
  { id: 'alice', name: 'Alice', principals: [], slack: alice },
  { id: 'bob', name: 'Bob', principals: [], slack: bob },
  { id: 'carol', name: 'Carol', principals: [] },
  { id: 'mallory', name: 'Mallory', principals: [ids.userArn], slack: mallory },
];
const everybody = { people: ['alice', 'bob', 'carol', 'mallory'], actor: anIamUser() };
const head = {
  incidentKey: ids.incidentKey,
  workflowId: 'ec2-vm-export/1',
  playbook: 'export',
  happened: ['what', 'who'] as [string, string],
};

let lab: SlackLab;
let activities: SlackNotify;
beforeEach(async () => {
  lab = await startSlackLab({
    botToken,
    signingSecret: 'signing',
    channels: [
      { id: channel, name: 'incidents' },
      { id: 'C0STRANGER', name: 'elsewhere', appIn: false },
      { id: 'C0LASTYEAR', name: 'incidents-of-last-year', archived: true },
    ],
    userGroups: [{ id: 'S0ONCALL01', members: [alice, bob] }],
    members: [
      { id: alice, name: 'alice' },
      { id: bob, name: 'bob' },
      { id: mallory, name: 'mallory' },
    ],
  });
  activities = notify();
});
afterEach(() => lab.stop());

const notify = (token = botToken): SlackNotify =>
  slackNotify({
    botToken: token,
    apiUrl: lab.apiUrl,
    readDirectory: () => Promise.resolve({ approvers }),
    codeSecret,
    temporal: { uiUrl: 'https://temporal.example', namespace: 'default' },
  });
/** As a worker runs it: attempt 2 is the retry of the same activity, and hears what an attempt before it said last. */
const run = <T>(activity: () => Promise<T>, attempt = 1, activityId = '1', heard: unknown[] = []): Promise<T> => {
  const environment = new MockActivityEnvironment({
    attempt,
    activityId,
    workflowExecution: { workflowId: 'ec2-vm-export/1', runId: 'run-1' },
    scheduledTimestampMs: Date.now(),
    heartbeatDetails: heard.at(-1),
  });
  environment.on('heartbeat', (details: unknown) => heard.push(details));
  return environment.run<[], T, () => Promise<T>>(activity);
};
const failureOf = async (work: Promise<unknown>): Promise<ApplicationFailure> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApplicationFailure);
  return error as ApplicationFailure;
};

describe('an incident in Slack', () => {
  it('has one thread: the head, then the request with its buttons, then what happens', async () => {
    const thread = await run(() => activities.openSlackThread({ channel, head }));
    const posted = await run(() => activities.postSlackRequest({ thread, message: aMessage() }));
    await run(() => activities.postSlackUpdate({ thread, text: 'containment: 2 of 2 actions in place' }));
    const messages = lab.messages(channel);
    expect(messages.map(({ threadTs }) => threadTs)).toEqual([undefined, thread.ts, thread.ts]);
    expect(messages[1]!.ts).toBe(posted.ts);
    expect(JSON.stringify(messages[0]!.blocks)).toContain(
      'https://temporal.example/namespaces/default/workflows/ec2-vm-export%2F1',
    );
    expect(JSON.stringify(messages[1]!.blocks)).toContain('Approve all 2');
    // Incidents of a burst share a thread.
    expect(messages[2]!.text).toBe(`${incidentKey('ec2-vm-export/1')} containment: 2 of 2 actions in place`);
    expect(JSON.stringify(messages[1]!.blocks)).toContain('https://temporal.example/namespaces/');
  });

  it('has its request rewritten: first with who decided so far, then without anything to press', async () => {
    const thread = await run(() => activities.openSlackThread({ channel, head }));
    const posted = await run(() => activities.postSlackRequest({ thread, message: aMessage() }));
    const message = aMessage({ decisions: [aDecisionRecord()] });
    const blocks = () => JSON.stringify(lab.messages(channel).find(({ ts }) => ts === posted.ts)?.blocks);

    await run(() => activities.rewriteSlackRequest({ posted, message, outcome: null }));
    expect(blocks()).toContain('alice approved all');
    expect(blocks()).toContain('Approve all 2');
    await run(() => activities.rewriteSlackRequest({ posted, message, outcome: 'approved' }));
    expect(blocks()).toContain('*Approved.*');
    expect(blocks()).not.toContain('"button"');
  });

  it('mentions whom a line is for, never who is under investigation', async () => {
    const thread = await run(() => activities.openSlackThread({ channel, head }));
    await run(() => activities.postSlackUpdate({ thread, text: 'still waiting', to: everybody }));
    const line = JSON.stringify(lab.messages(channel)[1]!.blocks);
    expect(line).toContain(`<@${alice}> <@${bob}> ${incidentKey('ec2-vm-export/1')} still waiting`);
    expect(line).not.toContain(mallory);
  });
});

describe('an attempt that was cut off', () => {
  it('has posted, so that the next one finds its message and posts nothing', async () => {
    lab.fault({ method: 'chat.postMessage', lost: true });
    await failureOf(run(() => activities.openSlackThread({ channel, head })));
    const thread = await run(() => activities.openSlackThread({ channel, head }), 2);
    expect(lab.messages(channel)).toHaveLength(1);
    expect(thread.ts).toBe(lab.messages(channel)[0]!.ts);

    lab.fault({ method: 'chat.postMessage', lost: true });
    await failureOf(run(() => activities.postSlackRequest({ thread, message: aMessage() }), 1, '2'));
    const posted = await run(() => activities.postSlackRequest({ thread, message: aMessage() }), 2, '2');
    expect(lab.messages(channel)).toHaveLength(2);
    expect(posted.ts).toBe(lab.messages(channel)[1]!.ts);
  });

  it('has not posted, so that the next one posts; another activity has a message of its own', async () => {
    const thread = await run(() => activities.openSlackThread({ channel, head }), 2);
    await run(() => activities.postSlackUpdate({ thread, text: 'a' }), 2, '2');
    await run(() => activities.postSlackUpdate({ thread, text: 'a' }), 2, '3');
    expect(lab.messages(channel)).toHaveLength(3);
  });

  it('of sending codes sends nobody a second message', async () => {
    const codes = { incidentKey: ids.incidentKey, requestId: 'r', digest: 'd', phase: 'containment', to: everybody };
    lab.fault({ method: 'chat.postMessage', lost: true });
    await failureOf(run(() => activities.sendSlackCodes(codes)));
    expect(await run(() => activities.sendSlackCodes(codes), 2)).toMatchObject({ sent: ['alice', 'bob'] });
    expect([lab.dms(alice).length, lab.dms(bob).length]).toEqual([1, 1]);
  });
});

describe('codes for Temporal UI', () => {
  const codes = { incidentKey: ids.incidentKey, requestId: 'r', digest: 'd', phase: 'containment', to: everybody };

  it('go to each approver alone, ready to paste; not to the actor, and none stands in the answer', async () => {
    const answer = await run(() => activities.sendSlackCodes(codes));
    expect(answer).toEqual({ sent: ['alice', 'bob'], notSent: [] });
    for (const [member, id] of [
      [alice, 'alice'],
      [bob, 'bob'],
    ] as const) {
      const text = JSON.stringify(lab.dms(member));
      for (const decision of ['approve', 'reject']) {
        const code = decisionCode(codeSecret, 'r', 'd', id, decision);
        expect(text).toContain(code);
        expect(JSON.stringify(answer)).not.toContain(code);
      }
    }
    expect(JSON.stringify(lab.dms(alice))).not.toContain(decisionCode(codeSecret, 'r', 'd', 'bob', 'approve'));
    expect(lab.dms(mallory)).toEqual([]);
    expect(lab.messages(channel)).toEqual([]);
  });

  it('that one person cannot get do not keep the others from theirs', async () => {
    lab.fault({ method: 'conversations.open', error: 'user_not_found' });
    expect(await run(() => activities.sendSlackCodes(codes))).toEqual({
      sent: ['bob'],
      notSent: [{ person: 'alice', why: 'user_not_found' }],
    });
  });
});

describe('when Slack says no', () => {
  it('by 429, the next attempt waits as long as it asked, and longer each time: others wait for the channel, too', async () => {
    lab.throttle();
    await run(() => activities.openSlackThread({ channel, head }));
    const delayAfter = async (attempt: number) => {
      const failure = await failureOf(run(() => activities.openSlackThread({ channel, head }), attempt, '2'));
      // No warning for each of hundreds: Slack takes a message a second.
      expect(failure).toMatchObject({ type: 'SlackThrottled', nonRetryable: false, category: 'BENIGN' });
      return Number(failure.nextRetryDelay);
    };
    expect(await delayAfter(1)).toBeLessThanOrEqual(2_000);
    const later = [await delayAfter(20), await delayAfter(20), await delayAfter(20)];
    for (const delay of later) expect(delay).toBeGreaterThanOrEqual(16_000);
    for (const delay of later) expect(delay).toBeLessThanOrEqual(31_000);
    // Not all at once.
    expect(new Set(later).size).toBeGreaterThan(1);
  });

  it('by 429, nothing was posted, and the next attempt does not look for it', async () => {
    const heard: unknown[] = [];
    const open = (attempt: number) => run(() => activities.openSlackThread({ channel, head }), attempt, '2', heard);
    lab.throttle();
    await run(() => activities.openSlackThread({ channel, head }));
    await failureOf(open(1));
    await failureOf(open(2));
    lab.throttle(false);
    // Whoever looked would fail.
    lab.fault({ method: 'conversations.history', error: 'internal_error' });
    lab.fault({ method: 'chat.postMessage', lost: true });
    await failureOf(open(3));
    expect(lab.messages(channel)).toHaveLength(2);
    // What became of the third is not known: the next one looks, as often as it takes.
    expect((await failureOf(open(4))).message).toContain('looking for an earlier post');
    await open(5);
    expect(lab.messages(channel)).toHaveLength(2);
  });

  it.each(['refused', 'unavailable'] as const)('by being away (%s), it is tried again', async (how) => {
    await lab.down(how);
    const failure = await failureOf(run(() => activities.openSlackThread({ channel, head })));
    expect(failure).toMatchObject({ type: 'SlackUnavailable', nonRetryable: false });
  });

  it('to a token, it is tried until there is a valid one; for good, it is not; the message says what to do', async () => {
    const wrongToken = await failureOf(run(() => notify('xoxb-wrong').openSlackThread({ channel, head })));
    expect(wrongToken).toMatchObject({ type: 'SlackRefused', nonRetryable: false });
    expect(wrongToken.message).toContain('slack.botToken');
    const stranger = await failureOf(run(() => activities.openSlackThread({ channel: 'C0STRANGER', head })));
    expect(stranger).toMatchObject({ type: 'SlackRefused', nonRetryable: true });
    expect(stranger.message).toContain('invite the app');
    const archived = await failureOf(run(() => activities.openSlackThread({ channel: 'C0LASTYEAR', head })));
    expect(archived).toMatchObject({ type: 'SlackRefused', nonRetryable: true });
    expect(archived.message).toContain('the channel is archived, and nothing can be posted there: unarchive it');
    for (const { message, stack } of [wrongToken, stranger, archived])
      expect(message + (stack ?? '')).not.toContain('xoxb');
  });

  it('for a passing reason of its own, it is tried again', async () => {
    lab.fault({ method: 'chat.postMessage', error: 'internal_error' });
    const failure = await failureOf(run(() => activities.openSlackThread({ channel, head })));
    expect(failure).toMatchObject({ type: 'SlackUnavailable', nonRetryable: false });
  });
});

it('without a section slack, a worker says so', async () => {
  const failure = await failureOf(run(() => slackNotify(null).openSlackThread({ channel, head })));
  expect(failure.message).toContain('no section slack');
});

describe('a user group', () => {
  it('is asked for its members, and one that Slack does not know is no empty one', async () => {
    const members = groupMembers({ botToken, apiUrl: lab.apiUrl });
    expect(await members('S0ONCALL01')).toEqual([alice, bob]);
    await expect(members('S0NOBODY01')).rejects.toThrow(ApplicationFailure);
  });
});
