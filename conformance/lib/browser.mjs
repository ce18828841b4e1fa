// Chromium of the system, driven by Playwright, and axe on the pages it shows.

import { existsSync } from 'node:fs';

import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];

/** Starts the browser. As root it has no sandbox of its own; the pages are ours. */
export async function launch() {
  const executablePath = process.env.MARO_CHROMIUM ?? PLACES.find((path) => existsSync(path));
  if (!executablePath) throw new Error('install chromium, or set MARO_CHROMIUM');
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

/** What axe finds wrong with the page, one line for each. */
export async function complaints(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(' ')} ${node.html.slice(0, 160)}`));
}

/** Signs in to Maro's pages. */
export async function signIn(page, url, { email, password }) {
  await page.goto(new URL('sign-in', url).href);
  await page.locator('input[type=email], input[name=email]').first().fill(email);
  await page.locator('input[type=password]').first().fill(password);
  await page.locator('form button[type=submit], form button:not([type])').first().click();
  await page.waitForURL((address) => !address.pathname.includes('sign-in'));
}
