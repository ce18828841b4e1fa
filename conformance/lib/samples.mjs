// Every message and modal that Maro can produce, as the binary itself lists them.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A list of `{ name, kind: 'message' | 'modal', payload }`. */
export async function samples() {
  const options = { env: { PATH: process.env.PATH }, maxBuffer: 1 << 26 };
  const { stdout } = await promisify(execFile)(process.env.MARO_BIN, ['dev', 'samples'], options);
  return JSON.parse(stdout);
}
