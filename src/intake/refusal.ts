/** Why an alert opens nothing; the reason is our own words and holds nothing of the alert. */
export abstract class AlertRefused extends Error {
  abstract readonly status: 400 | 422;
}

/** It cannot be read as an alert, or lacks one of the indispensable: event id, time, account, Region. */
export class AlertMalformed extends AlertRefused {
  override readonly name = 'AlertMalformed';
  readonly status = 400;
}

/** A proper alert about something that no playbook handles. */
export class AlertUnsupported extends AlertRefused {
  override readonly name = 'AlertUnsupported';
  readonly status = 422;
}
