import { registerBundle, sealIncident } from './audit-bundle.ts';
import { registerStep } from './audit-step.ts';
import { registerVerify } from './audit-verify.ts';
import { configOption, examples, withTemporal, type Registration } from './command.ts';
import { Negative, UsageError } from './failures.ts';
import { jsonText, styler } from './terminal.ts';

export const registerAudit: Registration = (program, terminal) => {
  const style = styler(terminal);
  const audit = program.command('audit').description('take the record of an incident out of Temporal, and check one');

  audit
    .command('export')
    .description("write an incident's history and report into a folder, or everything sealed in one signed file")
    .argument('<incident>', 'key, such as VMX-7Q2MZ4K6AB, or workflow id')
    .option('-o, --out <path>', 'folder to write into; with --key the file to write', '.')
    .option(
      '-k, --key <file>',
      'secret key of audit keygen: seal history, report, decisions, policy and code in one file',
    )
    .option('--redact', 'with --key: only the report, with what names people and resources as salted hashes')
    .option(...configOption)
    .option('--json', 'what was written as JSON on standard output')
    .addHelpText(
      'after',
      examples(
        'soar audit export VMX-7Q2MZ4K6AB --out ./audit',
        'soar audit export VMX-7Q2MZ4K6AB --out incident.tar --key secrets/audit-0123456789abcdef.key.pem',
      ),
    )
    .action(
      async (
        ref: string,
        options: { out: string; key?: string; redact?: boolean; config?: string; json?: boolean },
      ) => {
        if (options.redact && options.key === undefined) throw new UsageError('--redact seals anew: it needs --key');
        const { findIncident } = await import('../approvals/find-incident.ts');
        const { exportIncident } = await import('../audit/export.ts');
        await withTemporal(terminal, options, async ({ client }) => {
          const { workflowId, runId } = await findIncident(client, ref);
          const open = () => terminal.err('the incident is still open: its history is not complete\n');
          if (options.key !== undefined) {
            const how = { out: options.out, key: options.key, redact: options.redact ?? false };
            const sealed = await sealIncident(client, { workflowId, runId }, how);
            terminal.out(options.json ? jsonText({ workflowId, runId, ...sealed }) : `${style(sealed.path)}\n`);
            if (!sealed.closed) open();
            return;
          }
          const exported = await exportIncident(client, { workflowId, runId }, options.out);
          if (options.json) terminal.out(jsonText(exported));
          const { historyPath, reportHtmlPath, reportPath, reportJsonPath, reportOcsfPath } = exported;
          for (const path of [historyPath, reportHtmlPath, reportPath, reportJsonPath, reportOcsfPath]) {
            if (path !== null && !options.json) terminal.out(`${style(path)}\n`);
          }
          if (!exported.closed) open();
        });
      },
    );

  registerBundle(audit, terminal);
  registerVerify(audit, terminal);
  registerStep(audit, terminal);

  audit
    .command('replay')
    .description(
      'replay a stored history on this code and compare every command and the result; exits with 1 if they differ',
    )
    .argument('<file>', 'history or bundle written by audit export')
    .option('--json', 'the result as JSON on standard output')
    .addHelpText(
      'after',
      examples('soar audit replay ./audit/VMX-7Q2MZ4K6AB-history.json', 'soar audit replay incident.tar'),
    )
    .action(async (file: string, options: { json?: boolean }) => {
      const { replayedApart } = await import('../audit/bundle/check-replay.ts');
      const { readRecordedHistory } = await import('../audit/history-file.ts');
      const { auditCode } = await import('../audit/workflow-code.ts');
      const { result, problem } = await replayedApart(await readRecordedHistory(file), (await auditCode()).code);
      if (!result) throw new Negative(`the replay of ${file} did not end: ${problem}`);
      if (options.json) terminal.out(jsonText(result));
      else if (result.matches)
        terminal.out(style(`${file}: replays; ${result.compared} acts compared, all equal`) + '\n');
      else for (const difference of result.differences) terminal.out(style(`differs: ${difference}`, 'red') + '\n');
      if (!result.matches) throw new Negative(`${file} does not replay to the same acts`);
    });
};
