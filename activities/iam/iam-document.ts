import { parsePolicy, type PolicyDocument } from '../../src/domain/policy/policy-document.ts';

/** IAM hands policy documents out URL-encoded (RFC 3986); what begins like JSON already is JSON. */
export function iamDocument(text = '{}'): PolicyDocument {
  return parsePolicy(text.trimStart().startsWith('{') ? text : decodeURIComponent(text));
}
