// What people granted the app at the simulated Atlassian, below the Jira pane.
import { h } from "./text.js";

const time = (text) => new Date(text).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

/** Shows the grants, if there are any; each can be taken back as its owner could at Atlassian. */
export function show(root, atlassian, act) {
  const names = Object.fromEntries(atlassian.sites.map((site) => [site.id, site.name]));
  root.hidden = atlassian.grants.length === 0;
  root.replaceChildren(
    h("h3", {}, "Connected apps"),
    ...atlassian.grants.map((grant) => one(grant, names, act)));
}

function one(grant, names, act) {
  const refreshes = grant.families.reduce((sum, family) => sum + family.refreshes, 0);
  const sites = grant.cloud_ids.map((id) => names[id] ?? id).join(", ") || "no site";
  return h("details", {},
    h("summary", {}, `Maro, for ${grant.name} on ${sites}`),
    h("dl", {},
      h("dt", {}, "Granted"), h("dd", {}, time(grant.granted)),
      h("dt", {}, "Access until"), h("dd", {}, grant.access_until ? time(grant.access_until) : "no live access token"),
      h("dt", {}, "Refreshed"), h("dd", {}, `${refreshes} times`),
      h("dt", {}, "Scopes"), h("dd", {}, grant.scopes.map((scope) => h("span", { class: "label" }, scope)))),
    h("p", { class: "row" },
      h("button", { type: "button", class: "danger", "data-key": `revoke-${grant.account_id}`, onclick: () => act("revoke", { user: grant.account_id }) }, "Revoke access"),
      h("button", { type: "button", class: "button", "data-key": `expire-${grant.account_id}`, onclick: () => act("expire", {}) }, "Expire access tokens")));
}
