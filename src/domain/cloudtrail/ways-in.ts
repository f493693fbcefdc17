import { roleIdIn, userIdIn } from '../alert/principal.ts';
import { parsePolicy, type PolicyDocument } from '../policy/policy-document.ts';
import { isFields, member, parseJson, present, text } from './fields.ts';
import { parameters, structured, type Parameters } from './parameters.ts';
import type { EnteredMachine, TakenSession, WayIn } from '../findings/trail-facts.ts';

/** What a call left behind that lets somebody in, as far as its record names it; undefined for any other call. */
export interface LeftBehind {
  wayIn?: WayIn;
  session?: TakenSession;
  trust?: PolicyDocument;
  entered?: EnteredMachine;
}

/** Reads a CloudTrail record of a call that succeeded. Never throws. */
export function leftBehind(record: unknown): LeftBehind {
  const eventName = text(member(record, 'eventName')) ?? '';
  const eventSource = text(member(record, 'eventSource')) ?? '';
  const request = parameters(member(record, 'requestParameters'), eventName, 'Request');
  const response = parameters(member(record, 'responseElements'), eventName, 'Response');
  const wayIn = readerOf(waysIn, eventSource, eventName)?.(request, response, record);
  if (wayIn) return { wayIn, ...present({ trust: writtenTrust(record, eventName) }) };
  const entered = readerOf(machinesEntered, eventSource, eventName)?.(request);
  if (entered !== undefined) return { entered: { machine: entered } };
  const handsOut = eventSource === 'sts.amazonaws.com' && handsOutSessions.test(eventName);
  return handsOut ? { session: takenSession(request, response, record) } : {};
}

const trustParameters: Record<string, string> = {
  CreateRole: 'assumeRolePolicyDocument',
  UpdateAssumeRolePolicy: 'policyDocument',
};
/** More than twice what IAM takes. */
const longestTrust = 20_000;

/** The document whole: a text that was cut is none. */
function writtenTrust(record: unknown, eventName: string): PolicyDocument | undefined {
  const parameter = Object.hasOwn(trustParameters, eventName) ? trustParameters[eventName] : undefined;
  if (parameter === undefined) return undefined;
  const document = member(structured(member(record, 'requestParameters')), parameter);
  if (typeof document !== 'string' || document.length > longestTrust || !document.isWellFormed()) return undefined;
  if (!isFields(parseJson(document))) return undefined;
  const trust = parsePolicy(document);
  return trust.Statement.length > 0 ? trust : undefined;
}

const handsOutSessions = /^(AssumeRole|GetSessionToken$|GetFederationToken$)/;

function takenSession(request: Parameters, response: Parameters, record: unknown): TakenSession {
  return {
    ...present({
      accessKeyId: response('credentials', 'accessKeyId'),
      callerId: userIdIn(text(member(structured(member(record, 'userIdentity')), 'principalId'))),
      roleArn: request('roleArn'),
      sessionName: request('roleSessionName'),
      // Inherited from the caller's own session it stands in the answer only.
      sourceIdentity: response('sourceIdentity') ?? request('sourceIdentity'),
    }),
  };
}

/** By service and call: ElastiCache and Transfer Family have a `CreateUser`, too. */
type ByCall<R> = Record<string, Record<string, R>>;

function readerOf<R>(readers: ByCall<R>, eventSource: string, eventName: string): R | undefined {
  const ofService = Object.hasOwn(readers, eventSource) ? readers[eventSource] : undefined;
  return ofService && Object.hasOwn(ofService, eventName) ? ofService[eventName] : undefined;
}

type Reader = (request: Parameters, response: Parameters, record: unknown) => WayIn | undefined;

const named = (kind: WayIn['kind'], name: string | undefined, accessKeyId?: string): WayIn | undefined =>
  name === undefined ? undefined : { kind, name, ...present({ accessKeyId }) };

/** Without a user name these calls are about the caller. */
const ownName = (record: unknown): string | undefined => text(member(record, 'userIdentity', 'userName'));

/** A key or certificate of a user, by its id; made, or `how` else it came to work. */
const credential = (
  kind: WayIn['kind'],
  userName: string | undefined,
  credentialId: string | undefined,
  how?: WayIn['how'],
): WayIn | undefined => {
  const wayIn = named(kind, userName);
  return wayIn && { ...wayIn, ...present({ credentialId, how }) };
};

/** Such a call switches off, too: that opens nothing. */
const switchesOn = (request: Parameters): boolean => request('status') === 'Active';

