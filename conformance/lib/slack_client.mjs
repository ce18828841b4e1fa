// Speaks to Maro as Slack does: signed forms for commands and interactions.

import { createHmac } from 'node:crypto';

/** Signs as Slack does and sends; answers with the status and the text. */
export async function deliver(maroUrl, path, fields, secret) {
  const body = new URLSearchParams(fields).toString();
  const timestamp = Math.floor(Date.now() / 1000).toString();
  const digest = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  const response = await fetch(new URL(`api/v1/webhooks/slack/${path}`, maroUrl), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${digest}`,
    },
    body,
  });
  return { status: response.status, text: await response.text() };
}
