import { ListInventoryEntriesCommand, type ListInventoryEntriesResult, type SSMClient } from '@aws-sdk/client-ssm';
import type { SoftwareFacts } from '../../src/domain/findings/facts.ts';
import { secretsOf } from '../../src/domain/findings/software-secrets.ts';
import type { AwsClients } from '../aws/clients.ts';
import { aws, isInvalidInstance } from '../aws/failures.ts';
import { given } from '../aws/given.ts';
import type { SystemsManagerObserve } from './contract.ts';

/** Of fifty entries each: a server has some hundred packages, a desktop a few thousand. */
const mostPages = 40;
/** The agent's words, and so whoever controls the machine writes them. */
const longestText = 100;

export function systemsManagerObserve(clients: AwsClients): SystemsManagerObserve {
  return {
    async describeSoftware({ instanceId, ...place }) {
      const ssm = clients.ssm(place);
      const found: SoftwareFacts = { total: 0, truncated: false, keeping: [] };
      let next: string | undefined;
      for (let page = 0; page < mostPages; page++) {
        const answer = await entries(ssm, instanceId, next);
        if (!answer) return found;
        const { Entries = [], CaptureTime } = answer;
        Object.assign(found, given({ capturedAt: found.capturedAt ?? CaptureTime?.slice(0, longestText) }));
        found.total += Entries.length;
        for (const { Name = '', Version } of Entries) {
          const name = Name.slice(0, longestText);
          if (secretsOf(name) === null) continue;
          found.keeping.push({ name, ...given({ version: Version?.slice(0, longestText) }) });
        }
        next = answer.NextToken;
        if (next === undefined || next === '') return found;
      }
      return { ...found, truncated: true };
    },
  };
}

/** null: Systems Manager does not manage the machine. */
async function entries(ssm: SSMClient, instanceId: string, next?: string): Promise<ListInventoryEntriesResult | null> {
  const question = new ListInventoryEntriesCommand({
    InstanceId: instanceId,
    TypeName: 'AWS:Application',
    MaxResults: 50,
    ...given({ NextToken: next }),
  });
  try {
    return await aws(`reading what is installed on instance ${instanceId}`, () => ssm.send(question));
  } catch (error) {
    if (isInvalidInstance(error)) return null;
    throw error;
  }
}
