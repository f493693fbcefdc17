/** What a bundle holds that does nothing: Temporal's own code. */
export function empty(): Promise<void> {
  return Promise.resolve();
}
