import { GetObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../../src/lab/demo/world.ts';
import { clientsOf } from '../../src/lab/clients.ts';
import { incidentsChannel, members } from '../../src/lab/slack-workspace.ts';
import type { Canary, Place } from '../support/canaries.ts';

/** Everything that the product has written so far: Temporal, exported files, evidence store, Slack, the intake's log. */
export async function placesOf(world: World, folder: string, log: string[]): Promise<Place[]> {
  return [
    ...(await histories(world)),
    ...(await files(folder)),
    ...(await evidence(world)),
    ...slackPosts(world),
    { kind: 'log', name: 'log of the intake', text: log.join('\n') },
  ];
}

async function histories({ temporal: { client } }: World): Promise<Place[]> {
  const places: Place[] = [];
  for await (const { workflowId, runId, memo } of client.workflow.list()) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const text = [workflowId, historyToJSON(history), JSON.stringify(memo ?? {})].join('\n');
    places.push({ kind: 'history', name: workflowId, text });
  }
  return places;
}

async function files(folder: string): Promise<Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  return Promise.all(
    paths.map(async (path): Promise<Place> => ({ kind: 'file', name: path, text: await readFile(path, 'latin1') })),
  );
}

async function evidence({ lab, foundation: { forensics, buckets } }: World): Promise<Place[]> {
  const { s3 } = clientsOf(lab, lab.root(forensics.id), '127.0.0.1');
  const places: Place[] = [];
  for (let token: string | undefined; ;) {
    const page = await s3.send(new ListObjectsV2Command({ Bucket: buckets.evidence, ContinuationToken: token }));
    for (const { Key: key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: buckets.evidence, Key: key }));
      places.push({ kind: 'evidence', name: key, text: (await Body?.transformToString('latin1')) ?? '' });
    }
    token = page.NextContinuationToken;
    if (token === undefined) return places;
  }
}

/** Codes for Temporal UI are in direct messages on purpose: for one person, one request, once. */
const slackPosts = ({ slack }: World): Place[] =>
  slack
    ? [
        { kind: 'slack', name: 'the channel', text: JSON.stringify(slack.messages(incidentsChannel)) },
        ...Object.entries(members).map(([person, id]): Place => ({
          kind: 'slack',
          name: `to ${person}`,
          text: JSON.stringify(slack.dms(id)),
        })),
      ]
    : [];

/** Every secret of the installation, and the forms that credentials of AWS have. */
export async function secretsOf({ files: { folder } }: World): Promise<Canary[]> {
  const secrets: Canary[] = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(join(folder, name), 'utf8');
    if (name === 'aws-credentials') {
      for (const [, value = ''] of text.matchAll(/aws_secret_access_key = (\S+)/g)) {
        // The lab's root users have a word for a key.
        if (value.length >= 16) secrets.push({ name: 'a secret access key', value });
      }
    } else if (!['soar.yaml', 'aws-config'].includes(name)) secrets.push({ name, value: text.trim() });
  }
  return [
    ...secrets,
    { name: 'a session token', value: /(sessionToken|SecurityToken|security-token)["=:\s]+[A-Za-z0-9+/=]{20}/i },
    { name: 'a secret access key by its name', value: /secretAccessKey["=:\s]+[A-Za-z0-9+/]{16}/i },
    { name: 'the signature of a presigned URL', value: /X-Amz-Signature=[0-9a-f]{8}/i },
    { name: 'a Slack token', value: /xox[abprs]-[\w-]{8}/ },
  ];
}
