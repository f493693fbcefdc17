/** Ends a script that was called wrongly: why in one line, then how to call it. The exit code is that of the CLI. */
export function misused(usage: string, why: string): never {
  process.stderr.write(`${why}\n\n${usage}`);
  process.exit(2);
}

/** What `parse` makes of the command line; what it cannot read is told to whoever typed it, without our stack. */
export function argumentsOr<T>(usage: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    return misused(usage, (error as Error).message);
  }
}
