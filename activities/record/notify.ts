import { ApplicationFailure } from '@temporalio/common';
import type { Client } from '@temporalio/client';
import { closedIncident, UndoRefused } from '../../src/audit/closed-incident.ts';
import { undoNamed } from '../../src/domain/names.ts';
import type { RecordNotify } from './contract.ts';

export const recordNotify = (client: Client): RecordNotify => ({
  async readClosedIncident({ undo }) {
    const named = undoNamed(undo);
    if (!named) throw refused(`${undo} is not the id of an undo`);
    try {
      return await closedIncident(client, named.incident, named.number - 1);
    } catch (error) {
      throw error instanceof UndoRefused ? refused(error.message) : error;
    }
  },
});

const refused = (message: string) => ApplicationFailure.nonRetryable(message, 'NothingToUndo');
