import type { FastifyInstance } from 'fastify';
import { answeredOnce } from './answered-once.ts';
import { bodyOf, HttpRefusal, notNow } from './server.ts';
import { certificateKeys, fetchSmall, type Fetcher } from './sns-certificates.ts';
import { signatureMatches, snsAddress, snsMessage, type SnsMessage } from './sns-message.ts';
import { alertTaker, type Taken, type Taking } from './take-alerts.ts';

export interface SnsDoor extends Taking {
  /** Messages of other topics are refused, however well signed: anybody can have a topic. */
  topics: string[];
  log: (line: string) => void;
  fetcher?: Fetcher;
}

type Answer = { status: 202; body: Taken } | { status: 200; body: { requestId: string; result: string } };

/** An older message is refused; SNS has given up by then. */
const oldest = 3_600_000;
const ahead = 5 * 60_000;
/** SNS carries at most 256 KB; escaped, it is longer. A stranger's body is read before it can be verified. */
const bodyLimit = 1_000_000;

/** `POST /alerts/sns`: notifications with alerts in them, and the confirmations that come before. */
export function snsRoutes(server: FastifyInstance, door: SnsDoor): void {
  const { topics, log, fetcher = fetchSmall, now = () => new Date() } = door;
  const take = alertTaker(door);
  const keyOf = certificateKeys(fetcher, now);
  // Longer than a message is accepted at all: a replay always finds its answer.
  const answers = answeredOnce<Answer>({ keep: oldest + 2 * ahead, now: () => now().getTime() });

  const verify = async (message: SnsMessage): Promise<void> => {
    if (!topics.includes(message.TopicArn)) throw new HttpRefusal(401, 'the topic is not in intake.sns.topics');
    const age = now().getTime() - Date.parse(message.Timestamp);
    if (!(age <= oldest && age >= -ahead)) throw new HttpRefusal(401, 'the message is too old or from the future');
    const address = snsAddress(message.SigningCertURL, message.TopicArn);
    if (!address || !/^\/[\w-]+\.pem$/.test(address.pathname) || address.search !== '') {
      throw new HttpRefusal(401, "the certificate's address is not one of SNS");
    }
    if (!signatureMatches(message, await keyOf(address.href)))
      throw new HttpRefusal(401, 'the signature is not of SNS');
  };

  const confirm = async (message: SnsMessage, requestId: string): Promise<Answer> => {
    const address = snsAddress(message.SubscribeURL ?? '', message.TopicArn);
    const asks = (name: string) => address?.searchParams.get(name);
    if (!address || asks('Action') !== 'ConfirmSubscription' || asks('TopicArn') !== message.TopicArn) {
      throw new HttpRefusal(400, 'the SubscribeURL is not one of SNS for this topic');
    }
    try {
      await fetcher(address.href);
    } catch (error) {
      throw notNow('the subscription cannot be confirmed', error);
    }
    log(`subscription to ${message.TopicArn} confirmed`);
    return { status: 200, body: { requestId, result: 'confirmed' } };
  };

  const answer = async (message: SnsMessage, requestId: string): Promise<Answer> => {
    if (message.Type === 'SubscriptionConfirmation') return confirm(message, requestId);
    if (message.Type === 'Notification') {
      return { status: 202, body: await take('sns', requestId, Buffer.from(message.Message)) };
    }
    // Its SubscribeURL would subscribe us again: that is for a person to decide.
    log(`${message.TopicArn} no longer sends here: its subscription was removed`);
    return { status: 200, body: { requestId, result: 'noted' } };
  };

  // SNS says that its JSON is plain text: only here that is taken.
  void server.register((scope, _options, done) => {
    scope.addContentTypeParser('text/plain', { parseAs: 'buffer', bodyLimit }, (_request, body, parsed) =>
      parsed(null, body),
    );
    scope.post('/alerts/sns', { bodyLimit }, async (request, reply) => {
      const message = snsMessage(bodyOf(request));
      await verify(message);
      const { status, body } = await answers.answer(message.MessageId, () => answer(message, request.id));
      return reply.status(status).send(body);
    });
    done();
  });
}
