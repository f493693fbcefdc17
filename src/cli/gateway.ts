import { randomBytes } from 'node:crypto';
import { InvalidArgumentError } from 'commander';
import { examples, type Registration } from './command.ts';
import { secretWriter, type WriteSecret } from './secret-files.ts';

const idForm = /^[A-Za-z0-9][\w.@-]{0,63}$/;
const anId = (value: string): string => {
  if (!idForm.test(value)) throw new InvalidArgumentError('up to 64 letters, digits and . _ @ -');
  return value;
};
/** One of several: commander hands over what it has read before. */
const ids = (value: string, before: string[] = []): string[] => [...before, anId(value)];

export const registerGateway: Registration = (program, terminal) => {
  const gateway = program.command('gateway').description('keys and tokens of the approval gateway');

  gateway
    .command('keygen')
    .description(
      'make a signing key, the other secrets of soar.yaml, and personal tokens; prints what goes into soar.yaml',
    )
    .option('--id <id>', 'id of the signing key', anId, 'gateway-1')
    .option('-a, --approver <ids...>', 'make a personal token for each of these people, by id', ids)
    .option('-o, --out <folder>', 'where the secret files are written; existing ones are never replaced', 'secrets')
    .addHelpText('after', examples('soar gateway keygen --approver alice bob --out secrets'))
    .action(async (options: { id: string; approver?: string[]; out: string }) => {
      const { ed25519 } = await import('@noble/curves/ed25519.js');
      const { bytesToHex } = await import('@noble/hashes/utils.js');
      const people = options.approver ?? [];
      const write = await secretWriter(options.out);
      const key = ed25519.utils.randomSecretKey();
      const keyFile = await write(`${options.id}.key`, bytesToHex(key));
      const codes = await write('code-secret', randomText());
      const intake = await write('intake-token', randomText());
      const correlation = await write('correlation-key', randomText());
      const approvers = await personalTokens(people, write);
      terminal.out(
        [
          'intake:',
          `  bearerTokens: ['file:${intake}']`,
          `  correlationKey: 'file:${correlation}'`,
          'gateway:',
          `  keyId: ${options.id}`,
          `  signingKey: 'file:${keyFile}'`,
          `  codeSecret: 'file:${codes}'`,
          'approvals:',
          '  gatewayKeys:',
          `    ${options.id}: '${bytesToHex(ed25519.getPublicKey(key))}'`,
          ...(approvers.length > 0 ? ['  approvers:', ...approvers] : []),
          '',
        ].join('\n'),
      );
      told(people);
    });

  gateway
    .command('token')
    .description('make personal tokens for further approvers; prints what goes into soar.yaml')
    .argument('<approver...>', 'ids of the people', ids)
    .option('-o, --out <folder>', 'where the tokens are written; existing ones are never replaced', 'secrets')
    .addHelpText('after', examples('soar gateway token carol'))
    .action(async (people: string[], options: { out: string }) => {
      const approvers = await personalTokens(people, await secretWriter(options.out));
      terminal.out(['  approvers:', ...approvers, ''].join('\n'));
      told(people);
    });

  const told = (people: string[]): void => {
    if (people.length > 0)
      terminal.err(
        'give each person their .token file, then delete it here; under principals, put who they are in AWS\n',
      );
  };
};

async function personalTokens(people: string[], write: WriteSecret): Promise<string[]> {
  const { sha256OfToken } = await import('../intake/bearer.ts');
  const lines: string[] = [];
  for (const person of people) {
    const token = `soar_${randomText()}`;
    await write(`${person}.token`, token);
    lines.push(
      `    - id: ${person}`,
      `      name: ${person}`,
      `      principals: ['arn:aws:iam::*:user/${person}', 'arn:aws:sts::*:assumed-role/*/${person}']`,
      `      token: 'sha256:${sha256OfToken(token)}'`,
    );
  }
  return lines;
}

const randomText = (): string => randomBytes(32).toString('base64url');
