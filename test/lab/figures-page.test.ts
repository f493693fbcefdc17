import type { BrowserContextOptions } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { figuresHtml } from '../../src/audit/render/figures.ts';
import type { IncidentFigures } from '../../src/domain/report/incident-figures.ts';
import { startBrowser } from '../support/browser.ts';
import { manyFigures } from '../support/many-figures.ts';
import { examinedByAxe, openedPage, overflow, printedOnA4, styleOf } from '../support/opened-page.ts';
import { shared } from '../support/shared.ts';

const browser = shared(startBrowser, (started) => started.close());
const opened = (figures: IncidentFigures[], options: BrowserContextOptions = {}) =>
  openedPage(browser(), figuresHtml(figures, 'from 2027-01-01 before 2027-04-01'), options);

describe('the page of figures, in a browser,', () => {
  it.each([0, 1, 120])(
    'of %i incidents opens without a network, asks for nothing and complains of nothing',
    async (count) => {
      const { page, complaints, requests, close } = await opened(manyFigures(count));
      expect(await page.title()).toBe('Incidents from 2027-01-01 before 2027-04-01');
      expect(await page.locator('main > section').count()).toBeGreaterThan(5);
      expect((await page.locator('svg .mark').count()) > 0).toBe(count > 0);
      expect(requests()).toEqual([]);
      expect(complaints).toEqual([]);
      await close();
    },
  );

  it.each([390, 768, 1280])('fits a screen of %i pixels, with plots whose letters can be read', async (width) => {
    const { page, close } = await opened(manyFigures(120), { viewport: { width, height: 844 } });
    expect(await overflow(page)).toBe(0);
    const plots = page.locator('figure svg:visible');
    // One of each figure, and the bars of the rules.
    expect(await plots.count()).toBe(5);
    for (const plot of await plots.all()) {
      const letters = await plot.locator('text').first().boundingBox();
      expect(letters?.height).toBeGreaterThan(10);
    }
    await close();
  });

  it.each(['light', 'dark'] as const)('has no violation of WCAG that axe finds, in %s', async (colorScheme) => {
    const { page, close } = await opened(manyFigures(120), { colorScheme, bypassCSP: true });
    const { violations, passes } = await examinedByAxe(page);
    expect(passes).toContain('color-contrast');
    expect(violations).toEqual([]);
    await close();
  });

  it('prints to A4 in light colours', async () => {
    const { page, close } = await opened(manyFigures(120), { colorScheme: 'dark' });
    const { pages, allA4 } = await printedOnA4(page);
    expect(pages).toBeGreaterThan(2);
    expect(allA4).toBe(true);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await styleOf(page, 'body', 'backgroundColor')).toBe('rgb(255, 255, 255)');
    await close();
  });

  it('shows the name of a hostile rule as text', async () => {
    const hostile = `"><img src="https://evil.example/x" onerror="alert(1)"><script>alert(2)</script>`;
    const [first, ...rest] = manyFigures(5);
    const { page, complaints, requests, close } = await opened([{ ...first!, rule: hostile }, ...rest]);
    expect(await page.locator('img, script').count()).toBe(0);
    expect(await page.getByRole('cell', { name: hostile }).count()).toBe(1);
    expect([...complaints, ...requests()]).toEqual([]);
    await close();
  });
});
