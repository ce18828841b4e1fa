// axe judges every page of Maro and the sandbox's page, in the light and in the dark.
//
// The pages are found by following links from the dashboard, one page of each kind, after the main
// job was played and with another draft waiting, so that tables and forms have something in them.
// Maro's pages are also weighed: none may be over 100 kB.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { complaints, launch, signIn } from '../lib/browser.mjs';
import { draft, playMainJob } from '../lib/main_job.mjs';
import { ADMIN, API_TOKEN, Maro, environment, freePort, startWorld } from '../lib/maro.mjs';

const LARGEST_PAGE = 100 * 1024;
/** Not pages of ours: machine-readable, or the bundled viewer of the API's description. */
const NOT_PAGES = [/^\/openapi/, /^\/docs/, /^\/metrics/, /^\/healthz/, /^\/readyz/, /^\/api\//, /^\/assets\//, /^\/events/];
/** What must be among the pages that were found. */
const EXPECTED = ['/', '/approvals', '/approvals/*', '/operations', '/operations/*', '/sessions', '/sessions/*', '/tracked', '/suite-runs', '/suite-runs/*', '/trends', '/defects', '/defects/*', '/outbox', '/activity', '/audit', '/settings/connections', '/settings/connections/jira', '/settings/connections/slack', '/settings/connections/confluence', '/settings/connections/mcp', '/settings/people', '/settings/people/*'];

let browser;
let world;
let fresh;
let found;

before(async () => {
  world = await startWorld();
  await playMainJob(world.sandbox);
  await draft(world.sandbox, { title: 'Address search is slow' });
  await reportRun(world.maro.url);
  const none = { MARO_ADMIN_EMAIL: '', MARO_ADMIN_PASSWORD: '', MARO_API_TOKEN: '' };
  fresh = await Maro.start({ ...environment(world.sandbox), ...none }, await freePort());
  browser = await launch();
}, { timeout: 120_000 });

after(async () => {
  await browser?.close();
  await fresh?.stop();
  await world?.stop();
});

/** A suite run with a failure, so that there is a run and a defect to look at. */
async function reportRun(url) {
  const body = '<testsuite name="checkout"><testcase classname="Cart" name="pays"><failure message="refused">at pay.rs:7</failure></testcase></testsuite>';
  const headers = { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/xml' };
  const response = await fetch(new URL('api/v1/reports/junit', url), { method: 'POST', headers, body });
  assert.equal(response.status, 201);
}

/** One kind of page: identifiers in its path become stars. */
function shape(path) {
  return path.split('/').map((part) => (/[0-9]/.test(part) ? '*' : part)).join('/');
}

async function links(page) {
  const hrefs = await page.locator('a[href]').evaluateAll((nodes) => nodes.map((node) => node.href));
  return hrefs
    .map((href) => new URL(href))
    .filter((url) => url.origin === new URL(world.maro.url).origin)
    .map((url) => url.pathname)
    .filter((path) => !NOT_PAGES.some((pattern) => pattern.test(path)));
}

/** Visits one page of each kind and judges it. */
async function judgePages(colorScheme) {
  const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await signIn(page, world.maro.url, ADMIN);
  const kinds = new Map([['/', '/']]);
  const queue = ['/'];
  const wrong = [];
  while (queue.length > 0) {
    const path = queue.shift();
    const response = await page.goto(new URL(path, world.maro.url).href);
    const size = (await response.body()).length;
    if (response.status() !== 200) wrong.push(`${path}: ${response.status()}`);
    if (size > LARGEST_PAGE) wrong.push(`${path}: ${size} bytes`);
    wrong.push(...(await complaints(page)).map((line) => `${path}: ${line}`));
    for (const link of await links(page)) {
      if (kinds.has(shape(link))) continue;
      kinds.set(shape(link), link);
      queue.push(link);
    }
  }
  await context.close();
  found = kinds;
  return wrong;
}

for (const colorScheme of ['light', 'dark']) {
  test(`Maro's pages, ${colorScheme}`, { timeout: 120_000 }, async () => {
    assert.deepEqual(await judgePages(colorScheme), []);
  });

  test(`the sandbox's page, ${colorScheme}`, { timeout: 60_000 }, async () => {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(world.sandbox.sandbox_url);
    await page.getByRole('article').first().waitFor();
    assert.deepEqual(await complaints(page), []);
    await page.getByLabel('Message', { exact: true }).fill('/maro create');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    assert.deepEqual(await complaints(page), [], 'with a modal open');
    await context.close();
  });

  test(`sign-in and set-up, ${colorScheme}`, async () => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    for (const [url, path] of [[world.maro.url, 'sign-in'], [fresh.url, 'setup']]) {
      await page.goto(new URL(path, url).href);
      assert.match(page.url(), new RegExp(path));
      assert.deepEqual(await complaints(page), [], path);
    }
    await context.close();
  });
}

test('every kind of page was judged', () => {
  const kinds = new Set(found.keys());
  assert.deepEqual(EXPECTED.filter((path) => !kinds.has(path)), []);
});

test('a person with a keyboard reaches the content first', async () => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, world.maro.url, ADMIN);
  await page.goto(world.maro.url);
  await page.keyboard.press('Tab');
  const target = await page.locator(':focus').getAttribute('href');
  assert.match(target, /^#./);
  await page.keyboard.press('Enter');
  assert.equal(`#${await page.locator(':focus').getAttribute('id')}`, target);
  await context.close();
});
