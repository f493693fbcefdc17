import type { ActInput, ActName, ActResult, TargetCheck } from '../../src/domain/acts/acts.ts';
import type { Approver, ApproverGroup } from '../../src/domain/approval/approval.ts';
import type {
  CopyFacts,
  ExportTaskFacts,
  ImageSourceFacts,
  InstanceFacts,
  SoftwareFacts,
} from '../../src/domain/findings/facts.ts';
import type { Neighbours } from '../../src/domain/plan/shared-state.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import type { Source, SourceAnswer, SourceQuestion } from '../../src/domain/findings/sources.ts';
import type { ArchiveNotify } from '../../activities/archive/contract.ts';
import type { CloudTrailObserve } from '../../activities/cloudtrail/contract.ts';
import type { ConfluenceNotify } from '../../activities/confluence/contract.ts';
import type { CloudWatchObserve } from '../../activities/cloudwatch/contract.ts';
import type { ConfigContain, ConfigObserve } from '../../activities/config/contract.ts';
import type { CorrelationNotify } from '../../activities/correlation/contract.ts';
import type { DirectoryNotify } from '../../activities/directory/contract.ts';
import { directory } from '../../activities/directory/notify.ts';
import type { Ec2Contain, Ec2Observe, ImageObserve } from '../../activities/ec2/contract.ts';
import type { EventBridgeContain, EventBridgeObserve } from '../../activities/eventbridge/contract.ts';
import type { EvidenceNotify } from '../../activities/evidence/contract.ts';
import type { GeographyObserve } from '../../activities/geography/contract.ts';
import type { GithubNotify } from '../../activities/github/contract.ts';
import type { IamContain, IamObserve } from '../../activities/iam/contract.ts';
import type { JiraNotify } from '../../activities/jira/contract.ts';
import type { DetectorAnswer, DetectorNews, KibanaNotify } from '../../activities/kibana/contract.ts';
import type { OrganizationsContain, OrganizationsObserve } from '../../activities/organizations/contract.ts';
import type { PagerNotify } from '../../activities/pager/contract.ts';
import { pagerNotify } from '../../activities/pager/notify.ts';
import type { S3Contain, S3Observe } from '../../activities/s3/contract.ts';
import type { SlackNotify } from '../../activities/slack/contract.ts';
import { slackNotify } from '../../activities/slack/notify.ts';
import type { SlackSearchNotify } from '../../activities/slack-search/contract.ts';
import type { SystemsManagerObserve } from '../../activities/systems-manager/contract.ts';
import type { VerificationObserve } from '../../activities/verification/contract.ts';
import {
  aBucket,
  anExportObject,
  anImageSource,
  anInstance,
  aTask,
  aTrail,
  aUser,
  ids,
  nobodyWrote,
  someReads,
} from './builders.ts';
import { gateway } from './deciding.ts';
import type { PlacesFacts } from '../../src/domain/findings/places.ts';
import type { TrailFacts } from '../../src/domain/findings/trail-facts.ts';
import type { BucketFacts } from '../../src/domain/findings/bucket-facts.ts';
import type { ObjectReadFacts } from '../../src/domain/findings/read-facts.ts';
import type { PrincipalFacts } from '../../src/domain/findings/principal-facts.ts';

/**
 * What the activities answer in workflow tests, where order and waiting are looked at and AWS is not. It keeps what was
 * done, and a test changes an answer by assignment.
 */
export class FakeWorld {
  instance: InstanceFacts = anInstance();
  /** Of which machine an image was made. */
  source: ImageSourceFacts = anImageSource();
  software: SoftwareFacts = { total: 0, truncated: false, keeping: [] };
  task: ExportTaskFacts = aTask();
  bucket: BucketFacts = aBucket();
  object = anExportObject();
  reads: ObjectReadFacts = someReads();
  principal: PrincipalFacts = aUser();
  trail: TrailFacts = aTrail();
  /** What anybody in the account called that blinds those who watch. */
  calls: TrailFacts = aTrail();
  copies: CopyFacts[] = [];
  places: PlacesFacts = { databases: [], places: {}, gaps: [] };
  approvers: Approver[] = [
    { id: 'alice', name: 'Alice', principals: [] },
    { id: 'bob', name: 'Bob', principals: [] },
    { id: 'mallory', name: 'Mallory', principals: [ids.userArn] },
  ];
  groups: ApproverGroup[] = [];
  /** Every acting call in order. */
  readonly acts: ActInput[] = [];
  readonly reports: IncidentReport[] = [];
  /** What an act comes to, by name; the default is `applied`. */
  outcomes: Partial<Record<ActName, (input: ActInput) => ActResult>> = {};
  /** What a recheck finds, by action target; the default is `done`. */
  check: (input: ActInput) => TargetCheck = () => ({ standing: 'done', detail: 'as it was left' });

  /** What other open incidents count on. */
  neighbours: () => Neighbours = () => ({ kept: [], unasked: [] });

  storing = ({ name }: { name: string }) => Promise.resolve({ uri: `memory:${name}`, sha256: '0'.repeat(64), size: 0 });

  /** What Temporal and the archive know of earlier exports. */
  earlier: CorrelationNotify['earlierIncidents'] = () => Promise.resolve({ incidents: [], gaps: [] });

