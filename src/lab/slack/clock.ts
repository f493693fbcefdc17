/** Timestamps that are also names: seconds, a dot, six digits, never the same twice. */
export function messageClock(): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Date.now() * 1000);
    const digits = String(last);
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  };
}
