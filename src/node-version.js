/**
 * Loaded before the TypeScript entry points, in plain JavaScript: Node older than 22.18 cannot read those. Where npm has a
 * Node package for the platform (see optionalDependencies), every npm script runs on Node 24 and this never speaks.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `temporal-soar needs Node 22.18 or newer, this is ${process.versions.node}; install: Node 24 (https://nodejs.org)`,
  );
  process.exit(3);
}
