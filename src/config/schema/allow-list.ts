import { id, list, moment, network, oneOf, section, sentence, text } from './forms.ts';
import { arnPattern, bucketPattern } from './aws-names.ts';
import { schedule } from './schedule.ts';

export const allowListEntry = section({
  id,
  owner: sentence,
  reason: sentence,
  expires: moment,
  role: arnPattern,
  buckets: list(bucketPattern, 'buckets').min(1, { error: 'must not be empty' }).exactOptional(),
  instances: list(text(/^i-[0-9a-f]{8,17}$/, 'an instance id'), 'instance ids')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  networks: list(network, 'CIDR blocks').min(1, { error: 'must not be empty' }).exactOptional(),
  vpcEndpoints: list(text(/^vpce-[0-9a-f]{8,17}$/, 'the id of a VPC endpoint'), 'ids of VPC endpoints')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
  schedule: schedule.exactOptional(),
  environments: list(oneOf('production', 'staging', 'development', 'test'), 'environments')
    .min(1, { error: 'must not be empty' })
    .exactOptional(),
}).superRefine((entry, context) => {
  if (entry.vpcEndpoints && !entry.networks) {
    const message = 'says which networks count behind an endpoint: add networks';
    context.addIssue({ code: 'custom', path: ['vpcEndpoints'], message });
  }
  if (entry.buckets ?? entry.instances ?? entry.networks ?? entry.schedule) return;
  context.addIssue({
    code: 'custom',
    message:
      'matches by role alone, and a stolen role must not pass: add buckets, instances, networks or schedule ' +
      '(environments do not count, because tags can be changed)',
  });
});
