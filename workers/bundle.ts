import { fileURLToPath } from 'node:url';
import {
  bundleWorkflowCode,
  DefaultLogger,
  type BundleOptions,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import { buildIdOf } from '../src/audit/workflow-code.ts';

export interface VersionedBundle {
  bundle: WorkflowBundleWithSourceMap;
  /** The workflow code of the version, whatever the bundle has besides. */
  code: string;
  /** Hash of the workflow code: the same code is the same version, wherever it runs. */
  buildId: string;
}

/** Bundles the workflow code for the incident worker (about a second). */
export async function bundleWorkflows(converter: Converter = {}): Promise<VersionedBundle> {
  const plain = await bundled({});
  // How failures are written down is no part of the version: open incidents stay with us when encryption is turned on.
  const bundle = converter.failureConverterPath === undefined ? plain : await bundled(converter);
  return { bundle, code: plain.code, buildId: buildIdOf(plain.code) };
}

type Converter = Pick<BundleOptions, 'failureConverterPath'>;

const bundled = ({ failureConverterPath }: Converter): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
    ...(failureConverterPath === undefined ? {} : { failureConverterPath }),
  });
