/** One line of what was verified: what holds, or the first place where it does not. */
export interface Check {
  check: string;
  ok: boolean;
  detail: string;
}
export const holds = (check: string, detail: string): Check => ({ check, ok: true, detail });
export const fails = (check: string, detail: string): Check => ({ check, ok: false, detail });
