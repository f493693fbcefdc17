import type { SetScene } from '../scene.ts';
import { burst } from './burst.ts';
import { dressedAsDev } from './dressed-as-dev.ts';
import { leakedKey } from './leaked-key.ts';
import { migrationTicket } from './migration-ticket.ts';
import { noLogging } from './no-logging.ts';
import { outsiderDownloads } from './outsider-downloads.ts';
import { presignedDownload } from './presigned-download.ts';
import { privilegeGained } from './privilege-gained.ts';
import { replicationOut } from './replication-out.ts';
import { roleChain } from './role-chain.ts';
import { scriptAttempts } from './script-attempts.ts';
import { stolenBackupRole } from './stolen-backup-role.ts';
import { storedTwice } from './stored-twice.ts';
import { trailStopped } from './trail-stopped.ts';
import { triedKey } from './tried-key.ts';

/** By the names of their expected files. */
export const scenes: Readonly<Record<string, SetScene>> = {
  'outsider-downloads': outsiderDownloads,
  'no-logging': noLogging,
  'presigned-download': presignedDownload,
  'replication-out': replicationOut,
  'role-chain': roleChain,
  'privilege-gained': privilegeGained,
  'trail-stopped': trailStopped,
  'migration-ticket': migrationTicket,
  'stolen-backup-role': stolenBackupRole,
  'leaked-key': leakedKey,
  burst,
  'script-attempts': scriptAttempts,
  'dressed-as-dev': dressedAsDev,
  'stored-twice': storedTwice,
  'tried-key': triedKey,
};

/** Seen in the whole account: played when nobody looks at other scenes any more. */
export const seenEverywhere = ['trail-stopped'];
