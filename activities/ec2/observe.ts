import type { AwsClients } from '../aws/clients.ts';
import { notYet } from '../aws/failures.ts';
import type { Ec2Observe } from './contract.ts';
import { describeCopies } from './describe-copies.ts';
import { describeInstance } from './describe-instance.ts';
import { readExportTask } from './export-task.ts';
import { readEbsEncryption } from './targets.ts';

/** `polling`: first and longest wait between two looks at a running export, in milliseconds. */
export function ec2Observe(clients: AwsClients, polling = { first: 2_000, longest: 300_000 }): Ec2Observe {
  return {
    describeInstance({ instanceId, ...place }) {
      return describeInstance(clients.ec2(place), instanceId);
    },

    describeExportTask({ exportTaskId, ...place }) {
      return readExportTask(clients.ec2(place), exportTaskId);
    },

    async awaitExportTask({ exportTaskId, ...place }) {
      const task = await readExportTask(clients.ec2(place), exportTaskId);
      if (task.state === 'completed' || task.state === 'cancelled') return task;
      throw notYet(`export task ${exportTaskId} is ${task.state}`, polling.first, polling.longest);
    },

    describeCopies({ accountId, ...search }) {
      return describeCopies(clients.ec2({ accountId, region: search.region }), search);
    },

    describeEbsEncryption(place) {
      return readEbsEncryption(clients.ec2(place), place.region);
    },
  };
}
