import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

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
  // The inline source map names files of this machine; the code before it does not depend on where it lies.
  const code = bundle.code.split('//# sourceMappingURL=')[0] ?? bundle.code;
  return { bundle, buildId: createHash('sha256').update(code).digest('hex').slice(0, 16) };
}
