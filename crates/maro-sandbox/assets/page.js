// The page: fetches the world at every change and shows it; acts through /admin.
import { show as showApps } from "./atlassian.js";
import { blocks } from "./blocks.js";
import { show as showConfluence } from "./confluence.js";
import { openIssue, show as showJira } from "./jira.js";
import { modal } from "./modal.js";
import { clock, h, mrkdwn } from "./text.js";

const by = (id) => document.getElementById(id);
const COMMAND_HINT = "/maro create [title] · track KEY · untrack KEY · tracked · status · help";
let world = null;
let me = sessionStorage.getItem("me") ?? "U0AMIRA";
let channel = sessionStorage.getItem("channel") ?? "C0PAYMENTS";
let thread = null;
let bottom = "";
const hidden = new Set();

const names = {
  users: () => world.slack.users,
  user: (id) => world.slack.users.find((user) => user.id === id)?.name ?? (id === "USLACKBOT" ? "Slackbot" : id),
  channel: (id) => world.slack.channels.find((one) => one.id === id)?.name ?? id,
};

/** Acts as the chosen person and tells what went wrong. */
async function call(act, body) {
  return post(`/admin/slack/${act}`, { user: me, ...body });
}

async function post(path, body) {
  try {
    const response = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
    const answer = await response.json();
    const wrong = answer.trouble ?? (typeof answer.error === "string" ? answer.error : answer.errorMessages?.[0]);
    if (wrong) toast(wrong === "dispatch_failed" ? "Maro could not be reached (dispatch_failed)." : `It did not work: ${wrong}`);
    return answer;
  } catch {
    toast("The sandbox does not answer.");
    return {};
  }
}

function toast(text) {
  const node = h("p", {}, text);
  by("toasts").append(node);
  setTimeout(() => node.remove(), 6000);
}

const context = { names, call };

