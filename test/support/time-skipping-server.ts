import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../src/temporal/cache-dir.ts';
import type { Progress } from '../../src/temporal/run-command.ts';
import { sdkDownload } from '../../src/temporal/sdk-download.ts';
import { fromMaven, type MavenProgram } from './from-maven.ts';

const version = '1.38.0';

/** The path of Temporal's time-skipping test server: downloaded by the SDK, else put together from Maven Central. */
export async function resolveTimeSkippingServer(progress: Progress): Promise<string> {
  const built = existsSync(join(cacheDir(), server.folder, server.launcher.name));
  const downloaded = built ? undefined : await sdkDownload('time-skipping', progress);
  return downloaded ?? (await fromMaven(server, progress));
}

const server: MavenProgram = {
  folder: `temporal-test-server-${version}`,
  what: 'the time-skipping server',
  announcement: `fetching the time-skipping Temporal server ${version} from Maven Central (38 MB, about 1 minute, once)`,
  code: 'time-skipping-server',
  dependencies: `    <dependency>
      <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
    </dependency>
    <!-- Silences its logging library, which would complain that it has nowhere to log to. -->
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>`,
  launcher: {
    name: 'temporal-test-server',
    // The SDK gives up after 5 s: quick start matters more than speed later. Beside the server a shell looks whether the test
    // process is still there, for a test run that is killed.
    script: `#!/bin/sh
here=$(dirname "$0")
parent=$PPID
server=$$
(while kill -0 "$parent" && kill -0 "$server"; do sleep 2; done; kill -9 "$server") </dev/null >/dev/null 2>&1 &
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`,
  },
};
