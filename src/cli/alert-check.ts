import { existsSync } from 'node:fs';
import type { Examined, Examining } from '../intake/examine.ts';
import { documentsInFiles, jsonLine } from './alert-files.ts';
import { configPath, type JsonOptions } from './command.ts';
import { Negative } from './failures.ts';
import { styler, type Terminal } from './terminal.ts';

/** `soar alert check`: what would become of every record, and why not. Reads files, starts nothing. */
export async function checkAlerts(files: string[], options: JsonOptions, terminal: Terminal): Promise<void> {
  const { examine } = await import('../intake/examine.ts');
  const style = styler(terminal);
  const examining = await examiningFor(options, terminal);
  const receivedAt = new Date().toISOString();
  const count = { records: 0, handled: 0, refused: 0 };
  for await (const found of documentsInFiles(files)) {
    const { file, record } = found;
    const examined: Examined =
      'problem' in found
        ? { ok: false, handled: false, error: found.problem }
        : examine(found.document, { door: 'file', receivedAt }, examining);
    count.records++;
    if (!examined.ok) count.refused++;
    else if (examined.handled) count.handled++;
    if (options.json) terminal.out(jsonLine({ ...examined, file, record }));
    else terminal.out(`${style(`${file}:${record}`, 'dim')}  ${style(checkLine(examined), ...colour(examined))}\n`);
  }
  const other = count.records - count.handled - count.refused;
  terminal.err(
    `${count.records} record(s): ${count.handled} for an incident, ${other} of other events, ${count.refused} refused\n`,
  );
  if (count.refused > 0) throw new Negative(`${count.refused} record(s) refused`);
}

/** The playbooks that take alerts, and the key by which refused calls of one actor are one incident, where there is a configuration here. */
async function examiningFor(options: JsonOptions, terminal: Terminal): Promise<Examining> {
  const path = configPath(options, terminal);
  const asked = options.config !== undefined || Boolean(terminal.env.SOAR_CONFIG);
  if (!asked && !existsSync(path)) return {};
  const { loadConfig } = await import('../config/load-config.ts');
  const { playbooksOf } = await import('../intake/route.ts');
  const config = await loadConfig(path);
  const playbooks = playbooksOf(config);
  try {
    return { playbooks, correlationKey: config.intake.correlationKey.read() };
  } catch (error) {
    if (asked) throw error;
    return { playbooks };
  }
}

const colour = ({ ok, handled }: Examined): ('red' | 'green' | 'dim')[] => [!ok ? 'red' : handled ? 'green' : 'dim'];

/** Who did what, where and when, and what comes of it, in a line. */
export function checkLine({ ok, alert, incident, error }: Examined): string {
  if (!ok || !alert) return `refused: ${error ?? 'it cannot be read'}`;
  const { principal } = alert;
  const facts: [string, string | undefined][] = [
    ['instance', alert.instanceId],
    ['image', alert.imageId],
    ['snapshot', alert.snapshotId],
    ['shared with', alert.sharedWith?.join(', ')],
    ['about', alert.about?.id],
    ...Object.entries(alert.about?.says ?? {}),
    ['bucket', alert.bucket],
    ['prefix', alert.prefix],
    ['format', alert.diskImageFormat],
    ['task', alert.exportTaskId],
    ['from', alert.sourceAddress],
    ['key', principal.accessKeyId],
    ['event', alert.eventId],
    ['not said:', alert.missing?.join(', ') || undefined],
  ];
  const fate =
    incident === undefined
      ? 'no playbook'
      : incident === null
        ? 'incident (its id needs the configuration: --config)'
        : `incident ${incident.incidentKey} (${incident.workflowId})`;
  const who = principal.sessionName ?? principal.name ?? principal.invokedBy ?? principal.id ?? principal.arn ?? '';
  return [
    `${fate}: ${alert.eventName ?? '-'} ${alert.outcome} ${alert.time ?? 'at an unknown time'}`,
    `${alert.recipientAccount ?? '-'} ${alert.region ?? '-'}`,
    `by ${principal.kind} ${who}`.trim(),
    ...facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`])),
  ].join('; ');
}