/** Shows the world again, keeping focus and scroll where they were. */
function render() {
  const focused = document.activeElement?.dataset?.key;
  people();
  channels();
  talk();
  threadPanel();
  modal(world.slack.modals[me], context);
  showConfluence(by("confluence"), world.confluence);
  showJira(by("jira"), world.jira, {
    filter: () => by("filter").value,
    jira: (path, body) => post(`/admin/jira/${path}`, { user: names.user(me), ...body }),
  });
  showApps(by("atlassian"), world.atlassian, (path, body) => post(`/admin/atlassian/${path}`, body));
  if (focused) document.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function people() {
  const options = world.slack.users.filter((user) => !user.is_bot)
    .map((user) => h("option", { value: user.id, selected: user.id === me }, user.real_name));
  by("who").replaceChildren(...options);
}

function mine() {
  return world.slack.channels.filter((one) => one.members.includes(me) && !one.is_archived);
}

function channels() {
  const item = (id, mark, name) => h("button", {
    type: "button", "data-key": `c-${id}`, "aria-current": channel === id ? "true" : null, onclick: () => go(id),
  }, h("span", { class: "mark", "aria-hidden": "true" }, mark), name);
  const all = mine();
  by("channels").replaceChildren(
    h("h3", {}, "Channels"),
    ...all.filter((one) => !one.is_im).map((one) => item(one.id, one.is_private ? "◇" : "#", one.name)),
    h("h3", {}, "Apps"), item("home", "◆", "Maro"));
}

function go(id) {
  channel = id;
  thread = null;
  bottom = "";
  sessionStorage.setItem("channel", id);
  if (id === "home") call("home", {});
  render();
}

/** What the person sees in the channel, oldest first. */
function visible() {
  const shared = world.slack.messages[channel] ?? [];
  const own = world.slack.ephemerals
    .filter((one) => one.channel === channel && one.user === me && !hidden.has(one.message.ts))
    .map((one) => ({ ...one.message, ephemeral: true }));
  return [...shared, ...own].sort((a, b) => a.ts.localeCompare(b.ts));
}

function talk() {
  const home = channel === "home";
  by("composer").hidden = home;
  if (home) {
    by("bar").replaceChildren(h("h2", {}, "Maro"), h("p", {}, "Home tab"));
    const view = world.slack.homes[me];
    const act = (item, _, value) => call("click", { view_id: view.id, action_id: item.action_id, value });
    by("messages").replaceChildren(...(view ? blocks(view.blocks, { ...context, key: view.id, act }) : [h("p", { class: "empty" }, "Maro shows nothing here yet.")]));
    return;
  }
  if (!mine().some((one) => one.id === channel)) return go("C0PAYMENTS");
  const info = world.slack.channels.find((one) => one.id === channel);
  by("bar").replaceChildren(h("h2", {}, `# ${info.name}`), h("p", {}, info.topic?.value ?? ""));
  by("line").placeholder = `Message #${info.name}, or /maro`;
  const top = visible().filter((message) => !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast");
  by("messages").replaceChildren(...top.map((message) => line(message, false)));
  follow(by("messages"), top.at(-1)?.ts ?? "");
}

/** Scrolls to the newest message when there is a new one. */
function follow(node, newest) {
  if (newest !== bottom) node.scrollTop = node.scrollHeight;
  bottom = newest;
}

function line(message, inThread) {
  const author = message.user ? names.user(message.user) : message.username;
  const act = (item, _, value) => call("click", { channel, ts: message.ts, action_id: item.action_id, value: item.type === "button" ? undefined : value });
  // What people typed is shown from its text: their client would have styled it.
  const body = message.blocks?.length && message.bot_id
    ? blocks(message.blocks, { ...context, key: message.ts, act })
    : h("div", {}, mrkdwn(message.text, names));
  const replies = message.reply_count && !inThread
    ? h("button", { type: "button", class: "replies", "data-key": `r-${message.ts}`, onclick: () => openThread(message.ts) }, message.reply_count === 1 ? "1 reply" : `${message.reply_count} replies`)
    : null;
  return h("article", { class: message.ephemeral ? "message ephemeral" : "message", "aria-label": `${author}: ${message.text.slice(0, 80)}` },
    h("span", { class: `avatar ${author}`, "aria-hidden": "true" }, author.slice(0, 1).toUpperCase()),
    h("div", { class: "said" },
      message.ephemeral ? h("p", { class: "only" }, "Only visible to you ",
        h("button", { type: "button", class: "linkish", "data-key": `d-${message.ts}`, onclick: () => { hidden.add(message.ts); render(); } }, "Dismiss")) : null,
      h("p", { class: "by" }, h("strong", {}, author), message.bot_id || message.user === "USLACKBOT" ? h("span", { class: "app" }, "APP") : null,
        clock(message.ts), message.edited ? h("span", { class: "edited" }, "(edited)") : null),
      body, replies),
    message.ephemeral ? null : tools(message, author, inThread));
}

/** The menu of a message. */
function tools(message, author, inThread) {
  const button = (name, text, act) => h("button", { type: "button", "data-key": `${name}-${message.ts}`, "aria-label": `${text}: message of ${author}`, onclick: act }, text);
  return h("div", { class: "tools" },
    inThread ? null : button("reply", "Reply", () => openThread(message.ts)),
    button("shortcut", "Draft a Jira ticket", () => call("shortcut", { channel, ts: message.ts, callback_id: "draft_ticket" })));
}

function openThread(ts) {
  thread = ts;
  render();
  by("reply-line")?.focus();
}

function threadPanel() {
  const panel = by("thread");
  const parent = (world.slack.messages[channel] ?? []).find((message) => message.ts === thread);
  panel.hidden = !parent;
  if (!parent) return;
  const typed = by("reply-line")?.value ?? "";
  const writing = document.activeElement?.id === "reply-line";
  const replies = visible().filter((message) => message.thread_ts === thread && message.ts !== thread);
  panel.replaceChildren(
    h("div", { class: "bar" }, h("h2", {}, "Thread"),
      h("button", { type: "button", class: "cross", "aria-label": "Close thread", onclick: () => { thread = null; render(); } }, "×")),
    h("div", { class: "messages", role: "log", "aria-label": "Replies", tabindex: "0" }, line(parent, true), h("hr"), replies.map((message) => line(message, true))),
    h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); send(by("reply-line"), thread); } },
      h("label", { class: "hidden", for: "reply-line" }, "Reply"),
      h("input", { id: "reply-line", autocomplete: "off", placeholder: "Reply, for example @maro draft" }),
      h("button", { type: "submit", class: "primary" }, "Send")));
  by("reply-line").value = typed;
  if (writing) by("reply-line").focus();
  const log = panel.querySelector(".messages");
  log.scrollTop = log.scrollHeight;
}

/** Sends what was typed: a command if it starts with a slash. */
async function send(field, threadTs) {
  const text = field.value.trim();
  if (!text) return;
  field.value = "";
  by("hint").textContent = "";
  const command = text.match(/^(\/\S+)\s*(.*)$/s);
  const place = { channel, ...(threadTs ? { thread_ts: threadTs } : {}) };
  await (command ? call("command", { ...place, command: command[1], text: command[2] }) : call("say", { ...place, text }));
}

by("who").addEventListener("change", (event) => {
  me = event.target.value;
  sessionStorage.setItem("me", me);
  render();
});
by("filter").addEventListener("input", () => render());
by("line").addEventListener("input", (event) => { by("hint").textContent = event.target.value.startsWith("/") ? COMMAND_HINT : ""; });
by("composer").addEventListener("submit", (event) => { event.preventDefault(); send(by("line"), null); });
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-issue]");
  if (!link || !world.jira.issues.some((issue) => issue.key === link.dataset.issue)) return;
  event.preventDefault();
  openIssue(link.dataset.issue);
});

async function refresh() {
  world = await (await fetch("/admin/view")).json();
  render();
}

let pending = false;
let again = false;
/** One fetch at a time; a change during it leads to one more. */
async function changed() {
  if (pending) { again = true; return; }
  pending = true;
  do { again = false; await refresh().catch(() => toast("The sandbox does not answer.")); } while (again);
  pending = false;
}

new EventSource("/admin/events").addEventListener("change", changed);
changed();
