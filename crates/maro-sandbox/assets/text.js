// Nodes from text. Nothing here makes HTML from a string, so nothing that a
// message contains can become markup.

/** Makes an element. Attributes that are false or null are left out; functions become listeners. */
export function h(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}

/** A link that cannot run script; links to simulated issues open in the Jira pane. */
export function link(url, text) {
  const safe = /^(https?:|mailto:)/i.test(url);
  if (!safe) return document.createTextNode(text);
  const issue = url.match(/\/browse\/([A-Z][A-Z0-9_]+-\d+)$/);
  const attributes = issue ? { "data-issue": issue[1] } : { target: "_blank", rel: "noreferrer" };
  return h("a", { href: url, ...attributes }, text);
}

const EMOJI = {
  cake: "🍰", white_check_mark: "✔", heavy_check_mark: "✔", warning: "⚠", x: "✘", ticket: "🎫", eyes: "👀",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", memo: "📝", rotating_light: "🚨", lock: "🔒", pencil: "✎", pencil2: "✎",
  link: "🔗", tada: "🎉", mag: "🔍", no_entry: "⛔", information_source: "ℹ️", bulb: "💡", wastebasket: "🗑️", question: "❓",
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢", white_circle: "⚪",
  grey_question: "❔", newspaper: "📰", raised_hand: "✋", zzz: "💤", repeat: "🔁", checkered_flag: "🏁",
};

const unescape = (text) => text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
const emoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (all, name) => EMOJI[name] ?? all);

/** Plain text, with emoji. */
export const plain = (text) => emoji(unescape(text ?? ""));

/** Slack's mrkdwn as nodes. `names` turns user and channel ids into names. */
export function mrkdwn(source, names) {
  const out = [];
  const pieces = (source ?? "").split(/(```[\s\S]*?```)/);
  for (const piece of pieces) {
    if (piece.startsWith("```") && piece.length > 5) {
      out.push(h("pre", {}, unescape(piece.slice(3, -3).replace(/^\n/, ""))));
    } else {
      out.push(...lines(piece, names));
    }
  }
  return out;
}

function lines(source, names) {
  const out = [];
  let quote = null;
  source.split("\n").forEach((line, index, all) => {
    const quoted = line.match(/^(?:&gt;|>) ?(.*)$/);
    if (quoted) {
      if (!quote) out.push((quote = h("blockquote")));
      else quote.append(h("br"));
      quote.append(...inline(quoted[1], names));
      return;
    }
    const afterQuote = quote !== null;
    quote = null;
    out.push(...inline(line, names));
    if (index < all.length - 1 && !(afterQuote && line === "")) out.push(h("br"));
  });
  return out;
}

const STYLES = [["*", "strong"], ["_", "em"], ["~", "s"]];

function inline(source, names) {
  const out = [];
  let rest = source;
  while (rest) {
    const match = rest.match(/`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*_~])([*_~])(?=\S)([^\n]*?\S)\3(?![\w])/);
    if (!match) break;
    out.push(emoji(unescape(rest.slice(0, match.index))));
    if (match[1] !== undefined) out.push(h("code", {}, unescape(match[1])));
    else if (match[2] !== undefined) out.push(reference(match[2], names));
    else out.push(h(STYLES.find(([mark]) => mark === match[3])[1], {}, inline(match[4], names)));
    rest = rest.slice(match.index + match[0].length);
  }
  out.push(emoji(unescape(rest)));
  return out;
}

/** What stands between angle brackets: a mention, a channel, a date, a link. */
function reference(inside, names) {
  const [target, label] = inside.split("|");
  if (target.startsWith("@")) return h("span", { class: "mention" }, `@${names.user(target.slice(1))}`);
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label ?? names.channel(target.slice(1))}`);
  if (target.startsWith("!date^")) {
    const at = new Date(Number(target.split("^")[1]) * 1000);
    return h("time", { datetime: at.toISOString() }, at.toLocaleString());
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label ?? target.slice(1)}`);
  if (!/^(https?|mailto):/i.test(target)) return `<${unescape(inside)}>`;
  return link(unescape(target), unescape(label ?? target));
}

/** The time of a message. */
export function clock(ts) {
  const at = new Date(Number(ts) * 1000);
  const text = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return h("time", { datetime: at.toISOString(), title: at.toLocaleString() }, text);
}
