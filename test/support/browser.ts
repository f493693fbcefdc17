import { access, constants } from 'node:fs/promises';
import { chromium, type Browser } from 'playwright-core';
import { PrerequisiteMissing } from '../../src/lab/aws/prerequisite-missing.ts';

/** Where Chromium and Chrome are usually installed. */
const installed = [
  process.env['CHROME_PATH'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
].filter((path) => path !== '');

/** A real browser: the one that is installed, else the one that a package brings. */
export async function startBrowser(): Promise<Browser> {
  const reasons: string[] = [];
  for (const attempt of [...installed.map((path) => () => startInstalled(path)), startPackaged]) {
    try {
      return await attempt();
    } catch (error) {
      reasons.push(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error));
    }
  }
  throw new PrerequisiteMissing(`install Chromium or Chrome, or set CHROME_PATH: none starts (${reasons.join('; ')})`);
}

async function startInstalled(executablePath: string): Promise<Browser> {
  await access(executablePath, constants.X_OK);
  return start(executablePath);
}

/** For Linux on x64. Without the arguments of its package: these are for one page, and take web security out. */
async function startPackaged(): Promise<Browser> {
  const { default: packaged } = await import('@sparticuz/chromium');
  return start(await packaged.executablePath());
}

/** Containers often have no sandbox to offer; the pages are our own. */
const start = (executablePath: string): Promise<Browser> => chromium.launch({ executablePath, args: ['--no-sandbox'] });
