import type { TakenSession, WayIn } from '../facts.ts';
import { member, present, text } from './fields.ts';
import { parameters, type Parameters } from './parameters.ts';

/** What a call left behind that lets somebody in, as far as its record names it; undefined for any other call. */
export interface LeftBehind {
  wayIn?: WayIn;
  session?: TakenSession;
}

/** Reads a CloudTrail record of a call that succeeded. Never throws. */
export function leftBehind(record: unknown): LeftBehind {
  const eventName = text(member(record, 'eventName')) ?? '';
  const request = parameters(member(record, 'requestParameters'), eventName, 'Request');
  const response = parameters(member(record, 'responseElements'), eventName, 'Response');
  if (Object.hasOwn(waysIn, eventName)) {
    const wayIn = waysIn[eventName]?.(request, response, record);
    return wayIn ? { wayIn } : {};
  }
  return handsOutSessions.test(eventName) ? { session: takenSession(request, response) } : {};
}

const handsOutSessions = /^(AssumeRole|GetSessionToken$|GetFederationToken$)/;

function takenSession(request: Parameters, response: Parameters): TakenSession {
  return {
    ...present({
      accessKeyId: response('credentials', 'accessKeyId'),
      roleArn: request('roleArn'),
      sessionName: request('roleSessionName'),
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
  CreateServiceSpecificCredential: (request, _, record) =>
    named('service-credential', request('userName') ?? ownName(record)),
};
