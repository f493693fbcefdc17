import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheDir } from '../../src/temporal/cache-dir.ts';
import { commandOutput } from '../../src/temporal/command-output.ts';
import { PrerequisiteMissing } from '../../src/temporal/prerequisite.ts';
import { elapsed, runCommand } from '../../src/temporal/run-command.ts';
import type { Progress } from '../../src/temporal/run-command.ts';

const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';
const limitSeconds = 5 * 60;

/** A Java program that is put together from Maven Central and kept in the cache folder. */
export interface MavenProgram {
  /** Name of its folder in the cache, with its version. */
  folder: string;
  /** As people call it: `the time-skipping server`. */
  what: string;
  /** What they are told before it is fetched. */
  announcement: string;
  code: string;
  /** XML of the dependencies. */
  dependencies: string;
  /** A script that starts it, beside the folder `lib`. */
  launcher: { name: string; script: string };
}

/** The path of the program's launcher; fetches what is missing. */
export async function fromMaven(program: MavenProgram, progress: Progress): Promise<string> {
  const folder = join(cacheDir(), program.folder);
  const launcher = join(folder, program.launcher.name);
  if (!(await commandOutput('java', ['-version']))) throw missing(program, `no Java for ${program.what}`);
  if (!existsSync(launcher)) await fetchInto(folder, program, progress);
  return launcher;
}

async function fetchInto(folder: string, program: MavenProgram, progress: Progress): Promise<void> {
  const { what, announcement, launcher } = program;
  if (!(await commandOutput('mvn', ['-v']))) throw missing(program, `no Maven for ${what}`);
  progress(announcement);
  const started = Date.now();
  // Put together aside and renamed: two runs at once both end with a whole folder.
  const aside = mkdtempSync(join(cacheDir(), 'maven-'));
  try {
    writeFileSync(join(aside, 'pom.xml'), pom(program));
    writeFileSync(join(aside, launcher.name), launcher.script);
    chmodSync(join(aside, launcher.name), 0o755);
    const result = await runCommand('mvn', ['-q', '-B', copyDependencies, '-DoutputDirectory=lib'], {
      what: `fetching ${what}`,
      limitSeconds,
      progress,
      cwd: aside,
    });
    if (!result.ok) throw missing(program, `${what} could not be fetched (${result.reason})`);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  progress(`${what} fetched in ${elapsed(started)}`);
}

const missing = ({ code }: MavenProgram, what: string): PrerequisiteMissing =>
  new PrerequisiteMissing(code, what, 'Java 17 and Maven (Debian, Ubuntu: openjdk-17-jre-headless maven)');

const pom = ({ code, dependencies }: MavenProgram): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>temporal-soar</groupId><artifactId>${code}</artifactId><version>1</version>
  <dependencies>
${dependencies}
  </dependencies>
</project>
`;
