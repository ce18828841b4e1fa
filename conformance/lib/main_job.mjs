// The main job, played through the sandbox: a person drafts a ticket in Slack, somebody approves
// it, Jira gets one issue, and Slack says so. Judges play it to see what Maro sends on the way.

import { until } from './maro.mjs';
import { fill, inputs } from './modal.mjs';

export const AUTHOR = { name: 'amira', id: 'U0AMIRA' };
export const APPROVER = { name: 'boris', id: 'U0BORIS' };
export const CHANNEL = 'C0PAYMENTS';

const ANSWERS = {
  title: 'Refunds fail on Safari',
  problem: 'The button does nothing on **Safari 17.6**; the API answers 200.',
  solution: 'Read `amount` from the answer.',
  acceptance: '- a refund on Safari shows its receipt\n- pressing twice refunds once',
};

/** Types the command, fills the modal, and waits for the preview. Answers with its message. */
export async function draft(sandbox, answers = {}) {
  const wanted = { ...ANSWERS, ...answers };
  const known = new Set((await previews(sandbox)).map((message) => message.ts));
  await sandbox.act('slack/command', {
    user: AUTHOR.name, channel: CHANNEL, text: `create ${wanted.title}`,
  });
  const view = await until('the modal', async () => {
    const stack = (await sandbox.state()).slack.modals[AUTHOR.id];
    const top = stack?.at(-1);
    return top && inputs(top).length > 1 && top;
  });
  const submitted = await sandbox.act('slack/submit', { user: AUTHOR.name, values: fill(view, wanted) });
  if (Object.keys(submitted.errors ?? {}).length > 0) {
    throw new Error(`the modal was refused: ${JSON.stringify(submitted.errors)}`);
  }
  return until('the preview', async () =>
    (await previews(sandbox)).find((message) => !known.has(message.ts)));
}

async function previews(sandbox) {
  const messages = (await sandbox.state()).slack.messages[CHANNEL] ?? [];
  return messages.filter((message) => JSON.stringify(message).includes('"draft_approve"'));
}

/** Clicks Approve on a preview and waits until Slack names the issue. */
export async function approve(sandbox, preview) {
  await sandbox.act('slack/click', {
    user: APPROVER.name, channel: CHANNEL, ts: preview.ts, action_id: 'draft_approve',
  });
  return until('the ticket is announced', async () => {
    const { slack, jira } = await sandbox.state();
    const messages = slack.messages[CHANNEL];
    const card = messages.find((message) => message.ts === preview.ts);
    const key = JSON.stringify(card).match(/Created: \W*([A-Z]+-\d+)/)?.[1];
    const issue = key && jira.issues.find((candidate) => candidate.key === key);
    return issue && { card, issue, messages };
  });
}

/** The whole main job. */
export async function playMainJob(sandbox, answers = {}) {
  return approve(sandbox, await draft(sandbox, answers));
}
