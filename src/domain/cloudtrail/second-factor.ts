import { member, text } from './fields.ts';
import { structured } from './parameters.ts';

/**
 * Whether the caller had shown a second factor; undefined where the record does not say. Of a person who signs in through
 * an identity provider AWS says no, because it did not ask itself: that is not knowing.
 */
export function secondFactor(record: unknown): boolean | undefined {
  const identity = structured(member(record, 'userIdentity'));
  const type = text(member(identity, 'type'));
  const signIn = text(member(structured(member(record, 'additionalEventData')), 'MFAUsed'));
  if (signIn === 'Yes') return true;
  if (signIn === 'No') return type === 'IAMUser' || type === 'Root' ? false : undefined;
  const session = text(member(identity, 'sessionContext', 'attributes', 'mfaAuthenticated'));
  if (session === 'true') return true;
  // Sessions of roles that a service or an identity provider handed out say false, whatever was asked there.
  return session === 'false' && type === 'IAMUser' ? false : undefined;
}
