import { randomBytes, randomUUID } from 'node:crypto';
import type { LabRequest } from './lab-request.ts';

export interface LabReply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: Buffer;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (c) => ({ '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' })[c] ?? c);
}

/** A successful EC2 reply; `inner` is XML. */
export function ec2Reply(operation: string, inner: string): LabReply {
  const id = randomUUID();
  const root = `<${operation}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">`;
  return xml(200, `${root}<requestId>${id}</requestId>${inner}</${operation}Response>`, { 'x-amzn-requestid': id });
}

/** An AWS error in the protocol of the service that was called. */
export function errorReply(request: LabRequest, status: number, code: string, message: string): LabReply {
  const id = randomUUID();
  const error = `<Code>${code}</Code><Message>${escapeXml(message)}</Message>`;
  if (request.service === 'ec2') {
    return xml(status, `<Response><Errors><Error>${error}</Error></Errors><RequestID>${id}</RequestID></Response>`);
  }
  if (request.service === 's3') {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const body = `<Error>${error}<RequestId>${requestId}</RequestId></Error>`;
    return xml(status, request.method === 'HEAD' ? '' : body, { 'x-amz-request-id': requestId });
  }
  if (request.form.size > 0) {
    const type = `<Type>${status < 500 ? 'Sender' : 'Receiver'}</Type>`;
    return xml(status, `<ErrorResponse><Error>${type}${error}</Error><RequestId>${id}</RequestId></ErrorResponse>`);
  }
  return jsonReply(status, { __type: code, message });
}

export function jsonReply(status: number, value: unknown): LabReply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: Buffer.from(JSON.stringify(value)) };
}

function xml(status: number, body: string, headers: Record<string, string> = {}): LabReply {
  const text = body === '' ? '' : `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;
  return { status, headers: { 'content-type': 'text/xml;charset=UTF-8', ...headers }, body: Buffer.from(text) };
}
