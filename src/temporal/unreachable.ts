/** Temporal does not answer at its address, or refuses us. The CLI exits with 4. */
export class TemporalUnreachable extends Error {
  override readonly name = 'TemporalUnreachable';
  readonly address: string;

  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(`Temporal at ${address}: ${reason}`, options);
    this.address = address;
  }
}

/** The Temporal environment configuration (variables, profile file) cannot be read. The CLI exits with 2. */
export class TemporalConfigInvalid extends Error {
  override readonly name = 'TemporalConfigInvalid';
}
