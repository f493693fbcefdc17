import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildIdOf } from '../src/audit/workflow-code.ts';

export interface VersionedBundle {
  bundle: WorkflowBundleWithSourceMap;
  /** Hash of the workflow code: the same code is the same version, wherever it runs. */
  buildId: string;
}

/** Bundles the workflow code for the incident worker (about a second). */
export async function bundleWorkflows(): Promise<VersionedBundle> {
  const bundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  return { bundle, buildId: buildIdOf(bundle.code) };
}
