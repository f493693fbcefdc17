import type { Finding } from './evidence.ts';
import { finding, some, unanswered } from './finding.ts';
import { machineOf, machineWords, whyNoMachine } from './machine.ts';
import { secretsByInventory } from './software-secrets.ts';
import type { CaseFile } from './case-file.ts';

/** What was installed (S82), and which secrets such software keeps on the disk that left (S109). */
export function softwareFindings(file: CaseFile): Finding[] {
  const installed = `Is it known what was installed on ${machineWords(file.alert)}?`;
  const carries = 'Is software installed that keeps secrets on the disk?';
  const why = whyUnknown(file);
  const { software } = file;
  if (why !== null || !software) {
    const unknown = why ?? 'the inventory was not read';
    return [
      unanswered('instance-software', ['S82'], installed, unknown),
      unanswered('image-secrets', ['S109'], carries, `${unknown}; the owner knows what is on the disk`),
    ];
  }
  const { total, capturedAt = '', truncated } = software;
  const seen = `${total} packages, as the agent saw them at ${capturedAt}`;
  const secrets = secretsByInventory(software);
  const rest = truncated ? `; only the first ${total} packages were read` : '';
  return [
    finding('instance-software', ['S82'], installed, 'yes', `${seen}${rest}`),
    secrets.length > 0
      ? finding('image-secrets', ['S109'], carries, 'yes', `${some(secrets.map(words))}${rest}`)
      : truncated
        ? unanswered('image-secrets', ['S109'], carries, `none of the first ${total} packages; the rest was not read`)
        : finding(
            'image-secrets',
            ['S109'],
            carries,
            'no',
            `none of ${seen}; what people put there themselves it does not list`,
          ),
  ];
}

const words = ({ secrets, packages }: ReturnType<typeof secretsByInventory>[number]): string =>
  `${secrets} (${packages.join(', ')})`;

function whyUnknown(file: CaseFile): string | null {
  if (!machineOf(file)) return whyNoMachine(file);
  const { software, gaps = [] } = file;
  if (!software)
    return gaps.find(({ what }) => what === 'software')?.why ?? 'no software inventory was read; ask the owner';
  // An agent that has reported says when; a machine without packages is none.
  return software.capturedAt === undefined || software.total === 0
    ? 'Systems Manager has no inventory of it; ask the owner'
    : null;
}
