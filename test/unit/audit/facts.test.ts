import { describe, expect, it } from 'vitest';
import { renderHtml } from '../../../src/audit/render/html.ts';
import { renderMarkdown } from '../../../src/audit/render/markdown.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { ec2VmExportPlaybook } from '../../../workflows/ec2-vm-export/playbook.ts';
import { aFailedAlert, anAlert, anArrival, anIamUser, ids } from '../../support/builders.ts';
import { aReport } from './a-report.ts';

const tags = /<[^>]*>/g;
/** What people read of a part of the page, and of the same in Markdown, where escapes are taken out again. */
const inPage = (alert: Alert): string =>
  (renderHtml(aReport({ alert })).split('<section id="facts"')[1]?.split('</section>')[0] ?? '')
    .replaceAll(tags, ' ')
    .replaceAll(/\s+/g, ' ');
const inMarkdown = (alert: Alert): string =>
  (renderMarkdown(aReport({ alert })).split('## What happened\n')[1]?.split('\n## ')[0] ?? '')
    .replaceAll(/\\(?=[^\w\s])/g, '')
    .replaceAll(/[\s|]+/g, ' ');

describe.each([
  ['the page', inPage],
  ['Markdown', inMarkdown],
])('the facts of a call, in %s,', (_form, shown) => {
  it.each([
    ['S47', 'Call', 'CreateInstanceExportTask, success'],
    ['S52', 'Account and Region', `${ids.account}, ${ids.region}`],
    ['S54', 'Actor', ids.userArn],
    ['S54', 'Actor id', 'AIDAEXAMPLE'],
    ['S56', 'Access key', ids.accessKey],
    ['S20', 'Source address', '198.51.100.7'],
    ['S55', 'User agent', 'aws-cli/2.17.0'],
    ['S49', 'Instance', ids.instance],
    ['S50', 'Bucket and prefix', `${ids.bucket}/${ids.prefix}`],
    ['S50', 'Object', ids.key],
    ['S51', 'Format', 'VMDK in ova'],
    ['S51', 'Target environment', 'vmware'],
    ['S85', 'Export task', ids.task],
    ['S85', 'Role of the export', 'vmimport'],
    ['S40', 'Detection rule', 'VM export'],
  ])('have for %s: %s', (_item, name, value) => {
    const arrival = anArrival({ rule: 'VM export' });
    const alert = anAlert({ roleName: 'vmimport', principal: anIamUser({ id: 'AIDAEXAMPLE' }), arrival });
    expect(shown(alert)).toContain(` ${name} ${value} `);
  });

  it('have when it was, the error of a call that failed, and what the alert does not say', () => {
    const facts = shown(aFailedAlert({ missing: ['bucket', 'userAgent'] }));
    expect(facts).toMatch(/ Time 2026-03-02[ T]10:00:00/);
    expect(facts).toContain('Error Client.UnauthorizedOperation: You are not authorized to perform this operation.');
    expect(facts).toContain('The alert did not say: bucket, userAgent.');
  });
});

describe('the playbook, in a report,', () => {
  it('is told on the page with what its card says of itself', () => {
    const page = renderHtml(aReport()).split('<section id="playbook"')[1]?.replaceAll(tags, ' ') ?? '';
    const { title, version, maintainer, card } = ec2VmExportPlaybook;
    for (const text of [`${title}, version ${version}`, card.incidentType, card.lastUpdated, ...card.severities]) {
      expect(page).toContain(text);
    }
    expect(page).toContain(maintainer.replace('&', '&amp;'));
  });

  it('leads to every page that it refers to, in either form', () => {
    const [page, markdown] = [renderHtml(aReport()), renderMarkdown(aReport())];
    expect(ec2VmExportPlaybook.references.length).toBeGreaterThan(4);
    for (const { url } of ec2VmExportPlaybook.references) {
      expect(page).toContain(`href="${url}"`);
      expect(markdown).toContain(`](${url})`);
    }
  });
});