const iam: Record<string, Reader> = {
  CreateAccessKey: (request, response, record) =>
    named(
      'access-key',
      response('accessKey', 'userName') ?? request('userName') ?? ownName(record),
      response('accessKey', 'accessKeyId'),
    ),
  UpdateAccessKey: (request, _, record) => {
    const wayIn = named('access-key', request('userName') ?? ownName(record), request('accessKeyId'));
    return wayIn && switchesOn(request) ? { ...wayIn, how: 'switched on' } : undefined;
  },
  CreateUser: (request, response) => {
    const wayIn = named('user', response('user', 'userName') ?? request('userName'));
    return wayIn && { ...wayIn, ...present({ userId: userIdIn(response('user', 'userId')) }) };
  },
  CreateLoginProfile: (request, _, record) => named('login', request('userName') ?? ownName(record)),
  UpdateLoginProfile: (request) => named('login', request('userName')),
  CreateRole: (request, response) => {
    const wayIn = named('role', response('role', 'roleName') ?? request('roleName'));
    return wayIn && { ...wayIn, ...present({ roleId: roleIdIn(response('role', 'roleId')) }) };
  },
  UpdateAssumeRolePolicy: (request) => named('trust', request('roleName')),
  CreateOpenIDConnectProvider: (_, response) => named('identity-provider', response('openIDConnectProviderArn')),
  AddClientIDToOpenIDConnectProvider: (request) => named('identity-provider', request('openIDConnectProviderArn')),
  UpdateOpenIDConnectProviderThumbprint: (request) => named('identity-provider', request('openIDConnectProviderArn')),
  CreateSAMLProvider: (_, response) => named('identity-provider', response('sAMLProviderArn')),
  UpdateSAMLProvider: (request) => named('identity-provider', request('sAMLProviderArn')),
  CreateServiceSpecificCredential: (request, response, record) =>
    credential(
      'service-credential',
      request('userName') ?? ownName(record),
      response('serviceSpecificCredential', 'serviceSpecificCredentialId'),
    ),
  ResetServiceSpecificCredential: (request, _, record) =>
    credential(
      'service-credential',
      request('userName') ?? ownName(record),
      request('serviceSpecificCredentialId'),
      'reset',
    ),
  UpdateServiceSpecificCredential: (request, _, record) =>
    switchedOn('service-credential', request, record, 'serviceSpecificCredentialId'),
  UploadSSHPublicKey: (request, response, record) =>
    credential('ssh-key', request('userName') ?? ownName(record), response('sSHPublicKey', 'sSHPublicKeyId')),
  UpdateSSHPublicKey: (request, _, record) => switchedOn('ssh-key', request, record, 'sSHPublicKeyId'),
  UploadSigningCertificate: (request, response, record) =>
    credential(
      'signing-certificate',
      response('certificate', 'userName') ?? request('userName') ?? ownName(record),
      response('certificate', 'certificateId'),
    ),
  UpdateSigningCertificate: (request, _, record) => switchedOn('signing-certificate', request, record, 'certificateId'),
};

const switchedOn = (
  kind: WayIn['kind'],
  request: Parameters,
  record: unknown,
  idParameter: string,
): WayIn | undefined =>
  switchesOn(request)
    ? credential(kind, request('userName') ?? ownName(record), request(idParameter), 'switched on')
    : undefined;

const trustAnchor: Reader = (request, response) =>
  named('roles-anywhere', response('trustAnchor', 'trustAnchorArn') ?? request('trustAnchorId') ?? request('name'));
const profile: Reader = (request, response) =>
  named('roles-anywhere', response('profile', 'profileArn') ?? request('profileId') ?? request('name'));

/** The calls that open a way in, or widen one, for whoever comes back later. */
const waysIn: ByCall<Reader> = {
  'iam.amazonaws.com': iam,
  'rolesanywhere.amazonaws.com': {
    CreateTrustAnchor: trustAnchor,
    UpdateTrustAnchor: trustAnchor,
    EnableTrustAnchor: trustAnchor,
    CreateProfile: profile,
    UpdateProfile: profile,
    EnableProfile: profile,
  },
};

/** Calls that let their caller into a machine there and then, with the parameter that names it. */
const machinesEntered: ByCall<(request: Parameters) => string | undefined> = {
  'ssm.amazonaws.com': { StartSession: (request) => request('target') },
  'ec2-instance-connect.amazonaws.com': {
    SendSSHPublicKey: (request) => request('instanceId'),
    SendSerialConsoleSSHPublicKey: (request) => request('instanceId'),
  },
};
