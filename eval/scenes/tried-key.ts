import {
  GetAccountSummaryCommand,
  ListGroupsCommand,
  ListPoliciesCommand,
  ListRolesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import { isDenial } from '../../src/domain/cloudtrail/denial.ts';
import type { SetScene } from '../scene.ts';
import { development, engineer, machineAndBucket } from './parts.ts';

export const triedKey: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, development, { bucket: 'acme-migration' });
  const { session, person } = await engineer(stage, old);
  const { iam } = session.clients;
  const looksAround = [
    () => iam.send(new ListUsersCommand({})),
    () => iam.send(new ListRolesCommand({})),
    () => iam.send(new ListGroupsCommand({})),
    () => iam.send(new ListPoliciesCommand({})),
    () => iam.send(new GetAccountSummaryCommand({})),
  ];
  for (const tried of twin ? looksAround.slice(0, 1) : looksAround) {
    const error: unknown = await tried().then(
      () => new Error('it should be denied'),
      (reason: unknown) => reason,
    );
    if (!(error instanceof Error) || !isDenial(error.name)) throw error;
  }
  const { task, record } = await stage.export(session, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person } };
};
