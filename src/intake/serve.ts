import { approvalRoutes } from '../approvals/gateway.ts';
import { incidentsIn } from '../approvals/incidents.ts';
import { signingKey } from '../approvals/signing-key.ts';
import { undoRoutes } from '../approvals/undo-routes.ts';
import { undoingIn } from '../approvals/undoing.ts';
import type { SoarConfig } from '../config/load-config.ts';
import type { Secret } from '../config/secret.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { slackDoor } from '../slack/serve.ts';
import type { Log } from '../temporal/log.ts';
import type { TemporalConnection } from '../temporal/connect.ts';
import { alertRoutes } from './alert-routes.ts';
import { ableToOpen } from '../temporal/health.ts';
import { intakeContext } from './context.ts';
import { keepDeadLetters } from './dead-letters.ts';
import { intakeMetrics } from './metrics.ts';
import { listen } from './listen.ts';
import { openIncident } from './open-incident.ts';
import { playbooksOf } from './route.ts';
import { configuredLetters } from './sealed-letters.ts';
import { createServer } from './server.ts';
import { snsRoutes, type SnsDoor } from './sns-routes.ts';

export interface RunningIntake {
  /** Where it listens; of use when the configured port is 0. */
  url: string;
  /** Takes no new requests, answers those that it has. */
  stop: () => Promise<void>;
}

/** The door for alerts and approvers. Reads every secret that it needs at once: a missing one shows at start. */
export async function startIntake(
  config: SoarConfig,
  temporal: TemporalConnection,
  log: Log,
  /** How SNS's certificates and confirmations are visited; by HTTPS without it. */
  outside: Pick<SnsDoor, 'fetcher'> = {},
): Promise<RunningIntake> {
  const { intake, gateway, approvals } = config;
  const { client } = temporal;
  const context = intakeContext(config, client, log);
  const server = createServer({
    ...intake,
    log,
    healthy: ableToOpen(temporal),
  });
  const letters = configuredLetters(config);
  const metrics = intakeMetrics(letters);
  metrics.serve(server, intake.metricsToken?.read() ?? null);
  const taking = metrics.counted({
    open: (alert: Alert) => openIncident(context, alert),
    playbooks: playbooksOf(config),
    keepDeadLetter: keepDeadLetters(letters, log),
  });
  const read = (secrets: Secret[]) => secrets.map((secret) => secret.read());
  alertRoutes(server, {
    ...taking,
    tokens: read(intake.bearerTokens),
    hmacSecrets: read(intake.hmacSecrets),
    ...(intake.eventbridge && {
      eventbridge: { header: intake.eventbridge.header, apiKeys: read(intake.eventbridge.apiKeys) },
    }),
  });
  if (intake.sns) snsRoutes(server, { ...taking, topics: intake.sns.topics, log, ...outside });
  const approvers = approvals.approvers.map(({ id, token }) => ({ id, tokenHash: token.slice('sha256:'.length) }));
  undoRoutes(server, { undoing: undoingIn(client, context.policyFor), approvers });
  approvalRoutes(server, {
    incidents: incidentsIn(client),
    approvers,
    keyId: gateway.keyId,
    signingKey: signingKey(config),
    codeSecret: gateway.codeSecret.read(),
  });
  const openSocketMode = slackDoor(config, server, client, log);
  log(
    `of one account the incidents with one outcome begin evenly, ${intake.incidentsPerMinute} a minute, further ones wait; ` +
      'fairness keys are sent, and whether the Temporal server honours them it does not say',
  );
  const url = await listen(server, intake, 'intake');
  // Not before: an intake that cannot listen ends, and would take clicks until it is ended by hand.
  const slack = openSocketMode();
  return {
    url,
    stop: async () => {
      await server.close();
      await slack.stop();
    },
  };
}
