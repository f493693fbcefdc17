import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ConfigInvalid } from '../../../src/config/config-invalid.ts';
import { checkTables } from '../../../src/tables/check.ts';
import { dataTables, fileOf, readTable, schemaFile, textOf } from '../../../src/tables/files.ts';
import type { DataTable } from '../../../src/tables/table.ts';

const named = (name: string): DataTable => dataTables.find((table) => table.name === name)!;

/** What is wrong with a table after an edit that somebody might make. */
function afterEdit(name: string, from: string, to: string): string[] {
  const text = textOf(fileOf(named(name)));
  expect(text).toContain(from);
  return problemsOf(name, text.replace(from, to));
}

function problemsOf(name: string, text: string): string[] {
  try {
    readTable(named(name), text, `${name}.yaml`);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.message.split('\n');
    throw error;
  }
}

describe('the tables that analysts edit', () => {
  it.each(dataTables.map(({ name }) => name))('hold for %s: each case of each row, and the code has them', (name) => {
    const [checked] = checkTables([fileOf(named(name))]);
    expect(checked).toMatchObject({ problems: [], inForce: true });
    expect(checked?.cases).toBeGreaterThan(5);
  });

  it.each(dataTables.map(({ name }) => name))('tell editors of %s what may stand in it', (name) => {
    expect(textOf(fileOf(named(name)))).toMatch(
      new RegExp(`^# yaml-language-server: \\$schema=schema/${name}\\.schema\\.json\n`),
    );
    const schema = JSON.parse(readFileSync(schemaFile(named(name)), 'utf8')) as { additionalProperties: unknown };
    expect(schema.additionalProperties).toBe(false);
  });

  it('name the line of a case that does not hold', () => {
    expect(
      afterEdit(
        'severity',
        '      - environment: staging\n        accountSensitivity: medium',
        '      - environment: production',
      ),
    ).toEqual([expect.stringMatching(/^severity\.yaml:\d+: rows\[0\]\.quiet\[0\]: fires and has to be quiet$/)]);
    expect(
      afterEdit(
        'severity',
        '      - classification: sensitive\n    fires',
        '      - classification: internal\n    fires',
      ),
    ).toEqual([
      expect.stringMatching(/rows\[1\]\.fires\[0\]: does not fire$/),
      expect.stringMatching(/rows\[1\]\.quiet\[0\]: fires and has to be quiet$/),
      expect.stringMatching(/rows\[1\]\.any\[0\]: no case under fires meets this alternative$/),
    ]);
    expect(afterEdit('failure-causes', 'code: Client.NotExportable', 'code: Client.Blocked').join()).toMatch(
      /does not fire/,
    );
    expect(afterEdit('concealing-calls', '    by: anybody', '    by: actor')).toEqual([
      expect.stringMatching(/rows\[0\]\.fires\[0\]: does not fire$/),
    ]);
    expect(afterEdit('hosting-networks', 'word: hetzner', 'word: hertz').join()).toMatch(/does not fire/);
    expect(afterEdit('thresholds', 'calls: 5', 'calls: 4').join()).toMatch(/deniedRun\.quiet\[0\]: fires/);
    expect(afterEdit('thresholds', 'leastKilometres: 500', 'leastKilometres: 200').join()).toMatch(
      /travel\.quiet\[1\]: fires/,
    );
    expect(afterEdit('noise', 'actions: [List*]', 'actions: [Get*]')).toEqual([
      expect.stringMatching(/rows\[2\]\.fires\[0\]: does not fire$/),
      expect.stringMatching(/rows\[2\]\.quiet\[0\]: fires and has to be quiet$/),
    ]);
  });

  it('refuse a misspelt key, an unknown answer, a row without cases and what is no YAML', () => {
    expect(afterEdit('severity', 'criterion:', 'criterium:').join()).toMatch(
      /severity\.yaml:\d+: rows\[0\]\.criterium: /,
    );
    expect(afterEdit('severity', 'environment: production', 'environment: prod').join()).toMatch(/rows\[0\]\.any\[0\]/);
    expect(afterEdit('severity', 'bucketPublic: yes', 'bucketOpen: yes').join()).toMatch(/bucketOpen/);
    expect(afterEdit('hosting-networks', ', quiet: [Example Hostel Broadband]', '').join()).toMatch(/rows\[0\]\.quiet/);
    expect(afterEdit('noise', 'rows:', 'rows: [').join()).toMatch(/^noise\.yaml:\d+: is not YAML/);
    expect(afterEdit('thresholds', 'within: 10m', 'within: 10').join()).toMatch(/deniedRun\.within/);
  });

  it('let nothing that is unknown lower a severity', () => {
    expect(
      afterEdit('severity', 'environment: [development, test]', 'environment: [development, test, unknown]'),
    ).toEqual(
      expect.arrayContaining([expect.stringMatching(/any\[0\]\.environment: unknown must not lower a severity$/)]),
    );
  });

  it('say what the whole severity table makes of an example', () => {
    expect(afterEdit('severity', 'severity: low', 'severity: medium')).toEqual([
      expect.stringMatching(/examples\[2\]\.severity: the table says low of: the same into a usual bucket$/),
    ]);
  });

  it('take no row that an earlier one hides, or that stands twice', () => {
    expect(
      afterEdit('failure-causes', 'codes: [OptInRequired,', 'codes: [ExpiredToken, OptInRequired,').join(),
    ).toMatch(/codes\[0\]: an earlier row has this code/);
    expect(afterEdit('hosting-networks', 'word: hoster', 'word: hosting').join()).toMatch(
      /rows\[1\]\.word: stands in an/,
    );
  });

  it('take no noise that changes something or tells what somebody is after', () => {
    expect(afterEdit('noise', 'actions: [List*]', 'actions: [List*, Delete*]').join()).toMatch(
      /must be a call that reads/,
    );
    expect(afterEdit('noise', '- DescribeRegions\n', '- DescribeRegions\n      - DescribeInst*\n').join()).toMatch(
      /rows\[0\]\.actions: matches DescribeInstances, which never names/,
    );
    expect(afterEdit('hosting-networks', 'word: m247', 'word: telekom').join()).toMatch(/matches Deutsche Telekom AG/);
  });

  it('know a table by its name and say which there are', () => {
    const [checked] = checkTables(['/nowhere/severities.yaml']);
    expect(checked?.problems.join()).toMatch(
      /severities\.yaml is no table; there are severity\.yaml, failure-causes\.yaml/,
    );
    expect(checkTables(['/nowhere/severity.yaml'])[0]?.problems.join()).toMatch(/cannot be read \(ENOENT\)/);
  });
});
