import { rm } from 'node:fs/promises';
import { awsClients, type AwsClients } from '../../activities/aws/clients.ts';
import { startAwsLab, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { buildFoundation, type Foundation } from '../../src/lab/foundation.ts';
import { useAwsFiles, writeLabFiles } from '../../src/lab/lab-config.ts';
import { region } from '../../src/lab/clients.ts';
import { shared } from '../support/shared.ts';

export interface World {
  lab: AwsLab;
  foundation: Foundation;
  /** Under the least-privilege roles that an installation has. */
  observing: AwsClients;
  containing: AwsClients;
  stop: () => Promise<void>;
}

export const incidentKey = 'VMX-ABCDEFGHIJ';

/** Victim, forensics and our roles, in a lab of this file's own. */
export const sharedWorld = (): (() => World) => shared(startWorld, (world) => world.stop());

async function startWorld(): Promise<World> {
  const lab = await startAwsLab();
  const foundation = await buildFoundation(lab);
  const files = await writeLabFiles(lab, foundation, { rechecks: [] });
  const restoreEnvironment = useAwsFiles(files);
  const { victim, forensics, roles, externalId } = foundation;
  const clients = (purpose: 'observe' | 'contain') =>
    awsClients({
      purpose,
      endpoint: lab.endpoint,
      forcePathStyle: true,
      externalId,
      profile: `soar-${purpose}`,
      accounts: [
        { id: victim.id, roles: roles.victim },
        { id: forensics.id, roles: roles.forensics },
      ],
    });
  return {
    lab,
    foundation,
    observing: clients('observe'),
    containing: clients('contain'),
    stop: async () => {
      restoreEnvironment();
      await rm(files.folder, { recursive: true });
      await lab.stop();
    },
  };
}

let made = 0;
/** A name that no other test of the file uses. */
export const named = (what: string): string => `${what}-${++made}`;

/** The part of an act's input that all acts share. */
export const actBase = ({ foundation }: World) => ({ incidentKey, accountId: foundation.victim.id, region });
