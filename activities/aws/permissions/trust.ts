import type { RoleName } from './permission.ts';

/**
 * Who may assume a role of ours: one worker's own credentials, and only with the external id of the installation. A session
 * that acts has to name its incident, so that nothing is changed without CloudTrail saying what for.
 */
export const trustOf = <P>(role: RoleName, principal: P, externalId: string) => ({
  Effect: 'Allow' as const,
  Principal: { AWS: principal },
  Action: 'sts:AssumeRole',
  Condition: {
    StringEquals: { 'sts:ExternalId': externalId },
    ...(role === 'contain' || role === 'isolate'
      ? { StringLike: { 'sts:RoleSessionName': `${roleNames.contain}-VMX-*` } }
      : {}),
  },
});

/** As soar.example.yaml and the forensics bucket's policy know them. */
export const roleNames: Record<RoleName, string> = {
  observe: 'soar-observe',
  contain: 'soar-contain',
  detect: 'soar-detect',
  evidence: 'soar-evidence',
  evidenceIndex: 'soar-evidence-index',
  evidenceObserved: 'soar-evidence-observed',
  evidenceFigures: 'soar-evidence-figures',
  organisation: 'soar-organisation',
  isolate: 'soar-isolate',
  dataKeys: 'soar-data-keys',
  keyKeeper: 'soar-key-keeper',
};
