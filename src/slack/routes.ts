import type { FastifyInstance } from 'fastify';
import { signatureCheck, type SignatureScheme } from '../intake/hmac.ts';
import { bodyOf, HttpRefusal, rawBodyOf } from '../intake/server.ts';
import type { InteractionAnswer } from './interactions.ts';

/** Slack, "Verifying requests from Slack". */
const scheme: SignatureScheme = {
  version: 'v0',
  signatureHeader: 'x-slack-signature',
  timestampHeader: 'x-slack-request-timestamp',
};
/** An interaction carries the message that it belongs to. */
const bodyLimit = 1_000_000;

/** `POST /slack/interactions`: what people press and send, signed by Slack over the raw bytes. */
export function slackRoutes(
  server: FastifyInstance,
  door: {
    signingSecret: string;
    handle: (payload: unknown) => Promise<InteractionAnswer>;
    now?: () => Date;
  },
): void {
  const signed = signatureCheck([door.signingSecret], door.now ?? (() => new Date()), scheme);

  // Slack sends forms: only here they are taken.
  void server.register((scope, _options, done) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'buffer', bodyLimit },
      (_request, body, parsed) => parsed(null, body),
    );
    scope.post(
      '/slack/interactions',
      { bodyLimit, onRequest: (request, _reply, next) => next(signed.refusal(request.headers)) },
      (request) =>
        signed.once(request.headers, rawBodyOf(request), async () => {
          const answer = await door.handle(payloadIn(bodyOf(request)));
          if (answer.result === 'failed') throw new HttpRefusal(503, 'nothing came of it');
          return answer.body ?? '';
        }),
    );
    done();
  });
}

function payloadIn(form: string): unknown {
  try {
    return JSON.parse(new URLSearchParams(form).get('payload') ?? '');
  } catch {
    throw new HttpRefusal(400, 'the form has no payload in JSON');
  }
}
