import type { Scenario } from '../scenario.ts';
import { authorisedBackup } from './authorised-backup.ts';
import { caughtRunning } from './caught-running.ts';
import { compromisedKey } from './compromised-key.ts';
import { deniedAttempt } from './denied-attempt.ts';
import { insider } from './insider.ts';

/** The first is what `npm run demo` plays. */
export const scenarios: Scenario[] = [compromisedKey, deniedAttempt, authorisedBackup, insider, caughtRunning];
