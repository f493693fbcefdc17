import { examples, type Registration } from './command.ts';
import { Negative } from './failures.ts';
import { jsonText } from './terminal.ts';

export const registerDemo: Registration = (program, terminal) => {
  program
    .command('demo')
    .description('play an incident in a lab on this machine, from the real AWS call to proofs that it is contained')
    .option('-s, --scenario <name>', 'which story (soar demo --list)', 'compromised-key')
    .option('--list', 'tell the stories and end')
    .option('-y, --yes', "the demo's own approvers say yes at once; without it, you decide")
    .option('--sabotage <action>', 'the approvers leave this kind of action out: then proofs must fail')
    .option('--keep', 'keep everything running at the end, to look around, until Ctrl-C')
    .option('-o, --out <folder>', 'where report and history go (default: a new temporary folder)')
    .option('--json', 'the result as one JSON object, on the last line of standard output')
    .addHelpText(
      'after',
      examples(
        'npm run demo',
        'npm run demo -- --scenario insider --yes',
        'npm run demo -- --yes --sabotage deny-actor',
      ),
    )
    .action(async (options: DemoFlags) => {
      if (options.list) return listScenarios(terminal.out, options.json ?? false);
      const { runDemo } = await import('../lab/demo/run.ts');
      const { ok, proofs } = await runDemo(options, terminal);
      const failed = proofs.filter((proof) => !proof.ok);
      if (!ok) throw new Negative(`does not hold: ${failed.map(({ name }) => name).join('; ')}`);
    });
};

interface DemoFlags {
  scenario: string;
  list?: boolean;
  yes?: boolean;
  sabotage?: string;
  keep?: boolean;
  out?: string;
  json?: boolean;
}

async function listScenarios(out: (text: string) => void, json: boolean): Promise<void> {
  const { scenarios } = await import('../lab/scenarios/index.ts');
  if (json) {
    out(jsonText(scenarios.map(({ name, title, story, actions }) => ({ name, title, story, actions }))));
    return;
  }
  for (const { name, title, story, actions } of scenarios) {
    out(`${name}: ${title}\n${story.map((line) => `  - ${line}\n`).join('')}`);
    out(`  actions: ${actions.join(', ') || 'none'}\n\n`);
  }
}
