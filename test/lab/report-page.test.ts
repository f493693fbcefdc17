import { readFile } from 'node:fs/promises';
import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { decodedEvents, resultOf } from '../../src/audit/bundle/history-events.ts';
import type { HistoryFile } from '../../src/audit/history-file.ts';
import { renderHtml } from '../../src/audit/render/html.ts';
import type { IncidentReport } from '../../src/domain/report/report.ts';
import { startBrowser } from '../support/browser.ts';
import { examinedByAxe, openedPage, overflow, printedOnA4, styleOf } from '../support/opened-page.ts';
import { shared } from '../support/shared.ts';

const browser = shared(startBrowser, (started) => started.close());

/** Of an incident that ran. */
const reportOf = async (name: string): Promise<IncidentReport> => {
  const history = await readFile(new URL(`../replay/histories/${name}.json`, import.meta.url), 'utf8');
  return resultOf(decodedEvents((JSON.parse(history) as HistoryFile).history)) as IncidentReport;
};

const opened = (report: IncidentReport, options: BrowserContextOptions = {}) =>
  openedPage(browser(), renderHtml(report), options);

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
    const { violations, passes } = await examinedByAxe(page);
    expect(passes).toContain('color-contrast');
    expect(violations).toEqual([]);
    await close();
  });

  it('prints to A4 in light colours, with nothing cut off', async () => {
    const { page, close } = await opened(await reportOf('compromised-key'), { colorScheme: 'dark' });
    const { pages, allA4 } = await printedOnA4(page);
    expect(pages).toBeGreaterThan(3);
    expect(allA4).toBe(true);
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
