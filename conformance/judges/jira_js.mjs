// jira.js judges the sandbox's Jira: each call that Maro makes, answered in the shape that the
// library's schemas demand. In strict mode a body of another shape throws.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { createCloudClient, isNotFoundError, isAuthError } from 'jira.js';

import { Sandbox } from '../lib/maro.mjs';

let sandbox;
let jira;
let key;

const paragraph = (text) => ({
  type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
});

function client(apiToken) {
  return createCloudClient({
    host: sandbox.jira_url.replace(/\/$/, ''),
    auth: { type: 'basic', email: sandbox.jira_username, apiToken },
    onSchemaMismatch: 'throw',
  });
}

before(async () => {
  sandbox = await Sandbox.start();
  jira = client(sandbox.jira_api_token);
});
after(() => sandbox?.stop());

test('the site and the account are described', async () => {
  const info = await jira.serverInfo.getServerInfo();
  assert.equal(info.deploymentType, 'Cloud');
  const me = await jira.myself.getCurrentUser();
  assert.ok(me.accountId);
});

test('projects, priorities, fields and labels are listed', async () => {
  const projects = await jira.projects.searchProjects({ query: 'SCRUM' });
  assert.equal(projects.values[0].key, 'SCRUM');
  assert.equal((await jira.projects.getProject({ projectIdOrKey: 'SCRUM' })).key, 'SCRUM');
  assert.ok((await jira.issuePriorities.searchPriorities({})).values.length > 0);
  assert.ok((await jira.issueTypes.getIssueAllTypes()).length > 0);
  assert.ok((await jira.issueFields.getFields()).length > 0);
  await jira.labels.getAllLabels({});
  await jira.permissions.getMyPermissions({ projectKey: 'SCRUM', permissions: 'CREATE_ISSUES' });
});

test('create metadata names issue types and their fields', async () => {
  const types = await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: 'SCRUM' });
  const [first] = types.issueTypes;
  const meta = await jira.issues.getCreateIssueMetaIssueTypeId({
    projectIdOrKey: 'SCRUM', issueTypeId: first.id,
  });
  assert.ok(meta.fields.some((field) => field.fieldId === 'summary'));
});

test('an issue is created with labels and a property, and read back', async () => {
  const created = await jira.issues.createIssue({
    fields: {
      project: { key: 'SCRUM' }, issuetype: { name: 'Task' }, summary: 'From jira.js',
      description: paragraph('Made by a client that is not ours.'), labels: ['maro-conformance'],
    },
    properties: [{ key: 'maro.operation', value: { operation: 'x', attempt: 1 } }],
  });
  key = created.key;
  const issue = await jira.issues.getIssue({ issueIdOrKey: key });
  assert.equal(issue.fields.summary, 'From jira.js');
  assert.deepEqual(issue.fields.labels, ['maro-conformance']);
  const property = await jira.issueProperties.getIssueProperty({
    issueIdOrKey: key, propertyKey: 'maro.operation',
  });
  assert.equal(property.value.attempt, 1);
  await jira.issueProperties.setIssueProperty({ issueIdOrKey: key, propertyKey: 'other', body: { a: 1 } });
  assert.ok((await jira.issueProperties.getIssuePropertyKeys({ issueIdOrKey: key })).keys.length >= 2);
});

test('search answers page by page with a token', async () => {
  const seen = new Set();
  let nextPageToken;
  do {
    const page = await jira.issueSearch.searchAndReconsileIssuesUsingJql({
      jql: 'project = SCRUM ORDER BY created DESC', maxResults: 3, nextPageToken, fields: ['summary', 'labels'],
    });
    for (const issue of page.issues) seen.add(issue.key);
    nextPageToken = page.nextPageToken;
  } while (nextPageToken && seen.size < 10);
  assert.ok(seen.size > 3, `only ${seen.size} issues`);
  const byBody = await jira.issueSearch.searchAndReconsileIssuesUsingJqlPost({
    jql: 'labels = "maro-conformance"', fields: ['summary'],
  });
  assert.equal(byBody.issues[0].key, key);
});

test('comments and transitions', async () => {
  const comment = await jira.issueComments.addComment({ issueIdOrKey: key, body: paragraph('Seen.') });
  assert.ok(comment.id);
  assert.equal((await jira.issueComments.getComments({ issueIdOrKey: key })).total, 1);
  const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: key });
  await jira.issues.doTransition({ issueIdOrKey: key, transition: { id: transitions.at(-1).id } });
  const moved = await jira.issues.getIssue({ issueIdOrKey: key, fields: ['status'] });
  assert.equal(moved.fields.status.name, transitions.at(-1).to.name);
});

test('an issue is edited and deleted', async () => {
  await jira.issues.editIssue({ issueIdOrKey: key, fields: { summary: 'Changed' } });
  assert.equal((await jira.issues.getIssue({ issueIdOrKey: key })).fields.summary, 'Changed');
  await jira.issues.deleteIssue({ issueIdOrKey: key });
});

test('errors are told apart', async () => {
  await assert.rejects(jira.issues.getIssue({ issueIdOrKey: 'SCRUM-99999' }), (error) => isNotFoundError(error));
  await assert.rejects(client('wrong').myself.getCurrentUser(), (error) => isAuthError(error));
  await assert.rejects(
    jira.issues.createIssue({ fields: { project: { key: 'SCRUM' }, issuetype: { name: 'Task' } } }),
    (error) => error.status === 400 && 'summary' in (error.body?.errors ?? JSON.parse(error.body).errors),
  );
});
