import { keptAuditCode } from '../src/audit/releases.ts';
import type { CodeOf } from '../src/audit/seal.ts';
import { auditCode } from '../src/audit/workflow-code.ts';
import { bundleWorkflows } from './bundle.ts';

/** The code that replays what a build did: this release's, or one that was kept; a run that names no build is ours. */
export function auditCodes(releases: string | undefined): CodeOf {
  let own: Promise<string> | undefined;
  return async (buildId) => {
    if (buildId === null || buildId === (await (own ??= bundleWorkflows().then((made) => made.buildId)))) {
      return auditCode();
    }
    const kept = releases === undefined ? null : await keptAuditCode(releases, buildId);
    if (kept) return kept;
    throw new Error(
      releases === undefined
        ? `the incident ran on build ${buildId}, whose code is not here: set releases to the folder that keeps it`
        : `the incident ran on build ${buildId}, whose code is not in ${releases}: copy it there`,
    );
  };
}
