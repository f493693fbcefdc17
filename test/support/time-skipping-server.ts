import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../src/temporal/cache-dir.ts';
import { commandOutput } from '../../src/temporal/command-output.ts';
import { PrerequisiteMissing } from '../../src/temporal/prerequisite.ts';
import { elapsed, runCommand } from '../../src/temporal/run-command.ts';
import type { Progress } from '../../src/temporal/run-command.ts';
import { sdkDownload } from '../../src/temporal/sdk-download.ts';

const version = '1.38.0';
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const mavenLimitSeconds = 5 * 60;

/** The path of Temporal's time-skipping test server: downloaded by the SDK, else put together from Maven Central. */
export async function resolveTimeSkippingServer(progress: Progress): Promise<string> {
  const folder = join(cacheDir(), `temporal-test-server-${version}`);
  const launcher = join(folder, 'temporal-test-server');
  const downloaded = existsSync(launcher) ? undefined : await sdkDownload('time-skipping', progress);
  if (downloaded) return downloaded;
  if (!(await commandOutput('java', ['-version']))) throw missing('no Java for the time-skipping server');
  if (!existsSync(launcher)) await fromMaven(folder, progress);
  return launcher;
}

async function fromMaven(folder: string, progress: Progress): Promise<void> {
  if (!(await commandOutput('mvn', ['-v']))) throw missing('no Maven for the time-skipping server');
  progress(`fetching the time-skipping Temporal server ${version} from Maven Central (38 MB, about 1 minute, once)`);
  const started = Date.now();
  // Put together aside and renamed: two runs at once both end with a whole folder.
  const aside = mkdtempSync(join(cacheDir(), 'maven-'));
  try {
    writeFileSync(join(aside, 'pom.xml'), pom);
    writeFileSync(join(aside, 'temporal-test-server'), launcherScript);
    chmodSync(join(aside, 'temporal-test-server'), 0o755);
    const result = await runCommand('mvn', ['-q', '-B', copyDependencies, '-DoutputDirectory=lib'], {
      what: 'fetching the time-skipping server',
      limitSeconds: mavenLimitSeconds,
      progress,
      cwd: aside,
    });
    if (!result.ok) throw missing(`the time-skipping server could not be fetched (${result.reason})`);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  progress(`time-skipping server fetched in ${elapsed(started)}`);
}

const missing = (what: string): PrerequisiteMissing =>
  new PrerequisiteMissing(
    'time-skipping-server',
    what,
    'Java 17 and Maven (Debian, Ubuntu: openjdk-17-jre-headless maven)',
  );

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>temporal-soar</groupId><artifactId>time-skipping</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId><artifactId>temporal-test-server</artifactId><version>${version}</version>
    </dependency>
    <!-- Silences its logging library, which would complain that it has nowhere to log to. -->
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-nop</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

// The SDK gives up after 5 s: quick start matters more than speed later. Beside the server a shell looks whether the test
// process is still there, for a test run that is killed.
const launcherScript = `#!/bin/sh
here=$(dirname "$0")
parent=$PPID
server=$$
(while kill -0 "$parent" && kill -0 "$server"; do sleep 2; done; kill -9 "$server") </dev/null >/dev/null 2>&1 &
exec java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m -cp "$here/lib/*" io.temporal.testserver.TestServer "$@"
`;
