// Prism judges both sides of Maro's conversation with Jira, by Atlassian's own description.
//
// It stands between Maro and the sandbox while the main job is played, and answers with an error
// when a request or a response breaks the description. The document is not part of the repository.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { draft, approve } from '../lib/main_job.mjs';
import { freePort, startWorld, until } from '../lib/maro.mjs';
import { jiraDescription, needsJiraDescription } from '../lib/specs.mjs';

const CLI = fileURLToPath(new URL('../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
const options = needsJiraDescription();

let prism;
let world;
let log = '';

async function startPrism(upstream) {
  const port = await freePort();
  const args = [CLI, 'proxy', jiraDescription(), upstream, '--errors', '--host', '127.0.0.1', '--port', String(port)];
  prism = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, NO_COLOR: '1' } });
  for (const stream of [prism.stdout, prism.stderr]) stream.on('data', (data) => { log += data; });
  const url = `http://127.0.0.1:${port}`;
  await until('Prism listens', () => log.includes('is listening'), 120_000);
  return url;
}

before(async () => {
  if (options.skip) return;
  world = await startWorld(async (sandbox) => ({ JIRA_URL: await startPrism(sandbox.jira_url.replace(/\/$/, '')) }));
}, { timeout: 180_000 });

after(async () => {
  await world?.stop();
  prism?.kill();
});

test('the main job breaks nothing in the official description of Jira', options, async () => {
  const preview = await draft(world.sandbox);
  const { issue } = await approve(world.sandbox, preview);
  assert.ok(issue.key);
});

test('Prism saw the requests and found no violation', options, () => {
  assert.match(log, /POST \/rest\/api\/3\/issue/);
  const violations = log.split('\n').filter((line) => /violation|UNPROCESSABLE|\[VALIDATOR\].*(error|warning)|✖/i.test(line));
  assert.deepEqual(violations, []);
});
