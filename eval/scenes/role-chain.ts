import { allow } from '../../src/lab/account.ts';
import type { SetScene } from '../scene.ts';
import { exporting, machineAndBucket, month, production, roleFor, somebody, working } from './parts.ts';

export const roleChain: SetScene = async (stage, twin) => {
  const { victim } = stage;
  const old = await machineAndBucket(stage, production);
  const session = stage.name('piet');
  const taking = allow('sts:AssumeRole');
  const person = await somebody(stage, 'piet.maas', taking, ...(twin ? [working, exporting] : []));
  const firstRole = await roleFor(stage, 'chain-developer', person, taking);
  const secondRole = await roleFor(stage, 'chain-deployer', { arn: firstRole }, taking);
  const lastRole = await roleFor(stage, 'chain-operator', { arn: secondRole }, working, exporting);
  const takeAll = async () => {
    const first = await victim.assume(person, firstRole, session);
    const second = await victim.assume(first, secondRole, session);
    return victim.assume(second, lastRole, session);
  };
  const actor = () => (twin ? Promise.resolve(person) : takeAll());
  await month(stage, actor);

  const { task, record } = await stage.export(await actor(), old);
  await stage.exportFinished(task);
  await stage.logGoesOn(old.bucket);
  return { records: [record], names: { person: person.arn, firstRole, secondRole, lastRole } };
};
