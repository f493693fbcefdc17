/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** Where in the file, such as `accounts[0].roles.contain`. */
  path: string;
  /** What is wrong and what is allowed. Never the value: it may be a secret. */
  message: string;
  /** Line in the file, where it is known. */
  line?: number;
}

/** The configuration cannot be used; every problem is listed. The CLI exits with 2. */
export class ConfigInvalid extends Error {
  override readonly name = 'ConfigInvalid';
  readonly file: string;
  readonly problems: ConfigProblem[];

  constructor(file: string, problems: ConfigProblem[], options?: ErrorOptions) {
    super(problems.map((problem) => line(file, problem)).join('\n'), options);
    this.file = file;
    this.problems = problems;
  }
}

const line = (file: string, { path, message, line: number }: ConfigProblem): string =>
  `${file}${number === undefined ? '' : `:${number}`}: ${path === '' ? '' : `${path}: `}${message}`;
