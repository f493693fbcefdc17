import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface OpenedPage {
  page: Page;
  /** What its console, its scripts and its dialogs said. */
  complaints: string[];
  /** What it asked for beside itself. */
  requests: () => string[];
  close: () => Promise<void>;
}

/** A page as a reader opens it: a file, without a network. */
export async function openedPage(
  browser: Browser,
  html: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const folder = await mkdtemp(join(tmpdir(), 'soar-page-'));
  const path = join(folder, 'page.html');
  await writeFile(path, html);
  const context = await browser.newContext({ offline: true, viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => complaints.push(dialog.message()));
  page.on('request', (request) => requests.push(request.url()));
  const url = pathToFileURL(path).href;
  await page.goto(url);
  return {
    page,
    complaints,
    requests: () => requests.filter((other) => other !== url),
    close: async () => {
      await context.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** How many pixels wider the page is than the screen. */
export const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

export const styleOf = (page: Page, selector: string, property: string) =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('${selector}')).${property}`);

/** What axe finds wrong, and the ids of what it looked at; the page has to be opened with `bypassCSP`. */
export async function examinedByAxe(page: Page): Promise<{ violations: string[]; passes: string[] }> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run()');
  return {
    violations: violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`),
    passes: passes.map(({ id }) => id),
  };
}

/** Printed on A4: the size of every page in points. */
export async function printedOnA4(page: Page): Promise<{ pages: number; allA4: boolean }> {
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true, printBackground: true });
  const boxes = pdf.toString('latin1').match(/\/MediaBox \[0 0 [\d.]+ [\d.]+\]/g) ?? [];
  const isA4 = (box: string): boolean => /\[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/.test(box);
  return { pages: boxes.length, allA4: boxes.every(isA4) };
}
