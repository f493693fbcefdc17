/** A program that this machine lacks. The message is one line that names the package to install; the CLI exits with 3. */
export class PrerequisiteMissing extends Error {
  override readonly name = 'PrerequisiteMissing';
  /** What is missing, such as `temporal-cli`. */
  readonly code: string;
  readonly install: string;

  constructor(code: string, what: string, install: string, options?: ErrorOptions) {
    super(`${what}; install: ${install}`, options);
    this.code = code;
    this.install = install;
  }
}

/** By name: other parts of the product have such an error of their own. */
export const isPrerequisiteMissing = (error: unknown): error is Error =>
  error instanceof Error && error.name === 'PrerequisiteMissing';