  private act = (input: ActInput): Promise<ActResult> => {
    this.acts.push(input);
    const outcome = this.outcomes[input.act]?.(input);
    return Promise.resolve(outcome ?? { status: 'applied', detail: 'done', at: new Date().toISOString() });
  };

  readonly observe: Ec2Observe &
    ImageObserve &
    CloudWatchObserve &
    S3Observe &
    SystemsManagerObserve &
    IamObserve &
    CloudTrailObserve &
    ConfigObserve &
    EventBridgeObserve &
    GeographyObserve &
    OrganizationsObserve &
    VerificationObserve = {
    traceImage: () => Promise.resolve(this.source),
    describeInstance: () => Promise.resolve(this.instance),
    describeExportTask: () => Promise.resolve(this.task),
    awaitExportTask: () => Promise.resolve(this.task),
    describeCopies: ({ region }) => Promise.resolve({ region, copies: this.copies, gaps: [] }),
    describeSoftware: () => Promise.resolve(this.software),
    describeEbsEncryption: () => Promise.resolve(true),
    describeBucket: () => Promise.resolve(this.bucket),
    describeExportObject: () => Promise.resolve(this.object),
    readAccessLogs: () => Promise.resolve(this.reads),
    readRequestMetrics: ({ from, to }) => Promise.resolve({ from, to, filters: [], gaps: [] }),
    describePrincipal: ({ name }) =>
      Promise.resolve({ ...this.principal, name, arn: this.principal.arn.replace(/[^/]+$/, name) }),
    findUser: () => Promise.resolve(this.principal),
    policyUsers: () => Promise.resolve({ policies: {}, groups: {}, gaps: [] }),
    serviceCredentials: () => Promise.resolve([]),
    rolesTrusting: () => Promise.resolve([]),
    lookupTrail: () => Promise.resolve(this.trail),
    trailBuckets: () => Promise.resolve(['acme-trail']),
    locate: () => Promise.resolve(this.places),
    lookupCalls: () => Promise.resolve(this.calls),
    describeEventRule: () => Promise.resolve(null),
    describeAccountScps: ({ targetAccount: accountId }) =>
      Promise.resolve({ accountId, member: true, attached: ['FullAWSAccess'], own: [] }),
    describeConfig: () => Promise.resolve({ recording: false, rules: [] }),
    checkAct: (input) => Promise.resolve(this.check(input)),
  };

  readonly contain: Ec2Contain & S3Contain & IamContain & EventBridgeContain & OrganizationsContain & ConfigContain = {
    cancelExportTask: this.act,
    editBucketPolicy: this.act,
    replaceBucketAcl: this.act,
    copyExport: this.act,
    deleteExport: this.act,
    setPublicAccessBlock: this.act,
    setBucketOwnership: this.act,
    setBucketReplication: this.act,
    setAccessPointPolicy: this.act,
    setAccessKeyStatus: this.act,
    setServiceCredentialStatus: this.act,
    setTrustPolicy: this.act,
    putInlinePolicy: this.act,
    revokeRoleSessions: this.act,
    setManagedPolicy: this.act,
    putEventRule: this.act,
    setSharing: this.act,
    snapshotVolumes: this.act,
    setEbsEncryptionDefault: this.act,
    setAccountScp: this.act,
    putConfigRule: this.act,
  };

  /** What Kibana was told, in order, and what it answers. */
  readonly told: DetectorNews[] = [];
  kibana: (news: DetectorNews) => Promise<DetectorAnswer> = ({ alerts }) =>
    Promise.resolve({ changed: alerts.length, problems: [] });

  /** What the sources were asked, and what each answers. */
  readonly asked: { source: Source; question: SourceQuestion }[] = [];
  wrote: (source: Source) => Promise<SourceAnswer> = (source) => Promise.resolve(nobodyWrote(source));

  private ask =
    (source: Source) =>
    (question: SourceQuestion): Promise<SourceAnswer> => {
      this.asked.push({ source, question });
      return this.wrote(source);
    };

  /** Without Slack; a test that has one assigns its activities. */
  readonly notify: ArchiveNotify &
    CorrelationNotify &
    ConfluenceNotify &
    EvidenceNotify &
    DirectoryNotify &
    GithubNotify &
    JiraNotify &
    KibanaNotify &
    PagerNotify &
    SlackNotify &
    SlackSearchNotify = {
    searchGithub: this.ask('github'),
    searchJira: this.ask('jira'),
    searchConfluence: this.ask('confluence'),
    searchSlack: this.ask('slack'),
    sealRun: () => Promise.resolve([]),
    correlate: () => Promise.resolve([]),
    countingOn: () => Promise.resolve(this.neighbours()),
    earlierIncidents: (input) => this.earlier(input),
    ...pagerNotify(null),
    ...slackNotify(null),
    tellDetector: (news) => {
      this.told.push(news);
      return this.kibana(news);
    },
    indexEvents: ({ eventIds }) => Promise.resolve({ indexed: eventIds.length }),
    storeEvidence: (input) => this.storing(input),
    storeReport: ({ report }) => {
      this.reports.push(report);
      return Promise.resolve({ markdown: { uri: 'memory:report.md', sha256: '0'.repeat(64), size: 0 } });
    },
    ...directory(
      () =>
        Promise.resolve({
          approvers: this.approvers,
          groups: this.groups,
          gatewayKeys: { [gateway.keyId]: gateway.publicKey },
          policyDigest: 'test',
        }),
      gateway.codeSecret,
    ),
  };
}
