import { rm } from 'node:fs/promises';
import { awsClients, type AwsClients } from '../../activities/aws/clients.ts';
import { startAwsLab, type AwsLab } from '../../src/lab/aws/aws-lab.ts';
import { buildFoundation, type Foundation } from '../../src/lab/foundation.ts';
import { useAwsFiles, writeLabFiles } from '../../src/lab/lab-config.ts';

export interface World {
  lab: AwsLab;
  foundation: Foundation;
  /** Under the least-privilege roles that an installation has; new ones each time, as another worker would have. */
  clients: (purpose: 'observe' | 'contain') => AwsClients;
  observing: AwsClients;
  containing: AwsClients;
  stop: () => Promise<void>;
}

/** Victim, forensics and our roles, in a lab of its own. */
export async function startWorld(): Promise<World> {
  const lab = await startAwsLab();
  const foundation = await buildFoundation(lab);
  const files = await writeLabFiles(lab, foundation, { rechecks: [] });
  const restoreEnvironment = useAwsFiles(files);
  const { victim, forensics, management, roles, externalId } = foundation;
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
      organisation: { account: management.id, roles: roles.organisation },
    });
  return {
    lab,
    foundation,
    clients,
    observing: clients('observe'),
    containing: clients('contain'),
    stop: async () => {
      restoreEnvironment();
      await rm(files.folder, { recursive: true });
      await lab.stop();
    },
  };
}
