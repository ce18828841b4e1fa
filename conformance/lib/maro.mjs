// Starts the real binary for a judge: the sandbox, Maro, or both, each on a free port.
//
// Processes get a small environment of their own, so that nothing of the caller's (tokens, a
// database) leaks into a check. Everything that was started is ended by `stop`, also on failure:
// every judge calls it from node:test's `after`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery staple' };
export const API_TOKEN = 'maro_conformance_0123456789abcdefghijklmnop';

const START_DEADLINE_MS = 30_000;

function binary() {
  const path = process.env.MARO_BIN;
  if (!path) throw new Error('set MARO_BIN to the maro binary, or run `cargo xtask test`');
  return path;
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks again until there is an answer that is neither undefined, null nor false. */
export async function until(what, ask, deadlineMs = 15_000) {
  const deadline = Date.now() + deadlineMs;
  let last;
  while (Date.now() < deadline) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what}: not within ${deadlineMs} ms${last ? ` (${last.message})` : ''}`);
}

/** One process of the binary. */
class Running {
  constructor(args, env) {
    this.log = '';
    const base = { PATH: process.env.PATH, HOME: tmpdir(), RUST_BACKTRACE: '1' };
    this.child = spawn(binary(), args, { env: { ...base, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.lines = [];
    for (const stream of [this.child.stdout, this.child.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        this.log += `${line}\n`;
        if (stream === this.child.stdout) this.lines.push(line);
      });
    }
  }

  /** The first line of JSON on standard output. */
  async announced() {
    const line = await until('the line of JSON at the start', () => {
      this.mustRun();
      return this.lines.find((candidate) => candidate.startsWith('{'));
    }, START_DEADLINE_MS);
    return JSON.parse(line);
  }

  mustRun() {
    if (this.child.exitCode !== null) throw new Error(`the process ended: ${this.log}`);
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await once(this.child, 'exit');
    clearTimeout(timer);
  }
}

/** A running sandbox. */
export class Sandbox {
  static async start({ maroUrl = 'http://127.0.0.1:9/', faults = [] } = {}) {
    const args = ['sandbox', '--bind', '127.0.0.1:0', '--maro-url', maroUrl];
    for (const fault of faults) args.push('--fault', fault);
    const sandbox = new Sandbox();
    sandbox.running = new Running(args, {});
    Object.assign(sandbox, await sandbox.running.announced());
    return sandbox;
  }

  /** The address of an admin endpoint. */
  admin(path) {
    return new URL(`admin/${path}`, this.sandbox_url).href;
  }

  /** Acts as a person, or changes the simulated world. */
  async act(path, body) {
    const response = await fetch(this.admin(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Everything that is in the simulated Slack and Jira. */
  async state() {
    return (await fetch(this.admin('state'))).json();
  }

  async stop() {
    await this.running?.stop();
  }
}

/** A running Maro on a SQLite file of its own. */
export class Maro {
  static async start(env, port) {
    const maro = new Maro();
    maro.dir = await mkdtemp(join(tmpdir(), 'maro-conformance-'));
    maro.url = `http://127.0.0.1:${port}/`;
    maro.running = new Running(['serve'], {
      MARO_BIND: `127.0.0.1:${port}`,
      MARO_PUBLIC_URL: maro.url,
      MARO_DATA_DIR: maro.dir,
      MARO_API_TOKEN: API_TOKEN,
      MARO_ADMIN_EMAIL: ADMIN.email,
      MARO_ADMIN_PASSWORD: ADMIN.password,
      ...env,
    });
    try {
      await until('Maro is ready', async () => {
        maro.running.mustRun();
        return (await fetch(new URL('readyz', maro.url))).ok;
      }, START_DEADLINE_MS);
    } catch (error) {
      await maro.stop();
      throw new Error(`${error.message}\n${maro.running.log}`);
    }
    return maro;
  }

  async stop() {
    await this.running?.stop();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** The environment that points Maro at a sandbox. */
export function environment(sandbox) {
  return {
    SLACK_API_URL: sandbox.slack_api_url,
    SLACK_BOT_TOKEN: sandbox.slack_bot_token,
    SLACK_SIGNING_SECRET: sandbox.slack_signing_secret,
    JIRA_URL: sandbox.jira_url,
    JIRA_USERNAME: sandbox.jira_username,
    JIRA_API_TOKEN: sandbox.jira_api_token,
    JIRA_WEBHOOK_SECRET: sandbox.jira_webhook_secret,
    JIRA_DEFAULT_PROJECT: 'SCRUM',
  };
}

/** A sandbox and a Maro that know each other; `env` overrides what Maro is told. */
export async function startWorld(env = {}) {
  const port = await freePort();
  const sandbox = await Sandbox.start({ maroUrl: `http://127.0.0.1:${port}/` });
  const overrides = typeof env === 'function' ? await env(sandbox) : env;
  try {
    const maro = await Maro.start({ ...environment(sandbox), ...overrides }, port);
    const stop = async () => {
      await maro.stop();
      await sandbox.stop();
    };
    return { sandbox, maro, stop };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
