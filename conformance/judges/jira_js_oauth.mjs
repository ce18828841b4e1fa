// jira.js judges the sandbox's Atlassian accounts and gateway: it asks for consent, exchanges the
// code, finds the site, renews the token and calls Jira through the gateway, all with its own code.
// Its addresses are fixed, so only the hosts are replaced on the way out.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import {
  createCloudClient, exchangeAuthorizationCode, generateAuthorizationUrl, getAccessibleResources,
  refreshOAuth2Token,
} from 'jira.js';

import { Sandbox } from '../lib/maro.mjs';

const HOSTS = ['https://auth.atlassian.com', 'https://api.atlassian.com'];
const SCOPES = ['read:jira-work', 'write:jira-work', 'read:jira-user', 'offline_access'];
const CALLBACK = 'http://127.0.0.1:9/callback';

const realFetch = globalThis.fetch;
let sandbox;
let tokens;

function intoTheSandbox(address) {
  const host = HOSTS.find((candidate) => address.startsWith(candidate));
  return host ? sandbox.atlassian_url.replace(/\/$/, '') + address.slice(host.length) : address;
}

before(async () => {
  sandbox = await Sandbox.start();
  await sandbox.act('atlassian/app', { callback_url: CALLBACK });
  globalThis.fetch = (input, init) => (input instanceof Request
    ? realFetch(new Request(intoTheSandbox(input.url), input), init)
    : realFetch(intoTheSandbox(String(input)), init));
});
after(async () => {
  globalThis.fetch = realFetch;
  await sandbox?.stop();
});

const app = () => ({
  clientId: sandbox.atlassian_client_id, clientSecret: sandbox.atlassian_client_secret,
});

/** What the browser of a person who accepts is led to. */
async function consent(scopes) {
  await sandbox.act('atlassian/settings', { consent: 'accept', consent_sites: [sandbox.cloud_id] });
  const url = generateAuthorizationUrl({
    clientId: sandbox.atlassian_client_id, scopes, redirectUri: CALLBACK, state: 'a state',
  });
  const answer = await fetch(url, { redirect: 'manual' });
  return new URL(answer.headers.get('location'));
}

function client(more = {}) {
  return createCloudClient({
    auth: {
      type: 'oauth2', ...app(), cloudId: sandbox.cloud_id,
      accessToken: tokens.accessToken, refreshToken: tokens.refreshToken,
      expiresAt: Date.now() + tokens.expiresIn * 1000, ...more,
    },
    onSchemaMismatch: 'throw',
  });
}

test('consent, code, tokens and sites have the shapes that the library knows', async () => {
  const back = await consent(SCOPES);
  assert.equal(back.searchParams.get('state'), 'a state');
  tokens = await exchangeAuthorizationCode({
    ...app(), code: back.searchParams.get('code'), redirectUri: CALLBACK,
  });
  assert.ok(tokens.refreshToken);
  assert.deepEqual(tokens.scope.split(' ').sort(), [...SCOPES].sort());
  const sites = await getAccessibleResources(tokens.accessToken);
  const site = sites.find((candidate) => candidate.id === sandbox.cloud_id);
  assert.ok(site, JSON.stringify(sites));
});

test('a code is good once, and only for its callback', async () => {
  const code = (await consent(SCOPES)).searchParams.get('code');
  await assert.rejects(exchangeAuthorizationCode({ ...app(), code, redirectUri: 'http://127.0.0.1:9/other' }));
  const again = (await consent(SCOPES)).searchParams.get('code');
  await exchangeAuthorizationCode({ ...app(), code: again, redirectUri: CALLBACK });
  await assert.rejects(exchangeAuthorizationCode({ ...app(), code: again, redirectUri: CALLBACK }));
});

test('without offline_access there is no refresh token', async () => {
  const code = (await consent(['read:jira-work'])).searchParams.get('code');
  const short = await exchangeAuthorizationCode({ ...app(), code, redirectUri: CALLBACK });
  assert.equal(short.refreshToken, undefined);
});

test('an issue is created, read and found through the gateway', async () => {
  const jira = client();
  const created = await jira.issues.createIssue({
    fields: {
      project: { key: 'SCRUM' }, issuetype: { name: 'Task' }, summary: 'Through the gateway',
      labels: ['maro-gateway'],
    },
  });
  const issue = await jira.issues.getIssue({ issueIdOrKey: created.key });
  assert.equal(issue.fields.summary, 'Through the gateway');
  const found = await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({
    jql: 'labels = "maro-gateway"', fields: ['summary'],
  });
  assert.equal(found.issues[0].key, created.key);
  const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: created.key });
  await jira.issues.doTransition({ issueIdOrKey: created.key, transition: { id: transitions[0].id } });
});

test('a token that has expired is renewed once for many calls', async () => {
  const renewed = [];
  const before = (await sandbox.state()).atlassian.token_requests.refreshed;
  const jira = client({ expiresAt: Date.now() - 1000, onTokenRefresh: (event) => renewed.push(event) });
  const names = await Promise.all(Array.from({ length: 20 }, () => jira.myself.getCurrentUser()));
  assert.equal(new Set(names.map((me) => me.accountId)).size, 1);
  assert.equal(renewed.length, 1);
  assert.equal((await sandbox.state()).atlassian.token_requests.refreshed, before + 1);
  assert.notEqual(renewed[0].refreshToken, tokens.refreshToken);
  tokens = { ...tokens, ...renewed[0], expiresIn: 3600 };
});

test('a revoked grant says so', async () => {
  await sandbox.act('atlassian/revoke', {});
  await assert.rejects(refreshOAuth2Token({ ...app(), refreshToken: tokens.refreshToken }));
  await assert.rejects(client().myself.getCurrentUser());
});
