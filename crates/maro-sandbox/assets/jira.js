// The simulated Jira: a list of issues and one issue in full.
import { h, link } from "./text.js";

let open = new URLSearchParams(location.search).get("issue");
let last = null;

/** Opens an issue. */
export function openIssue(key) {
  open = key;
  if (last) show(...last);
  document.getElementById("issue-title")?.focus();
}

/** Shows the list, and the open issue over it. */
export function show(root, jira, context) {
  last = [root, jira, context];
  const issue = jira.issues.find((one) => one.key === open);
  const draft = document.getElementById("comment")?.value ?? "";
  const writing = document.activeElement?.id === "comment";
  root.replaceChildren(issue ? detail(issue, context) : list(jira.issues, context));
  const field = document.getElementById("comment");
  if (field) field.value = draft;
  if (field && writing) field.focus();
}

const chip = (status, category) => h("span", { class: `status ${category.toLowerCase()}` }, status);

function list(issues, { filter }) {
  const words = filter().toLowerCase();
  const shown = issues.filter((issue) => `${issue.key} ${issue.summary} ${issue.labels.join(" ")}`.toLowerCase().includes(words));
  if (shown.length === 0) return h("p", { class: "empty" }, "No issues.");
  return h("table", { class: "issues" },
    h("thead", {}, h("tr", {}, ["Key", "Summary", "Status", "Priority"].map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, shown.map((issue) => h("tr", {},
      h("td", {}, h("button", { type: "button", class: "key", "data-key": `issue-${issue.key}`, onclick: () => openIssue(issue.key) }, issue.key)),
      h("td", {}, h("span", { class: "kind" }, issue.type), " ", issue.summary,
        issue.labels.map((label) => h("span", { class: "label" }, label))),
      h("td", {}, chip(issue.status, issue.status_category)),
      h("td", {}, issue.priority ?? "")))));
}

function detail(issue, context) {
  const say = async (path, body) => context.jira(`issues/${issue.key}/${path}`, body);
  const fact = (name, value) => (value === null || value === undefined || value === "" ? null : [h("dt", {}, name), h("dd", {}, value)]);
  const property = issue.properties?.["maro.operation"];
  return h("article", { class: "issue" },
    h("p", {}, h("button", { type: "button", class: "back", onclick: () => openIssue(null) }, "← All issues")),
    h("p", { class: "crumb" }, `${issue.project} / ${issue.key}`),
    h("h3", { id: "issue-title", tabindex: "-1" }, issue.summary),
    h("div", { class: "row" }, chip(issue.status, issue.status_category),
      issue.transitions.map((step) => h("button", { type: "button", class: "button", "data-key": `t-${step.id}`, onclick: () => say("transition", { to: step.name }) }, step.name))),
    h("dl", {},
      fact("Type", issue.type), fact("Priority", issue.priority), fact("Assignee", issue.assignee), fact("Reporter", issue.reporter),
      fact("Parent", issue.parent ? h("button", { type: "button", class: "key", onclick: () => openIssue(issue.parent) }, issue.parent) : null),
      Object.entries(issue.custom ?? {}).map(([name, value]) => fact(name, String(value))),
      issue.labels.length ? fact("Labels", issue.labels.map((label) => h("span", { class: "label" }, label))) : null,
      property ? fact("maro.operation", h("code", {}, JSON.stringify(property, null, 1))) : null),
    h("h4", {}, "Description"),
    h("div", { class: "adf" }, issue.description ? adf(issue.description) : h("p", { class: "empty" }, "No description.")),
    h("h4", {}, `Comments (${issue.comments.length})`),
    issue.comments.map((comment) => h("div", { class: "comment" }, h("p", { class: "by" }, comment.author), adf(comment.body))),
    h("form", { class: "comment-form", onsubmit: async (event) => {
      event.preventDefault();
      const field = event.target.elements.comment;
      const body = field.value.trim();
      if (!body) return;
      field.value = "";
      await say("comment", { body });
    } },
    h("label", { for: "comment" }, "Add a comment"),
    h("textarea", { id: "comment", name: "comment", rows: 2 }),
    h("button", { type: "submit", class: "primary" }, "Comment")));
}

const BLOCKS = { paragraph: "p", bulletList: "ul", orderedList: "ol", listItem: "li", blockquote: "blockquote", tableRow: "tr", tableCell: "td", tableHeader: "th" };
const MARKS = { strong: "strong", em: "em", code: "code", strike: "s", underline: "u" };

/** An Atlassian document as nodes. */
export function adf(node) {
  const inside = () => (node.content ?? []).map(adf);
  switch (node.type) {
    case "text": return marked(node);
    case "hardBreak": return h("br");
    case "rule": return h("hr");
    case "heading": return h(`h${Math.min(6, (node.attrs?.level ?? 1) + 4)}`, {}, inside());
    case "codeBlock": return h("pre", {}, (node.content ?? []).map((part) => part.text));
    case "table": return h("table", {}, h("tbody", {}, inside()));
    case "panel": return h("div", { class: "panel" }, inside());
    case "mention": return h("span", { class: "mention" }, node.attrs?.text ?? "@someone");
    case "emoji": return node.attrs?.text ?? node.attrs?.shortName ?? "";
    case "inlineCard": return link(node.attrs?.url ?? "", node.attrs?.url ?? "");
    default: return h(BLOCKS[node.type] ?? "div", {}, inside());
  }
}

function marked(node) {
  return (node.marks ?? []).reduce((inner, mark) => {
    if (mark.type === "link") return link(mark.attrs.href, inner.textContent ?? inner);
    return MARKS[mark.type] ? h(MARKS[mark.type], {}, inner) : inner;
  }, document.createTextNode(node.text));
}
