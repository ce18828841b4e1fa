// A browser judges the whole: a person plays the main job on the sandbox's page, with the keyboard
// and the mouse, and finds the same ticket on Maro's own pages.
//
// With MARO_SCREENSHOTS=DIR each step leaves a picture there; the documents use them.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { launch, signIn } from '../lib/browser.mjs';
import { ADMIN, startWorld } from '../lib/maro.mjs';

const TITLE = 'Refunds fail on Safari';

let browser;
let context;
let page;
let world;
let key;
const faults = [];

async function picture(name) {
  const dir = process.env.MARO_SCREENSHOTS;
  if (!dir) return;
  await mkdir(dir, { recursive: true });
  await page.screenshot({ path: join(dir, `${name}.png`) });
}

before(async () => {
  world = await startWorld();
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && faults.push(`console: ${message.text()}`));
  await page.goto(world.sandbox.sandbox_url);
});

after(async () => {
  await browser?.close();
  await world?.stop();
});

test('the command opens a modal with the title filled in', async () => {
  await page.getByLabel('Message', { exact: true }).fill(`/maro create ${TITLE}`);
  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel(/title/i).first().waitFor();
  assert.equal(await dialog.getByLabel(/title/i).first().inputValue(), TITLE);
  await dialog.getByLabel(/problem/i).first().fill('The button does **nothing** on Safari 17.6.\nThe API answers 200.');
  await dialog.getByLabel(/solution/i).first().fill('Read `amount` from the answer.');
  await dialog.getByLabel(/acceptance/i).first().fill('- a refund shows its receipt\n- pressing twice refunds once');
  await picture('modal');
});

test('sending the modal shows a preview of all that will be sent', async () => {
  await page.getByRole('dialog').locator('button[type=submit]').click();
  const approve = page.getByRole('button', { name: /approve/i }).last();
  await approve.waitFor();
  const text = await page.getByLabel('Messages', { exact: true }).innerText();
  for (const part of [TITLE, 'Safari 17.6', 'Read amount', 'pressing twice refunds once', 'SCRUM']) {
    assert.ok(text.replaceAll('`', '').includes(part), `the preview does not show “${part}”`);
  }
  await picture('preview');
});

test('another person approves, and the ticket is there', async () => {
  await page.getByLabel('You are').selectOption({ label: 'Boris Novak' });
  const approve = page.getByRole('button', { name: /approve/i }).last();
  await approve.click();
  const sure = page.getByRole('dialog').locator('button.primary, button.danger').last();
  if (await sure.isVisible()) await sure.click();
  const created = page.getByLabel('Messages', { exact: true }).getByText(/Created: /).last();
  await created.waitFor();
  key = (await created.innerText()).match(/[A-Z]+-\d+/)[0];
  assert.equal(await page.getByRole('button', { name: /approve/i }).count(), 0, 'the buttons are gone');
  await picture('created');
});

test('the simulated Jira shows the issue', async () => {
  const jira = page.getByLabel('Simulated Jira');
  await jira.getByRole('button', { name: key, exact: true }).click();
  assert.match(await jira.innerText(), new RegExp(TITLE));
  assert.match(await jira.innerText(), /pressing twice refunds once/);
  await picture('jira');
});

test("Maro's own pages show the operation and the tracked issue", async () => {
  await signIn(page, world.maro.url, ADMIN);
  await picture('dashboard');
  await page.goto(new URL('operations', world.maro.url).href);
  await page.getByRole('link', { name: new RegExp(`${key}|${TITLE}`) }).first().click();
  assert.match(await page.getByRole('main').innerText(), new RegExp(key));
  await picture('operation');
  await page.goto(new URL('tracked', world.maro.url).href);
  assert.match(await page.getByRole('main').innerText(), new RegExp(key));
});

test('no page threw an error', () => {
  assert.deepEqual(faults, []);
});
