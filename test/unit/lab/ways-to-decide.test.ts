import { expect, it } from 'vitest';
import { peopleWho } from '../../../src/lab/demo/people.ts';
import { DemoScreen } from '../../../src/lab/demo/screen.ts';
import type { World } from '../../../src/lab/demo/world.ts';
import { aRequest } from '../cli/a-plan.ts';

it.each([
  [true, '1. here, as alice'],
  [false, '1. not here: there is no terminal to ask; add --yes'],
])('whoever is asked with a terminal (%s) is told whether the answer can be given there', async (terminal, told) => {
  let shown = '';
  const screen = new DemoScreen({ write: (text) => void (shown += text), style: (text) => text, columns: 100 });
  const files = { approvers: [{ id: 'alice', token: 'x', tokenFile: '/lab/alice.token' }], gatewayUrl: 'http://lab' };
  // Without Slack and Temporal UI: what they need is not looked at.
  const world = { files, temporal: {}, slack: undefined } as unknown as World;
  const ask = peopleWho(world, screen, { yes: false, sabotage: undefined, terminal, command: 'soar' });
  await ask(aRequest(), 'ec2-vm-export/x', AbortSignal.abort());
  expect(shown).toContain(told);
  expect(shown).toContain('--token-file /lab/alice.token');
});
