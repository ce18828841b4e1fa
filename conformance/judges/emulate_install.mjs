// emulate judges how Maro is installed: the consent page, the exchange of the code, and a token that
// emulate made and takes, in Slack's place and written by others.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createEmulator } from 'emulate';

import { ADMIN, API_TOKEN, Maro, Sandbox, environment, freePort, until } from '../lib/maro.mjs';
import { record } from '../lib/recorder.mjs';

const TEAM = 'T000000001';
const CHANNEL = 'C000000001';
const CLIENT = { id: '1.2', secret: 'emulate-client-secret' };
const SCOPES = [
  'commands', 'chat:write', 'app_mentions:read', 'channels:history', 'channels:read', 'users:read', 'groups:history',
  'groups:read', 'users:read.email', 'metadata.message:read', 'channels:join',
];

let emulator;
let recorder;
let sandbox;
let maro;
let cookie;

/** Opens an address as a browser, without going where it leads. */
function open(url, options = {}) {
  return fetch(url, { redirect: 'manual', ...options, headers: { ...options.headers } });
}

const leadsTo = (response) => new URL(response.headers.get('location'), response.url);

const calls = (method) => recorder.calls
  .filter((call) => call.path.startsWith(`/api/${method}`))
  .map((call) => ({ ...call, answer: JSON.parse(call.answer) }));

before(async () => {
  const port = await freePort();
  const callback = `http://127.0.0.1:${port}/api/v1/slack/oauth/callback`;
  emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      slack: {
        signing_secret: 'emulate-signing-secret',
        oauth_apps: [{
          app_id: 'A000000001', client_id: CLIENT.id, client_secret: CLIENT.secret, name: 'Maro',
          redirect_uris: [callback], bot_id: 'B000000001', bot_user_id: 'U00000MARO', bot_name: 'maro', scopes: SCOPES,
        }],
      },
    },
  });
  recorder = await record(`${emulator.url.replace(/\/$/, '')}/`);
  sandbox = await Sandbox.start();
  maro = await Maro.start({
    ...environment(sandbox), SLACK_BOT_TOKEN: '', SLACK_API_URL: `${recorder.url}api/`,
    SLACK_CLIENT_ID: CLIENT.id, SLACK_CLIENT_SECRET: CLIENT.secret,
  }, port);
  const signedIn = await open(new URL('sign-in', maro.url), {
    method: 'POST',
    headers: { origin: maro.url.replace(/\/$/, '') },
    body: new URLSearchParams(ADMIN),
  });
  cookie = signedIn.headers.get('set-cookie').split(';')[0];
});

after(async () => {
  await maro?.stop();
  await sandbox?.stop();
  await recorder?.stop();
  await emulator?.close();
});

test('a person installs the app by the consent page of emulate', async () => {
  const asked = leadsTo(await open(new URL('api/v1/slack/oauth/authorize', maro.url), { headers: { cookie } }));
  const page = await (await open(asked)).text();
  const form = page.slice(page.indexOf('<form'), page.indexOf('</form>'));
  const hidden = [...form.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)]
    .map(([, name, value]) => [name, value.replaceAll('&amp;', '&')]);
  assert.ok(hidden.length > 3, page);
  const answered = await open(new URL('oauth/v2/authorize/callback', emulator.url), {
    method: 'POST', body: new URLSearchParams(hidden),
  });
  const back = leadsTo(answered);
  assert.ok(back.href.startsWith(maro.url), back.href);

  const finished = await open(back, { headers: { cookie } });
  assert.equal(leadsTo(finished).pathname, '/settings/connections/slack');
  const [exchanged] = calls('oauth.v2.access');
  assert.equal(exchanged.answer.ok, true, JSON.stringify(exchanged.answer));
  const flash = finished.headers.get('set-cookie').split('=')[1].split('.')[0];
  assert.match(Buffer.from(flash, 'base64url').toString(), /Maro is installed in/);
});

test('the token that emulate made posts the preview', async () => {
  const [{ answer: { access_token: token } }] = calls('oauth.v2.access');
  const joined = await fetch(new URL('api/conversations.join', emulator.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ channel: CHANNEL }),
  });
  assert.equal(joined.status, 200);
  const drafted = await fetch(new URL('api/v1/drafts', maro.url), {
    method: 'POST',
    headers: { authorization: `Bearer ${API_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      team: TEAM, channel: CHANNEL,
      content: {
        title: 'Installed by OAuth', problem: 'None.', solution: '', acceptance_criteria: '', project: 'SCRUM',
        issue_type: 'Task', priority: null, labels: [], parent: null,
      },
    }),
  });
  assert.equal(drafted.status, 201, await drafted.text());
  const posted = await until('the preview', () => calls('chat.postMessage').find((call) => call.answer.ok));
  assert.match(posted.body, /Installed by OAuth/);
});
