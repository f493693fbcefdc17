import { machineOf } from './machine.ts';
import { tagsNamed } from './instance-tags.ts';
import type { SourceQuestion } from './sources.ts';
import { type CaseFile, exportLocation } from './case-file.ts';

/** Bounds on what an alert or a tag can make us search for. */
const mostTickets = 5;

/**
 * Only what has the form of such a name: it stands in the query languages of others, where anything else could ask
 * something else.
 */
const forms = {
  instance: /^i-[0-9a-f]{8,17}$/,
  image: /^ami-[0-9a-f]{8,17}$/,
  task: /^(export-i|export-ami|import-ami)-[0-9a-z]{8,20}$/,
  bucket: /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
};
const ticketForm = /(?<![A-Za-z0-9-])[A-Z][A-Z0-9]{1,9}-[1-9]\d{0,6}(?![A-Za-z0-9-])/g;

/** What the sources are asked: by what names the export may be called, and from when on. */
export function sourceQuestion(
  incidentKey: string,
  {
    alert,
    policy,
    source,
    instance,
    task,
    object,
  }: Pick<CaseFile, 'alert' | 'policy' | 'source' | 'instance' | 'task' | 'object'>,
): SourceQuestion {
  const named: [keyof typeof forms, string | undefined][] = [
    ['instance', machineOf({ alert, source })?.instanceId ?? task?.instanceId],
    ['image', alert.imageId],
    ['task', alert.exportTaskId],
    ['bucket', exportLocation({ alert, task, object }).bucket],
  ];
  const names = named.flatMap(([kind, name]) => (name !== undefined && forms[kind].test(name) ? [name] : []));
  const tagged = tagsNamed(instance, Object.keys(instance?.tags ?? {})).flatMap(
    ({ value }) => value.slice(0, 300).match(ticketForm) ?? [],
  );
  const { window = 0, words = [] } = policy.sources ?? {};
  return {
    incidentKey,
    principal: alert.principal,
    names: [...new Set(names)],
    tickets: [...new Set(tagged)].slice(0, mostTickets),
    words,
    eventTime: alert.time,
    from: new Date(Date.parse(alert.time) - window).toISOString(),
  };
}
