// A browser judges the question that only a person can answer: Jira may or may not have the ticket.
// All three answers are given on Maro's own page, the last one without JavaScript.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { complaints, launch, signIn } from '../lib/browser.mjs';
import { ADMIN, API_TOKEN, startWorld, until } from '../lib/maro.mjs';

// Nobody waits a quarter of an hour for a search that finds nothing.
const QUICK = `
[ledger]
search_after_ms = [100, 200, 400]
`;

const faults = [];
let browser;
let dir;
let page;
let world;

async function api(path, body) {
  const response = await fetch(new URL(`api/v1/${path}`, world.maro.url), {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  assert.ok(response.ok, `${path}: ${response.status} ${await response.clone().text()}`);
  return response.json();
}

/** A draft whose create was lost on the way. Answers with its operation, once Maro asks. */
async function asked(title) {
  await world.sandbox.act('faults', {
    target: 'jira', method: 'POST', path: '/rest/api/3/issue$', action: 'drop-before', times: 1,
  });
  const draft = await api('drafts', {
    team: 'T0SANDBOX',
    channel: 'C0PAYMENTS',
    content: {
      title, problem: 'It does not work.', solution: '', acceptance_criteria: '',
      project: 'SCRUM', issue_type: 'Task', priority: null, labels: [], parent: null,
    },
  });
  await api(`drafts/${draft.id}/approve`, { hash: draft.hash });
  return until(`the question about ${title}`, async () => {
    const [operation] = (await api(`operations?session=${draft.session}`)).items;
    return operation?.state === 'needs_human' && operation;
  });
}

async function settled({ session }, state) {
  return until(`the operation is ${state}`, async () => {
    const [now] = (await api(`operations?session=${session}`)).items;
    return now.state === state && now;
  });
}

async function open(tab, operation) {
  await tab.goto(new URL(`operations/${operation.id}`, world.maro.url).href);
  return tab.getByRole('complementary', { name: 'Decision' });
}

async function issuesOf(title) {
  const { jira } = await world.sandbox.state();
  return jira.issues.filter((issue) => issue.summary === title);
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'maro-questions-'));
  const file = join(dir, 'maro.toml');
  await writeFile(file, QUICK);
  world = await startWorld({ MARO_CONFIG: file });
  browser = await launch();
  const context = await browser.newContext();
  context.setDefaultTimeout(15_000);
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
  await signIn(page, world.maro.url, ADMIN);
});

after(async () => {
  await browser?.close();
  await world?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

test('“it exists” is believed after Jira was asked', async () => {
  const operation = await asked('Somebody made it by hand');
  const decision = await open(page, operation);
  assert.deepEqual(await complaints(page), []);
  const key = decision.getByLabel(/its key/);
  await key.fill('SCRUM-99999');
  await key.press('Enter');
  await page.getByText('SCRUM-99999 not found in Jira').waitFor();
  const { key: made } = await world.sandbox.act('jira/issue', {
    fields: { project: { key: 'SCRUM' }, issuetype: { name: 'Task' }, summary: 'By hand' },
  });
  await decision.getByLabel(/its key/).fill(made);
  await decision.getByRole('button', { name: 'It exists' }).click();
  await page.getByText('Your answer is recorded').waitFor();
  const now = await settled(operation, 'confirmed');
  assert.equal(now.jira_key, made);
  assert.equal((await issuesOf('Somebody made it by hand')).length, 0, 'nothing was sent again');
});

test('“create anyway” warns, and makes one issue', async () => {
  const operation = await asked('It never arrived');
  const decision = await open(page, operation);
  await decision.getByRole('button', { name: 'Create anyway' }).click();
  const warning = page.getByRole('dialog');
  await warning.getByText('Jira will have two issues').waitFor();
  await warning.getByRole('button', { name: 'Create anyway' }).click();
  const now = await settled(operation, 'confirmed');
  assert.equal(now.attempt, 2);
  assert.equal((await issuesOf('It never arrived')).length, 1);
  await page.getByRole('main').getByText(now.jira_key).first().waitFor();
});

test('“give up” ends it, also without JavaScript', async () => {
  const operation = await asked('Nobody wants it');
  const plain = await browser.newContext({ javaScriptEnabled: false });
  const tab = await plain.newPage();
  await signIn(tab, world.maro.url, ADMIN);
  const decision = await open(tab, operation);
  await decision.getByRole('button', { name: 'Give up' }).click();
  await settled(operation, 'cancelled');
  assert.equal((await issuesOf('Nobody wants it')).length, 0);
  assert.equal(await tab.getByRole('button', { name: 'Create anyway' }).count(), 0, 'nothing is asked');
  await plain.close();
});

test('no page threw an error', () => {
  assert.deepEqual(faults, []);
});
