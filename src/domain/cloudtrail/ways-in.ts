import type { TakenSession, WayIn } from '../findings/facts.ts';
import { parsePolicy, type PolicyDocument } from '../policy/policy-document.ts';
import { isFields, member, parseJson, present, text } from './fields.ts';
import { parameters, structured, type Parameters } from './parameters.ts';

/** What a call left behind that lets somebody in, as far as its record names it; undefined for any other call. */
export interface LeftBehind {
  wayIn?: WayIn;
  session?: TakenSession;
  trust?: PolicyDocument;
}

/** Reads a CloudTrail record of a call that succeeded. Never throws. */
export function leftBehind(record: unknown): LeftBehind {
  const eventName = text(member(record, 'eventName')) ?? '';
  const request = parameters(member(record, 'requestParameters'), eventName, 'Request');
  const response = parameters(member(record, 'responseElements'), eventName, 'Response');
  if (Object.hasOwn(waysIn, eventName)) {
    const wayIn = waysIn[eventName]?.(request, response, record);
    return wayIn ? { wayIn, ...present({ trust: writtenTrust(record, eventName) }) } : {};
  }
  return handsOutSessions.test(eventName) ? { session: takenSession(request, response) } : {};
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

function takenSession(request: Parameters, response: Parameters): TakenSession {
  return {
    ...present({
      accessKeyId: response('credentials', 'accessKeyId'),
      roleArn: request('roleArn'),
      sessionName: request('roleSessionName'),
      // Inherited from the caller's own session it stands in the answer only.
      sourceIdentity: response('sourceIdentity') ?? request('sourceIdentity'),
    }),
  };
}

type Reader = (request: Parameters, response: Parameters, record: unknown) => WayIn | undefined;

const named = (kind: WayIn['kind'], name: string | undefined, accessKeyId?: string): WayIn | undefined =>
  name === undefined ? undefined : { kind, name, ...present({ accessKeyId }) };

/** Without a user name these calls are about the caller. */
const ownName = (record: unknown): string | undefined => text(member(record, 'userIdentity', 'userName'));

/** The IAM calls that open a way in, or widen one, for whoever comes back later. */
const waysIn: Record<string, Reader> = {
  CreateAccessKey: (request, response, record) =>
    named(
      'access-key',
      response('accessKey', 'userName') ?? request('userName') ?? ownName(record),
      response('accessKey', 'accessKeyId'),
    ),
  CreateUser: (request, response) => named('user', response('user', 'userName') ?? request('userName')),
  CreateLoginProfile: (request, _, record) => named('login', request('userName') ?? ownName(record)),
  UpdateLoginProfile: (request) => named('login', request('userName')),
  CreateRole: (request, response) => named('role', response('role', 'roleName') ?? request('roleName')),
  UpdateAssumeRolePolicy: (request) => named('trust', request('roleName')),
  CreateOpenIDConnectProvider: (_, response) => named('identity-provider', response('openIDConnectProviderArn')),
  CreateSAMLProvider: (_, response) => named('identity-provider', response('sAMLProviderArn')),
  UpdateSAMLProvider: (request) => named('identity-provider', request('sAMLProviderArn')),
  CreateServiceSpecificCredential: (request, response, record) => {
    const credentialId = response('serviceSpecificCredential', 'serviceSpecificCredentialId');
    const wayIn = named('service-credential', request('userName') ?? ownName(record));
    return wayIn && { ...wayIn, ...present({ credentialId }) };
  },
};
