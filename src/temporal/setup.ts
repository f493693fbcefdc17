import type { Connection } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { hasStatus } from './grpc-status.ts';
import { indexedValueTypes } from './search-attributes.ts';
import type { SearchAttributeTypes } from './search-attributes.ts';

/** The server lacks search attributes and does not let us add them. */
export class SetupRefused extends Error {
  override readonly name = 'SetupRefused';
}

/** What to warn of where the namespace was not prepared; null: it was, or the server does not let us ask. */
export async function whyUnprepared(
  { connection, namespace }: { connection: Connection; namespace: string },
  attributes: SearchAttributeTypes,
): Promise<string | null> {
  const missing = await missingSearchAttributes(connection, namespace, attributes).catch(() => []);
  if (missing.length === 0) return null;
  const names = missing.join(', ');
  return `no incident can begin: namespace ${namespace} lacks search attributes (${names}); run: soar setup`;
}

async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributeTypes,
): Promise<string[]> {
  const present = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  return Object.keys(attributes).filter((name) => !(name in present));
}

const usableSeconds = 60;

/** Adds the search attributes that the namespace lacks, and waits until they can be used. Returns the names added. */
export async function registerSearchAttributes(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributeTypes,
): Promise<string[]> {
  const present = (await connection.operatorService.listSearchAttributes({ namespace })).customAttributes;
  for (const [name, type] of Object.entries(indexedValueTypes(attributes))) {
    if (name in present && Number(present[name]) !== type) {
      throw new SetupRefused(
        `namespace ${namespace} has a search attribute ${name} of another type than ${attributes[name]}`,
      );
    }
  }
  const missing = Object.fromEntries(Object.entries(attributes).filter(([name]) => !(name in present)));
  if (Object.keys(missing).length > 0) await add(connection, namespace, missing);
  await waitUntilUsable(connection, namespace, Object.keys(attributes));
  return Object.keys(missing);
}

async function add(connection: Connection, namespace: string, missing: SearchAttributeTypes): Promise<void> {
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: indexedValueTypes(missing) });
  } catch (error) {
    // Another process was faster.
    if (hasStatus(error, 'alreadyExists')) return;
    const list = Object.entries(missing).map(([name, type]) => `${name}=${TypedSearchAttributes.toMetadataType(type)}`);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SetupRefused(
      `search attributes cannot be added to namespace ${namespace} (${reason}). ` +
        `Let an administrator add them (Temporal Cloud: in the namespace's settings): ${list.join(', ')}`,
      { cause: error },
    );
  }
}

/** Servers answer queries on a new attribute only after their caches have caught up. */
async function waitUntilUsable(connection: Connection, namespace: string, names: string[]): Promise<void> {
  const query = names.map((name) => `${name} IS NULL`).join(' AND ');
  const deadline = Date.now() + usableSeconds * 1000;
  for (;;) {
    try {
      await connection.workflowService.countWorkflowExecutions({ namespace, query });
      return;
    } catch (error) {
      // The time-skipping test server has no visibility: there is nothing to wait for.
      if (hasStatus(error, 'unimplemented')) return;
      if (!hasStatus(error, 'invalidArgument') || Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

const currentVersionSeconds = 60;

/**
 * Makes a build the current version of a worker deployment: until there is one, its pinned workers get no new workflows.
 * A worker of that build must have polled; one that has just started is waited for.
 */
export async function setCurrentVersion(
  connection: Connection,
  namespace: string,
  deploymentName: string,
  buildId: string,
): Promise<void> {
  const deadline = Date.now() + currentVersionSeconds * 1000;
  for (;;) {
    try {
      await connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName,
        buildId,
        identity: 'temporal-soar setup',
        // A task queue that the build no longer serves is not a reason to keep the old version.
        ignoreMissingTaskQueues: true,
      });
      return;
    } catch (error) {
      const notYetKnown = hasStatus(error, 'notFound', 'failedPrecondition');
      if (!notYetKnown || Date.now() > deadline) throw error;
      await pause(200);
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
