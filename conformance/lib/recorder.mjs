// A proxy that keeps every request and its answer, so that a judge can see what Maro said to
// somebody who has no memory that can be asked.

import { once } from 'node:events';
import { createServer } from 'node:http';

/** Forwards everything to `target` and records it. */
export async function record(target) {
  const calls = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { host, connection, 'content-length': length, 'accept-encoding': encoding, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url.replace(/^\//, ''), target), {
      method: request.method,
      headers,
      body: body.length > 0 ? body : undefined,
    });
    const text = await answer.text();
    calls.push({
      method: request.method, path: request.url, body: body.toString(),
      status: answer.status, headers: Object.fromEntries(answer.headers), answer: text,
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' });
    response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, calls, stop };
}
