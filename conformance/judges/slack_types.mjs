// @slack/types judges every message and modal that Maro can produce, with tsc in strict mode.
//
// Each payload becomes a literal of the type that Slack publishes, in a file of its own, so that
// an unknown block, a missing field or a surplus one is an error of the compiler in that file.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { samples } from '../lib/samples.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const dir = join(here, 'node_modules', '.maro-slack-types');
const run = promisify(execFile);

const HEAD = `import type { KnownBlock, MessageAttachment, MessageMetadata, ModalView } from '@slack/types';
interface Message {
  text: string;
  blocks?: KnownBlock[];
  attachments?: MessageAttachment[];
  metadata?: MessageMetadata;
  channel?: string;
  user?: string;
  ts?: string;
  thread_ts?: string;
  reply_broadcast?: boolean;
  mrkdwn?: boolean;
  parse?: 'full' | 'none';
  link_names?: boolean;
  unfurl_links?: boolean;
  unfurl_media?: boolean;
  response_type?: 'ephemeral' | 'in_channel';
  replace_original?: boolean;
  delete_original?: boolean;
}
`;

const all = await samples();
const fileOf = (index) => `sample-${String(index).padStart(3, '0')}.ts`;
let errors;

before(async () => {
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  for (const [index, { kind, payload }] of all.entries()) {
    const type = kind === 'modal' ? 'ModalView' : 'Message';
    const literal = JSON.stringify(payload, null, 2);
    await writeFile(join(dir, fileOf(index)), `${HEAD}export const sample: ${type} = ${literal};\n`);
  }
  const compilerOptions = {
    strict: true, noEmit: true, target: 'es2022', module: 'nodenext', types: [], exactOptionalPropertyTypes: true,
  };
  await writeFile(join(dir, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  await writeFile(join(dir, 'package.json'), '{"type":"module"}');
  const tsc = join(here, 'node_modules/typescript/bin/tsc');
  errors = await run(process.execPath, [tsc, '--project', dir, '--pretty', 'false'], { cwd: dir, maxBuffer: 1 << 26 })
    .then(() => '', (error) => error.stdout || error.message);
});
after(() => rm(dir, { recursive: true, force: true }));

test('there are samples of both kinds', () => {
  assert.deepEqual(new Set(all.map((sample) => sample.kind)), new Set(['message', 'modal']));
});

test('the compiler complains about the samples only', () => {
  const elsewhere = errors.split('\n').filter((line) => /error TS/.test(line) && !/sample-\d+\.ts/.test(line));
  assert.deepEqual(elsewhere, []);
});

for (const [index, { name, kind }] of all.entries()) {
  test(`${kind} ${name}`, () => {
    const lines = errors.split('\n');
    const first = lines.findIndex((line) => line.includes(fileOf(index)));
    assert.equal(first, -1, lines.slice(first, first + 12).join('\n'));
  });
}
