// Prism judges both sides of Maro's conversation with Jira, by Atlassian's own description.
//
// It stands between Maro and the sandbox while the main job is played, and answers with an error
// when a request or a response breaks the description. The document is not part of the repository.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { playMainJob } from '../lib/main_job.mjs';
import { freePort, startWorld, until } from '../lib/maro.mjs';
import { record } from '../lib/recorder.mjs';
import { jiraDescription, needsJiraDescription } from '../lib/specs.mjs';

const CLI = fileURLToPath(new URL('../node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url));
const options = needsJiraDescription();

let prism;
let recorder;
let world;
let log = '';

async function startPrism(upstream) {
  const port = await freePort();
  const args = [CLI, 'proxy', jiraDescription(), upstream, '--errors', '--host', '127.0.0.1', '--port', String(port)];
  prism = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, NO_COLOR: '1' } });
  for (const stream of [prism.stdout, prism.stderr]) stream.on('data', (data) => { log += data; });
  await until('Prism listens', () => log.includes('is listening'), 120_000);
  recorder = await record(`http://127.0.0.1:${port}/`);
  return recorder.url;
}

before(async () => {
  if (options.skip) return;
  world = await startWorld(async (sandbox) => ({ JIRA_URL: await startPrism(sandbox.jira_url.replace(/\/$/, '')) }));
}, { timeout: 180_000 });

after(async () => {
  await world?.stop();
  await recorder?.stop();
  prism?.kill();
});

test('the main job breaks nothing in the official description of Jira', options, async () => {
  const { issue } = await playMainJob(world.sandbox);
  assert.ok(issue.key);
});

test('Prism saw every call and found no violation', options, () => {
  const calls = recorder.calls.map((call) => ({ ...call, name: `${call.method} ${call.path.split('?')[0]}` }));
  assert.ok(calls.some((call) => call.name === 'POST /rest/api/3/issue'), 'the issue was created through Prism');
  const refused = calls
    .filter((call) => call.headers['sl-violations'] || call.answer.includes('stoplight.io/prism'))
    .map((call) => `${call.name}: ${call.headers['sl-violations'] ?? ''} ${call.answer.slice(0, 600)}`);
  assert.deepEqual(refused, []);
  console.log([...new Set(calls.map((call) => `${call.name} ${call.status}`))].join('\n'));
});
