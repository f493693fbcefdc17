/** The Web API's `ok: false`: an error's code and what else stands beside it. */
export class SlackRefusal extends Error {
  override readonly name = 'SlackRefusal';
  readonly details: object;

  constructor(code: string, details: object = {}) {
    super(code);
    this.details = details;
  }
}
