import { fileURLToPath } from 'node:url';
import type { BundleOptions, WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { buildIdOf, workflowSources } from '../src/audit/workflow-code.ts';
import { keptBundle } from '../src/temporal/kept-bundle.ts';

export interface VersionedBundle {
  bundle: WorkflowBundleWithSourceMap;
  /** The workflow code of the version, whatever the bundle has besides. */
  code: string;
  /** Hash of the workflow code: the same code is the same version, wherever it runs. */
  buildId: string;
}

/** Bundles the workflow code for the incident worker: two seconds, and next to none where it was bundled before. */
export async function bundleWorkflows(converter: Converter = {}): Promise<VersionedBundle> {
  const plain = await bundled({});
  // How failures are written down is no part of the version: open incidents stay with us when encryption is turned on.
  const bundle = converter.failureConverterPath === undefined ? plain : await bundled(converter);
  return { bundle, code: plain.code, buildId: buildIdOf(plain.code) };
}

type Converter = Pick<BundleOptions, 'failureConverterPath'>;

export const workflowsPath = fileURLToPath(new URL('../workflows/index.ts', import.meta.url));
const encryption = fileURLToPath(new URL('../src/encryption', import.meta.url));

/** Loaded once by each workflow thread, not by each incident: its modules keep no state (eslint sees to it, ADR 50). */
const workflowCode = { workflowsPath, preloadModules: [workflowsPath] };

const bundled = ({ failureConverterPath }: Converter): Promise<WorkflowBundleWithSourceMap> =>
  failureConverterPath === undefined
    ? keptBundle(workflowCode, workflowSources)
    : keptBundle({ ...workflowCode, failureConverterPath }, [...workflowSources, encryption]);
