import type { Alert } from '../alert/alert.ts';
import type { ImageSourceFacts } from './facts.ts';
import type { Gap } from './kept.ts';

interface Known {
  alert: Alert;
  source?: ImageSourceFacts | null | undefined;
  gaps?: Gap[];
}

/** A machine that can be asked about: in the incident's own account. */
export interface Machine {
  instanceId: string;
  accountId: string;
  region: string;
}

/** Whether the alert is about an image and names no machine: then the machine is the one of which the image was made. */
export const isOfImage = ({ instanceId, imageId }: Alert): boolean => instanceId === undefined && imageId !== undefined;

/** The machine whose disks it is about; null: not known, or of another account, which is only named. */
export function machineOf({ alert, source }: Known): Machine | null {
  const { instanceId, recipientAccount: accountId, region } = alert;
  if (instanceId !== undefined) return { instanceId, accountId, region };
  const made = source?.machine;
  return made?.accountId === accountId ? made : null;
}

/** What the observation of an image is called among the gaps. */
export const imageSource = 'the machine of the image';

/** Why there is no machine to ask about. */
export function whyNoMachine({ alert, source, gaps = [] }: Known): string {
  if (!isOfImage(alert)) return 'the alert names no instance';
  if (!source) {
    const gap = gaps.find(({ what }) => what === imageSource);
    return gap?.why ?? 'of which machine the image was made was not read';
  }
  const { machine, why = 'of which machine the image was made is not known' } = source;
  return machine
    ? `the image was made of ${machine.instanceId} of account ${machine.accountId}, which is not read`
    : why;
}

/** What left was the image: the machine itself may never have been exported, and have changed since. */
export const machineWords = (alert: Alert): string =>
  isOfImage(alert) ? 'the machine of which the image was made' : 'the instance';
