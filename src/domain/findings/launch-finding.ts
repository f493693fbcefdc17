import { byActor } from './export-history.ts';
import type { Finding } from './evidence.ts';
import { machineOf, machineWords, whyNoMachine, isOfImage } from './machine.ts';
import { finding, overTime, told, unanswered, whyChangesMissing } from './finding.ts';
import type { CaseFile } from './case-file.ts';

/** Who launched the machine, and who started it last, as far back as CloudTrail remembers (S81). */
export function launchFinding(file: CaseFile): Finding {
  const { alert, tagTrail } = file;
  const id = 'instance-launched';
  const question = `Is it known who launched ${machineWords(alert)}?`;
  if (!machineOf(file)) return unanswered(id, ['S81'], question, whyNoMachine(file));
  if (!tagTrail) return unanswered(id, ['S81'], question, 'what was done to the instance was not read');
  const done = tagTrail.events.filter(({ errorCode }) => errorCode === undefined);
  const named = (name: string) => done.find(({ eventName }) => eventName === name);
  const launch = named('RunInstances');
  const start = named('StartInstances');
  const started = start === undefined ? '' : `; last started by ${told(start)}`;
  if (launch) {
    const own = byActor(launch, alert.principal) ? `, who also exported ${isOfImage(alert) ? 'the image' : 'it'}` : '';
    return overTime(tagTrail, finding(id, ['S81'], question, 'yes', `${told(launch)}${own}${started}`));
  }
  const missing = whyChangesMissing(tagTrail) ?? `no launch since ${tagTrail.from}: it is older, or a service did it`;
  return overTime(tagTrail, unanswered(id, ['S81'], question, `${missing}${started}`));
}
