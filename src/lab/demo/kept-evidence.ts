import { createHash } from 'node:crypto';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import type { EvidenceRef } from '../../domain/findings/evidence.ts';
import { lacksEvidence } from '../../domain/findings/finding-evidence.ts';
import type { IncidentReport } from '../../domain/report/report.ts';
import type { Foundation } from '../foundation.ts';
import { proof, type Proof } from '../probes.ts';

/** Every answer that was fetched refers to what was answered, and that lies in the evidence store as it was. */
export async function keptEvidence({ forensics }: Foundation, { findings }: IncidentReport): Promise<Proof> {
  const references = new Map(findings.flatMap(({ evidence }) => evidence.map((each) => [each.uri, each])));
  const lacking = findings.filter(lacksEvidence).map(({ id }) => id);
  const changed: string[] = [];
  for (const reference of references.values()) {
    if (!(await isAsItWas(forensics.admin.s3, reference))) changed.push(reference.uri);
  }
  return proof(
    'answers refer to evidence that is kept',
    references.size > 0 && lacking.length + changed.length === 0,
    lacking.length + changed.length === 0
      ? `${references.size} document(s) of the evidence store have the SHA-256 that the findings name`
      : `without evidence: ${lacking.join(', ') || 'none'}; not as it was: ${changed.join(', ') || 'none'}`,
  );
}

async function isAsItWas(s3: Foundation['forensics']['admin']['s3'], { uri, sha256 }: EvidenceRef): Promise<boolean> {
  const { host, pathname } = new URL(uri);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: host, Key: pathname.slice(1) }));
  const content = (await Body?.transformToByteArray()) ?? new Uint8Array();
  return createHash('sha256').update(content).digest('hex') === sha256;
}
