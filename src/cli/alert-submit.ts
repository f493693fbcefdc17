import type { Alert } from '../domain/alert/alert.ts';
import type { Examining } from '../intake/examine.ts';
import type { OpenedIncident } from '../intake/open-incident.ts';
import { documentsInFiles, jsonLine, type PlacedDocument } from './alert-files.ts';
import { withTemporal, type JsonOptions } from './command.ts';
import { Negative } from './failures.ts';
import { styler, type Terminal } from './terminal.ts';

type Fate =
  | (OpenedIncident & { ok: true; handled: true; eventId: string })
  | { ok: true; handled: false }
  | { ok: false; handled: boolean; error: string };

/** So many starts at a time, in the order of the file. */
const atOnce = 10;

/** `soar alert submit`: opens incidents with the operator's own access to Temporal; no intake has to run. */
export async function submitAlerts(
  files: string[],
  configFile: string,
  options: JsonOptions,
  terminal: Terminal,
): Promise<void> {
  const { loadConfig } = await import('../config/load-config.ts');
  const { intakeContext } = await import('../intake/context.ts');
  const { openIncident } = await import('../intake/open-incident.ts');
  const config = await loadConfig(configFile);
  await withTemporal(terminal, { config: configFile }, async ({ client }) => {
    const context = intakeContext(config, client);
    await submitAll(documentsInFiles(files), (alert) => openIncident(context, alert), options, terminal, context);
  });
}

export async function submitAll(
  documents: AsyncIterable<PlacedDocument>,
  open: (alert: Alert) => Promise<OpenedIncident>,
  options: JsonOptions,
  terminal: Terminal,
  { playbooks }: Pick<Examining, 'playbooks'> = {},
): Promise<void> {
  const { decodeAlert } = await import('../intake/decode.ts');
  const { examine } = await import('../intake/examine.ts');
  const style = styler(terminal);
  const count = { opened: 0, attached: 0, known: 0, other: 0, refused: 0 };

  const submit = async (found: PlacedDocument): Promise<Fate> => {
    if ('problem' in found) return { ok: false, handled: false, error: found.problem };
    const arrival = { door: 'file', receivedAt: new Date().toISOString() } as const;
    const { ok, handled, error = '' } = examine(found.document, arrival, { playbooks });
    if (!ok) return { ok, handled, error };
    if (!handled) return { ok, handled };
    const alert = decodeAlert(found.document, arrival, playbooks);
    return { ok, handled, eventId: alert.eventId, ...(await open(alert)) };
  };
  const told = (found: PlacedDocument, fate: Fate): void => {
    if ('result' in fate) count[fate.result]++;
    else if (fate.ok) count.other++;
    else count.refused++;
    if (options.json) return terminal.out(jsonLine({ ...fate, file: found.file, record: found.record }));
    const place = `${style(`${found.file}:${found.record}`, 'dim')}  `;
    if ('result' in fate) terminal.out(`${place}${style(`${fate.result} ${fate.incidentKey} (${fate.workflowId})`)}\n`);
    else if (!fate.ok) terminal.out(`${place}${style(`refused: ${fate.error}`, 'red')}\n`);
  };

  const turn: PlacedDocument[] = [];
  const flush = async () => {
    const batch = turn.splice(0);
    const fates = await Promise.allSettled(batch.map(submit));
    for (const [index, fate] of fates.entries()) {
      const found = batch[index];
      if (found && fate.status === 'fulfilled') told(found, fate.value);
    }
    // Temporal is gone: what was opened is told, and the rest can be sent again.
    for (const fate of fates) if (fate.status === 'rejected') throw fate.reason;
  };
  for await (const found of documents) {
    turn.push(found);
    if (turn.length >= atOnce) await flush();
  }
  await flush();

  const { opened, attached, known, other, refused } = count;
  terminal.err(
    `${opened} opened, ${attached} attached, ${known} known before, ${other} of other events, ${refused} refused\n`,
  );
  if (refused > 0) throw new Negative(`${refused} record(s) refused`);
}
