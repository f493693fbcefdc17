import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Terminal } from '../../cli/terminal.ts';
import { startAwsLab } from '../aws/aws-lab.ts';
import { buildFoundation } from '../foundation.ts';
import { adminProfiles, writeLabFiles, type LabFiles } from '../lab-config.ts';
import { Stage } from '../stage.ts';
import { scenarioNamed, untilAborted } from './run.ts';

const exportMs = 5000;

/** The cloud alone, for playing by hand: workers and intake are started as in production. */
export async function runLab(scenarioName: string | undefined, terminal: Terminal): Promise<void> {
  const scenario = scenarioName === undefined ? undefined : scenarioNamed(scenarioName);
  const { interrupted } = terminal;
  const progress = (line: string) => terminal.err(`${line}\n`);
  const lab = await startAwsLab({ exportMs, progress });
  let files: LabFiles | undefined;
  try {
    const foundation = await buildFoundation(lab);
    files = await writeLabFiles(lab, foundation, { rechecks: ['30s', '2m'] });
    const lines = [
      ...ways(lab.endpoint, files),
      ...(scenario
        ? await alertOf(files, (await scenario.seed(new Stage(lab, foundation, { exportMs, suffix: '' }))).record)
        : []),
    ];
    for (const line of lines) terminal.out(`${line}\n`);
    progress('the lab runs until Ctrl-C');
    await untilAborted(interrupted);
  } finally {
    await lab.stop();
    if (files) await rm(files.folder, { recursive: true, force: true });
  }
}

const ways = (endpoint: string, { config, awsCredentials, awsConfig, approvers, folder }: LabFiles): string[] => [
  `endpoint       ${endpoint}`,
  `configuration  ${config}`,
  `credentials    ${awsCredentials}`,
  ...approvers.map(({ id, tokenFile }) => `approver       ${id}, token in ${tokenFile}`),
  '',
  '# in each terminal that works with the lab:',
  `export AWS_SHARED_CREDENTIALS_FILE=${awsCredentials} AWS_CONFIG_FILE=${awsConfig} AWS_EC2_METADATA_DISABLED=true`,
  `export SOAR_CONFIG=${config} SOAR_INTAKE_TOKEN="$(cat ${join(folder, 'intake.token')})"`,
  `aws --profile ${adminProfiles[0] ?? ''} s3 ls    # also ${adminProfiles.slice(1).join(', ')}`,
  '',
  '# each in a terminal of its own:',
  'temporal server start-dev    # unless TEMPORAL_ADDRESS names a server',
  'soar setup && soar worker --role all',
  'soar intake',
];

async function alertOf({ folder, gatewayUrl, approvers }: LabFiles, record: object): Promise<string[]> {
  const file = join(folder, 'alert.json');
  await writeFile(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  return [
    '',
    `alert          ${file}`,
    `curl -H "Authorization: Bearer $SOAR_INTAKE_TOKEN" -H 'content-type: application/json' --data @${file} ${gatewayUrl}/alerts`,
    'soar incident list --awaiting    # then, with the key that it shows:',
    ...approvers.slice(0, 1).map(({ tokenFile }) => `soar incident decide KEY --approve --token-file ${tokenFile}`),
  ];
}
