import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { DecisionAnswer } from '../../../src/domain/approval/approval.ts';
import { peopleWho, type PeopleOptions } from '../../../src/lab/demo/people.ts';
import { DemoScreen } from '../../../src/lab/demo/screen.ts';
import type { World } from '../../../src/lab/demo/world.ts';
import { aRequest } from '../cli/a-plan.ts';

const approvers = ['alice', 'bob'].map((id) => ({ id, token: id, tokenFile: `/lab/${id}.token` }));

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

/** A gateway that answers decisions with these, one after the other, and notes whose they were. */
async function aGateway(answers: DecisionAnswer[]) {
  const deciders: string[] = [];
  const server = createServer((request, response) => {
    deciders.push(request.headers.authorization?.replace('Bearer ', '') ?? '');
    const answer = answers.shift();
    response.statusCode = answer?.result === 'accepted' ? 200 : 409;
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deciders };
}

function people(gatewayUrl: string, options: Partial<PeopleOptions>) {
  let shown = '';
  const screen = new DemoScreen({ write: (text) => void (shown += text), style: (text) => text, columns: 100 });
  // Without Slack and Temporal UI: what they need is not looked at.
  const world = { files: { approvers, gatewayUrl }, temporal: {}, slack: undefined } as unknown as World;
  const ask = peopleWho(world, screen, {
    yes: false,
    sabotage: undefined,
    ask: undefined,
    command: 'soar',
    ...options,
  });
  return {
    screen,
    shown: () => shown,
    asked: (settled: AbortSignal) => ask(aRequest(), 'ec2-vm-export/x', settled),
  };
}

const accepted = (settled: boolean): DecisionAnswer => ({ result: 'accepted', settled, detail: 'x' });
const yes = () => Promise.resolve('y');
const open = () => new AbortController().signal;

it.each([
  [yes, '1. here, as alice and bob'],
  [undefined, '1. not here: there is no terminal to ask; add --yes'],
])('whoever is asked is told whether the answer can be given in the terminal (%s)', async (ask, told) => {
  const { url } = await aGateway([accepted(true)]);
  const { asked, shown } = people(url, { ask });
  await asked(AbortSignal.abort());
  expect(shown()).toContain(told);
  expect(shown()).toContain('--token-file /lab/alice.token');
});

it('while the question stands nothing is written after it', async () => {
  const { url } = await aGateway([accepted(true)]);
  let whileAsked = '';
  const { asked, screen, shown } = people(url, {
    ask: (question) => {
      screen.progress('an alert more');
      whileAsked = shown();
      expect(question).toBe('  Approve this plan? [y/n] ');
      return yes();
    },
  });
  await asked(open());
  expect(whileAsked).toContain('The plan: ');
  expect(whileAsked).not.toContain('an alert more');
  expect(shown()).toContain('an alert more');
});

it('who has approved in Slack before does not keep the others from approving in the terminal', async () => {
  const { url, deciders } = await aGateway([
    { result: 'refused', reason: 'alice has approved already: another person is needed' },
    accepted(true),
  ]);
  await people(url, { ask: yes }).asked(open());
  expect(deciders).toEqual(['alice', 'bob']);
});

it('an answer that decides nothing is told with its reason, and the question is asked again', async () => {
  const reason = 'carol approved another selection of actions: approve the same one, or reject';
  const refused: DecisionAnswer = { result: 'refused', reason };
  const { url, deciders } = await aGateway([refused, refused, accepted(true)]);
  const answers = ['y', 'n'];
  const { asked, shown } = people(url, { ask: () => Promise.resolve(answers.shift() ?? '') });
  await asked(open());
  expect(shown()).toContain(`not decided yet: ${reason}`);
  expect(shown().match(/The plan: /g)).toHaveLength(2);
  expect(deciders).toEqual(['alice', 'bob', 'alice']);
});

it('a rejection is for good, so that nothing and nonsense are asked again', async () => {
  const { url, deciders } = await aGateway([accepted(true)]);
  const answers = ['', 'what?', 'no'];
  await people(url, { ask: () => Promise.resolve(answers.shift() ?? 'y') }).asked(open());
  expect(answers).toEqual([]);
  expect(deciders).toEqual(['alice']);
});

it('a question that somebody answered elsewhere is over', async () => {
  const { url, deciders } = await aGateway([]);
  const settled = new AbortController();
  const ask = () => {
    settled.abort();
    return Promise.reject(new Error('aborted'));
  };
  await people(url, { ask }).asked(settled.signal);
  expect(deciders).toEqual([]);
});
