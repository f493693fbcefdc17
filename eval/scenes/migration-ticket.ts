import type { SetScene } from '../scene.ts';
import { days } from '../eval-stage.ts';
import { engineer, machineAndBucket, staging } from './parts.ts';

/** As `identityMap` knows the engineer. */
export const noor = { accountId: '5b10ac8d82e05b22cc7d4e01', displayName: 'Noor Haddad' };

export const migrationTicket: SetScene = async (stage, twin) => {
  const old = await machineAndBucket(stage, staging, { bucket: 'acme-migration' });
  const { session, person } = await engineer(stage, old);
  const ticket = twin ? 'OPS-902' : 'OPS-901';
  const machine = twin ? 'i-0123456789abcdef0' : old.instanceId;
  stage.tickets.push({
    key: ticket,
    summary: 'Move search to the other site',
    description: `Export ${machine}, import it there.`,
    reporter: noor,
    status: 'Approved',
    created: new Date(Date.now() - days(3)).toISOString(),
  });
  const { task, record } = await stage.export(session, old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person, ticket } };
};
