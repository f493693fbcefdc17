import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodedEvents, resultOf } from '../../src/audit/bundle/history-events.ts';
import type { HistoryFile } from '../../src/audit/history-file.ts';
import { renderHtml } from '../../src/audit/render/html.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { startBrowser } from '../support/browser.ts';
import { shared } from '../support/shared.ts';

const browser = shared(startBrowser, (started) => started.close());
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Of an incident that ran. */
const reportOf = async (name: string): Promise<IncidentReport> => {
  const history = await readFile(new URL(`../replay/histories/${name}.json`, import.meta.url), 'utf8');
  return resultOf(decodedEvents((JSON.parse(history) as HistoryFile).history)) as IncidentReport;
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soar-report-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The page as a reader opens it: a file, without a network. */
async function opened(report: IncidentReport, options: BrowserContextOptions = {}) {
  const path = join(folder, 'report.html');
  await writeFile(path, renderHtml(report));
  const context = await browser().newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(path).href;
  await page.goto(url);
  return { page, complaints, requests: () => requests.filter((other) => other !== url), close: () => context.close() };
}

const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);

describe('the page of a report, in a browser,', () => {
  it.each(['compromised-key', 'insider', 'denied-attempt'])(
    'of %s opens from a file without a network, asks for nothing and complains of nothing',
    async (name) => {
      const report = await reportOf(name);
      const { page, complaints, requests, close } = await opened(report);
      expect(await page.title()).toBe(`${report.incidentKey}: AWS EC2 instance exported as VM`);
      expect(await page.locator('main > section').count()).toBeGreaterThan(15);
      expect(requests()).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it('is styled although its policy allows one style only', async () => {
    const { page, close } = await opened(await reportOf('insider'));
    expect(await styleOf(page, '.badge', 'borderRadius')).toBe('16px');
    await close();
  });

  it.each([390, 768, 1280])('fits a screen of %i pixels, and draws the timeline to fit it', async (width) => {
    const { page, close } = await opened(await reportOf('compromised-key'), { viewport: { width, height: 844 } });
    expect(await overflow(page)).toBe(0);
    const drawn = page.locator('figure svg:visible');
    expect(await drawn.count()).toBe(1);
    const letters = await drawn.locator('text').first().boundingBox();
    expect(letters?.height).toBeGreaterThan(10);
    await close();
  });

  it.each(['light', 'dark'] as const)('has no violation of WCAG that axe finds, in %s', async (colorScheme) => {
    // axe is a script, which the page would not run.
    const { page, close } = await opened(await reportOf('compromised-key'), { colorScheme, bypassCSP: true });
    await page.evaluate(axe);
    const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
    expect(passes.map(({ id }) => id)).toContain('color-contrast');
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
    await close();
  });

  it('prints to A4 in light colours, with nothing cut off', async () => {
    const { page, close } = await opened(await reportOf('compromised-key'), { colorScheme: 'dark' });
    const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: true });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    // A4 in points, on every page.
    const boxes = pdf.toString('latin1').match(/\/MediaBox \[0 0 [\d.]+ [\d.]+\]/g) ?? [];
    expect(boxes.length).toBeGreaterThan(3);
    for (const box of boxes) expect(box).toMatch(/\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await styleOf(page, 'body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await styleOf(page, '.change', 'overflow')).toBe('visible');
    await close();
  });

  it('shows hostile text as text, and would not run it either', async () => {
    const hostile = `"><img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>`;
    const report = await reportOf('insider');
    report.alert.userAgent = hostile;
    report.findings[0]!.detail = hostile;
    report.actions[0]!.title = hostile;
    const { page, complaints, requests, close } = await opened(report);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.getByText(hostile).count()).toBeGreaterThan(2);
    expect(complaints).toEqual([]);
    expect(requests()).toEqual([]);
    // What would get in all the same is stopped by the policy.
    const stopped = page.waitForEvent('requestfailed');
    await page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="https://evil.example/x" onerror="alert(1)">')`,
    );
    expect((await stopped).failure()?.errorText).toBe('csp');
    await expect.poll(() => complaints.join()).toContain('Executing inline event handler violates');
    expect(complaints).not.toContain('1');
    await close();
  });
});
