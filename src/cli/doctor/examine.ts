import type { WorkerRole } from '../../domain/names.ts';
import { askEvidenceStore, askObservedStore, askRoles, rolesOf } from './ask-aws.ts';
import { askEncryption, readConfig, readIntakeSecrets, readSealingKey } from './ask-config.ts';
import { askCodecServer, askGateway, askPlaces, askSearch } from './ask-others.ts';
import { askTemporal } from './ask-temporal.ts';
import { probe, type Check } from './check.ts';
import { judgeClock } from './judge-clock.ts';
import { judgeAllowList, judgeApprovers, judgeSealing } from './judge-config.ts';

/** Whose keys and credentials are on this machine; `figures` are those of whoever runs `soar metrics`. */
export const lookers = ['incident', 'observe', 'contain', 'notify', 'detect', 'intake', 'figures'] as const satisfies (
  WorkerRole | 'intake' | 'figures'
)[];
export type Looker = (typeof lookers)[number];

/** Looks at everything at once, as far as these roles can; the checks stand in the order of the installation. */
export async function examine(configPath: string, roles: readonly Looker[]): Promise<Check[]> {
  const { config, checks: read } = await readConfig(configPath);
  const temporal = askTemporal(config);
  if (!config) return [...read, ...(await temporal)];

  const as = (role: Looker) => roles.includes(role);
  const offsets: number[] = [];
  const aws = askRoles(
    config,
    rolesOf(config).filter(({ purpose }) => as(purpose)),
    (offset) => offsets.push(offset),
  );
  const nothingToDo = { next: '' };
  const [ofTemporal, ofAws, ...others] = await Promise.all([
    temporal,
    Promise.all(aws),
    probe('approvers', nothingToDo, () => judgeApprovers(config)),
    probe('allow-list', nothingToDo, () => judgeAllowList(config, new Date())),
    askEncryption(config),
    probe('sealing', nothingToDo, () => judgeSealing(config)),
    ...(as('notify') ? [readSealingKey(config), askEvidenceStore(config)] : []),
    ...(as('observe') ? [askObservedStore(config)] : []),
    ...(as('notify') ? askPlaces(config) : []),
    ...(as('detect') ? [askSearch(config)] : []),
    ...(as('intake') ? [readIntakeSecrets(config), askGateway(config), askCodecServer(config)] : []),
  ]);
  const clock = aws.length === 0 ? [] : [{ name: 'clock', ...judgeClock(offsets) }];
  return [...read, ...ofTemporal, ...others.flat(), ...ofAws.flat(), ...clock];
}
