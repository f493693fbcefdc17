import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { clientConfig, type AwsConnection } from '../../../activities/aws/clients.ts';
import { aws } from '../../../activities/aws/failures.ts';
import { evidenceStore, storeDocument, type EvidenceSettings } from '../../../activities/evidence/store.ts';
import { awsEndpoint, evidenceSettings, observedSettings } from '../../config/aws-settings.ts';
import type { SoarConfig } from '../../config/load-config.ts';
import { canonicalJson } from '../../domain/digest.ts';
import { ok, probe, warning, type Check, type Finding } from './check.ts';

/** A role of the configuration, and the worker under whose credentials it is assumed. */
interface AssumedRole {
  name: string;
  /** Not those of the keys: that check asks with them itself. */
  purpose: Exclude<keyof SoarConfig['aws']['profiles'], 'encryption'>;
  role: string;
  region: string;
}

/** Whoever has this session may do nothing: who looks needs no more than to know that the role is theirs. */
const nothing = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});

/** The contain roles let in who names an incident; this is the name of none. */
const sessionName = (purpose: AssumedRole['purpose']): string =>
  purpose === 'contain' ? 'soar-contain-VMX-DOCTOR' : 'soar-doctor';

export function rolesOf({ accounts, organisation, evidence, intake }: SoarConfig): AssumedRole[] {
  const [first] = accounts;
  const home = first?.regions[0] ?? 'us-east-1';
  const { management } = organisation;
  const ofAccounts = accounts.flatMap(({ id, name, regions, roles }) =>
    (['observe', 'contain', 'detect'] as const).flatMap((purpose) => {
      const role = roles[purpose];
      return role === undefined
        ? []
        : [{ name: `role ${purpose} of ${name} (${id})`, purpose, role, region: regions[0] ?? home }];
    }),
  );
  const ofManagement = management
    ? (['observe', 'contain'] as const).map((purpose) => ({
        name: `role ${purpose} of the organisation (${management.account})`,
        purpose,
        role: management.roles[purpose],
        region: home,
      }))
    : [];
  const ofIndexes =
    'folder' in evidence
      ? []
      : [
          { name: "role of the archive's index", purpose: 'intake' as const, role: evidence.readRole },
          { name: "role of the archive's index, for incidents", purpose: 'notify' as const, role: evidence.readRole },
          { name: 'role of the index of incidents', purpose: 'figures' as const, role: evidence.figuresRole },
        ].flatMap(({ role, ...rest }) => (role === undefined ? [] : [{ ...rest, role, region: evidence.region }]));
  const ofQueues = intake.queues.flatMap(({ url, role, region }) =>
    role === undefined ? [] : [{ name: `role of queue ${url}`, purpose: 'detect' as const, role, region }],
  );
  return [...ofAccounts, ...ofManagement, ...ofIndexes, ...ofQueues];
}

/** Assumes each role in a session that may do nothing, and asks who it is. `heard` gets the time of who answered. */
export function askRoles(
  config: SoarConfig,
  roles: AssumedRole[],
  heard: (offset: number) => void,
): Promise<Check[]>[] {
  return roles.map(({ name, purpose, role, region }) => {
    const profile = config.aws.profiles[purpose];
    const whose = profile === undefined ? 'the credentials of this environment' : `profile ${profile}`;
    const next =
      `let ${whose} assume ${role}: its trust policy with the external id, and sts:AssumeRole (deploy/iam); ` +
      `other credentials are on the machine of that worker: soar doctor --role ${purpose} there`;
    return probe(name, { next }, () => assume(awsEndpoint(config, purpose), { name, purpose, role, region }, heard));
  });
}

async function assume(
  connection: AwsConnection,
  { purpose, role, region }: AssumedRole,
  heard: (offset: number) => void,
): Promise<Finding> {
  const session = { name: sessionName(purpose), policy: nothing };
  const sts = new STSClient(clientConfig(connection, region, role, session));
  tellTime(sts, heard);
  try {
    const { Arn } = await aws(`assuming ${role}`, () => sts.send(new GetCallerIdentityCommand({})));
    return ok(`assumed as ${Arn ?? role}`);
  } finally {
    sts.destroy();
  }
}

/** How far the clock of who answers is ahead of ours, from the `Date` of the answer. */
function tellTime(sts: STSClient, heard: (offset: number) => void): void {
  sts.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers = {} } = answer.response as { headers?: Record<string, string> };
      const time = Date.parse(headers.date ?? '');
      if (!Number.isNaN(time)) heard(time - Date.now());
      return answer;
    },
    { step: 'deserialize', name: 'tellTime' },
  );
}

const storeNext = ({ evidence }: SoarConfig): string =>
  'folder' in evidence
    ? 'make room on its disk, and let the user of the notify worker write there'
    : 'check bucket, account, role and Object Lock of section evidence (deploy/iam, template evidence)';

/** Where reports are appended, by the role of the notify worker. */
export const askEvidenceStore = (config: SoarConfig): Promise<Check[]> =>
  probe('evidence store', { next: storeNext(config) }, () => append(evidenceSettings(config)));

/** Where the observe worker appends what AWS answered; in a folder it is the same. */
export const askObservedStore = (config: SoarConfig): Promise<Check[]> =>
  probe('evidence of findings', { next: storeNext(config) }, () => {
    if ('folder' in config.evidence) return null;
    const settings = observedSettings(config);
    if (settings) return append(settings, 'observed');
    return warning('what AWS answers is not kept: evidence.observeRole is not set', 'set it (deploy/iam, evidence)');
  });

/**
 * Only appending shows that it can be appended, and nobody of ours may read there. The document has its name from its
 * content: for each configuration there is one, whenever it is looked again.
 */
async function append(settings: EvidenceSettings, folder?: 'observed'): Promise<Finding> {
  const where = 'folder' in settings ? { folder: settings.folder } : bucketOf(settings);
  const content = Buffer.from(canonicalJson({ what: 'written by soar doctor: this store takes documents', ...where }));
  const document = { incidentKey: 'doctor', name: 'store', content, format: 'json' as const };
  const { uri } = await storeDocument(
    evidenceStore(settings),
    folder === undefined ? document : { ...document, folder },
  );
  if ('folder' in settings) {
    return warning(`appends to ${settings.folder}`, 'nothing locks a folder: ship it on to a bucket with Object Lock');
  }
  const { retention } = settings;
  if (!retention) {
    return warning(
      `takes documents (${uri}), unlocked but for a default that the bucket may have`,
      'set evidence.retention: Object Lock on whatever is added',
    );
  }
  return ok(`takes documents (${uri}), locked for ${retention.days} days in mode ${retention.mode}`);
}

const bucketOf = ({ bucket, role, retention }: Exclude<EvidenceSettings, { folder: string }>) => ({
  bucket,
  role: role ?? null,
  retention: retention ? { mode: retention.mode, days: retention.days } : null,
});
