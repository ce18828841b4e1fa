// Optional inputs: the official description of Jira, which is not part of the repository.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the official OpenAPI document lies, or undefined. */
export function jiraDescription() {
  const beside = fileURLToPath(new URL('../../../shared/specs/jira-cloud-platform-v3.json', import.meta.url));
  return [process.env.MARO_JIRA_DESCRIPTION, beside].find((path) => path && existsSync(path));
}

/** The option that skips a node:test, loudly, when the document is missing. */
export function needsJiraDescription() {
  if (jiraDescription()) return {};
  const reason = 'the official description of Jira is not here; set MARO_JIRA_DESCRIPTION to its path';
  console.log(`SKIPPED: ${reason}`);
  return { skip: reason };
}
