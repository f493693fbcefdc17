/** Something that must be installed on the machine is not there. Commands end with exit code 3 on it. */
export class PrerequisiteMissing extends Error {
  override readonly name = 'PrerequisiteMissing';
  readonly exitCode = 3;
}
