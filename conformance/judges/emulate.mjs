// emulate judges Maro's Slack: another simulation than ours, written by others, in Slack's place.
//
// The main job goes through it: a trigger that emulate made opens Maro's modal there, the preview
// is posted there, the approved ticket is announced there. Jira is our sandbox. What emulate does
// not have (typing a command, pressing a button) is sent as Slack would send it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createEmulator } from 'emulate';

import { startWorld, until } from '../lib/maro.mjs';
import { fill, inputs, stateValues } from '../lib/modal.mjs';
import { record } from '../lib/recorder.mjs';
import { deliver } from '../lib/slack_client.mjs';

const TEAM = 'T000000001';
const CHANNEL = { id: 'C000000001', name: 'general' };
const USER = { id: 'U000000001', name: 'admin' };
const SECRET = 'emulate-signing-secret';

let emulator;
let recorder;
let world;
let preview;
let token;

async function slack(method, fields) {
  const response = await fetch(new URL(`api/${method}`, emulator.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
  const answer = await response.json();
  assert.equal(answer.ok, true, `${method}: ${JSON.stringify(answer)}`);
  return answer;
}

const common = (trigger) => ({
  trigger_id: trigger, team: { id: TEAM, domain: 'emulate' }, api_app_id: 'A000000001', token: 'x',
  user: { id: USER.id, username: USER.name, name: USER.name, team_id: TEAM }, is_enterprise_install: false,
});

async function trigger() {
  return (await slack('views.generateTriggerId', { user_id: USER.id })).trigger_id;
}

async function interact(payload) {
  return deliver(world.maro.url, 'interactions', { payload: JSON.stringify(payload) }, SECRET);
}

/** The calls of a method that emulate answered, parsed. */
function calls(method) {
  return recorder.calls
    .filter((call) => call.path.startsWith(`/api/${method}`))
    .map((call) => ({ ...call, answer: JSON.parse(call.answer) }));
}

async function history() {
  return (await slack('conversations.history', { channel: CHANNEL.id })).messages;
}

before(async () => {
  token = 'xoxb-emulate-bot-token';
  emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        signing_secret: SECRET,
        oauth_apps: [{
          app_id: 'A000000001', client_id: '1.2', client_secret: 'x', name: 'Maro', redirect_uris: [],
          bot_id: 'B000000001', bot_user_id: 'U00000MARO', bot_name: 'maro',
          scopes: ['commands', 'chat:write', 'channels:read', 'channels:history', 'users:read', 'users:read.email'],
        }],
        tokens: [{
          token, type: 'bot', user_id: 'U00000MARO', app_id: 'A000000001', bot_id: 'B000000001', bot_user_id: 'U00000MARO',
          scopes: ['commands', 'chat:write', 'channels:read', 'channels:history', 'channels:join', 'users:read', 'users:read.email'],
        }],
      },
    },
  });
  recorder = await record(`${emulator.url.replace(/\/$/, '')}/`);
  world = await startWorld({
    SLACK_API_URL: `${recorder.url}api/`, SLACK_BOT_TOKEN: token, SLACK_SIGNING_SECRET: SECRET,
  });
  await slack('conversations.join', { channel: CHANNEL.id });
});

after(async () => {
  await world?.stop();
  await recorder?.stop();
  await emulator?.close();
});

test('the command opens a modal that emulate accepts', async () => {
  const answer = await deliver(world.maro.url, 'commands', {
    command: '/maro', text: 'create Refunds fail', trigger_id: await trigger(), team_id: TEAM, team_domain: 'emulate',
    channel_id: CHANNEL.id, channel_name: CHANNEL.name, user_id: USER.id, user_name: USER.name,
    api_app_id: 'A000000001', token: 'x', is_enterprise_install: 'false', response_url: `${emulator.url}/none`,
  }, SECRET);
  assert.equal(answer.status, 200, answer.text);
  const [opened] = await until('views.open', () => calls('views.open').length > 0 && calls('views.open'));
  assert.equal(opened.answer.ok, true, JSON.stringify(opened.answer));
});

test('the filled modal becomes a preview that emulate accepts', async () => {
  const view = await until('a modal with inputs', () =>
    [...calls('views.update'), ...calls('views.open')]
      .map((call) => call.answer.view)
      .find((candidate) => candidate && inputs(candidate).length > 1));
  const values = fill(view, { title: 'Refunds fail', problem: 'The button does nothing.' });
  const answer = await interact({
    ...common(await trigger()), type: 'view_submission', response_urls: [],
    view: { ...view, state: { values: stateValues(view, values) } },
  });
  assert.equal(answer.status, 200, answer.text);
  assert.ok(!answer.text.includes('"errors"'), answer.text);
  preview = await until('the preview', async () =>
    (await history()).find((message) => JSON.stringify(message).includes('draft_approve')));
});

test('approving creates one issue and announces it in emulate', async () => {
  const [block, action] = preview.blocks
    .flatMap((candidate) => (candidate.elements ?? []).map((element) => [candidate, element]))
    .find(([, element]) => element.action_id === 'draft_approve');
  const answer = await interact({
    ...common(await trigger()), type: 'block_actions',
    channel: CHANNEL, message: preview, response_url: `${emulator.url}/none`, state: { values: {} },
    container: { type: 'message', message_ts: preview.ts, channel_id: CHANNEL.id, is_ephemeral: false },
    actions: [{
      type: 'button', action_id: action.action_id, block_id: block.block_id, value: action.value, text: action.text,
      action_ts: (Date.now() / 1000).toFixed(6),
    }],
  });
  assert.equal(answer.status, 200, answer.text);
  const card = await until('the ticket is announced', async () =>
    (await history()).find((message) => message.ts === preview.ts && JSON.stringify(message).includes('Created: ')));
  assert.ok(!JSON.stringify(card.blocks).includes('draft_approve'), 'a created ticket has no buttons');
  const created = (await world.sandbox.state()).jira.issues.filter((issue) => issue.summary === 'Refunds fail');
  assert.equal(created.length, 1);
});

test('no call of Maro was refused', () => {
  const refused = recorder.calls.filter((call) => call.status !== 200 || JSON.parse(call.answer).ok !== true);
  assert.deepEqual(refused.map((call) => `${call.path} ${call.body} -> ${call.answer}`), []);
});
