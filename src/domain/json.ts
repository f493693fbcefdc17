/** A JSON value, as it travels through Temporal payloads, policy documents and evidence. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Facts are JSON already; interfaces merely do not say so. */
export const asJson = (value: unknown): Json => value as Json;
