import type { RoleName } from './permission.ts';

/** Who may assume a role of ours: one worker's own credentials, and only with the external id of the installation. */
export const trustOf = <P>(principal: P, externalId: string) => ({
  Effect: 'Allow' as const,
  Principal: { AWS: principal },
  Action: 'sts:AssumeRole',
  Condition: { StringEquals: { 'sts:ExternalId': externalId } },
});

/** As soar.example.yaml and the forensics bucket's policy know them. */
export const roleNames: Record<RoleName, string> = {
  observe: 'soar-observe',
  contain: 'soar-contain',
  detect: 'soar-detect',
  evidence: 'soar-evidence',
  evidenceIndex: 'soar-evidence-index',
};
