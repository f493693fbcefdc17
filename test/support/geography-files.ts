import { mkdirSync, writeFileSync } from 'node:fs';
import { writeMmdb } from './write-mmdb.ts';

/**
 * Writes the databases of tests: `node test/support/geography-files.ts`. The ranges of documentation (RFC 5737) stand for a
 * home in Berlin, one in Sydney, and a hosting network in Virginia.
 */
const folder = new URL('../fixtures/geography/', import.meta.url);

const city = (country: string, name: string, latitude: number, longitude: number) => ({
  country: { iso_code: country },
  city: { names: { en: name } },
  location: { latitude, longitude },
});
export const geographyFiles = {
  'places.mmdb': writeMmdb('Example-City', {
    '192.0.2.0/24': city('DE', 'Berlin', 52.52, 13.41),
    '198.51.100.0/24': city('AU', 'Sydney', -33.87, 151.21),
    '203.0.113.0/24': city('US', 'Ashburn', 39.04, -77.49),
  }),
  'networks.mmdb': writeMmdb('Example-ASN', {
    '192.0.2.0/24': { autonomous_system_number: 64496, autonomous_system_organization: 'Example Broadband' },
    '198.51.100.0/24': { autonomous_system_number: 64497, autonomous_system_organization: 'Example Telecom' },
    '203.0.113.0/24': { autonomous_system_number: 64498, autonomous_system_organization: 'Example Hosting' },
  }),
};

if (process.argv[1] === new URL(import.meta.url).pathname) {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(geographyFiles)) writeFileSync(new URL(name, folder), content);
}
