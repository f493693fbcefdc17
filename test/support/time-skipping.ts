import { TestWorkflowEnvironment } from '@temporalio/testing';
import { attributeTypes, indexedValueTypes } from '../../src/temporal/search-attributes.ts';
import { searchAttributes } from '../../workflows/messages.ts';
import { quietTemporal } from '../../src/temporal/quiet.ts';
import { shared } from './shared.ts';
import { resolveTimeSkippingServer } from './time-skipping-server.ts';

/**
 * The SDK's test environment on the time-skipping server: days pass in milliseconds while a result is awaited. Its time is
 * one for all workflows and may be years ahead: one test at a time, no absolute dates. List, count, schedules and reset are
 * not implemented there; use `createDevEnv` for those.
 */
async function createTimeSkippingEnv(): Promise<TestWorkflowEnvironment> {
  quietTemporal('WARN');
  const path = await resolveTimeSkippingServer((line) => console.log(line));
  const env = await startPatiently(path);
  await env.connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: indexedValueTypes(attributeTypes(searchAttributes)),
  });
  return env;
}

/** A time-skipping server for the tests of this file. */
export const useTimeSkippingEnv = (): (() => TestWorkflowEnvironment) =>
  shared(createTimeSkippingEnv, (env) => env.teardown());

/**
 * A sleep for what asks after an hour, such as a first recheck: it lands half an hour after, when the reminder is over and
 * the escalation half an hour away. The server strands a run that cancels a timer while it fires (temporalio/sdk-java#3088).
 */
export const betweenTimers = '90m';

/** The SDK waits 5 s for the server, which a busy machine may exceed. */
async function startPatiently(path: string, attempts = 3): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (attempts <= 1) throw error;
    return startPatiently(path, attempts - 1);
  }
}
