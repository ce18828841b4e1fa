// Block Kit as nodes. `context` has `names` and `act(element, block, value)`.
import { h, link, mrkdwn, plain } from "./text.js";

// Slack keeps the line ends of plain text, too.
const textOf = (text, names) => (text.type === "mrkdwn" ? mrkdwn(text.text, names) : h("span", { class: "pre" }, plain(text.text)));

/** Renders a list of blocks. */
export function blocks(list, context) {
  return (list ?? []).map((block) => h("div", { class: `block ${block.type}` }, one(block, context)));
}

function one(block, context) {
  const { names } = context;
  switch (block.type) {
    case "section":
      return [
        h("div", { class: "body" },
          block.text ? h("div", {}, textOf(block.text, names)) : null,
          block.fields ? h("div", { class: "fields" }, block.fields.map((field) => h("div", {}, textOf(field, names)))) : null),
        block.accessory ? element(block.accessory, block, context) : null,
      ];
    case "header": return h("h3", {}, plain(block.text.text));
    case "divider": return h("hr");
    case "context":
      return block.elements.map((item) => (item.type === "image" ? image(item) : h("span", {}, textOf(item, names))));
    case "actions": return block.elements.map((item) => element(item, block, context));
    case "image": return [block.title ? h("p", {}, plain(block.title.text)) : null, image(block)];
    case "markdown": return h("div", { class: "pre" }, block.text);
    case "rich_text": return block.elements.map((part) => richPart(part, names));
    case "table":
      return h("table", {}, h("tbody", {}, block.rows.map((row) => h("tr", {}, row.map((cell) => h("td", {}, cellText(cell, names)))))));
    default: return h("p", { class: "unknown" }, `(${block.type})`);
  }
}

// Pictures from elsewhere are not loaded; their text says what they are.
const image = (item) => h("span", { class: "picture" }, `🖼 ${item.alt_text}`);
const cellText = (cell, names) => (cell.elements ? cell.elements.map((part) => richPart(part, names)) : plain(cell.text ?? ""));

function richPart(part, names) {
  const inside = (part.elements ?? []).map((item) => richItem(item, names));
  if (part.type === "rich_text_list") {
    return h(part.style === "ordered" ? "ol" : "ul", {}, part.elements.map((item) => h("li", {}, richPart(item, names))));
  }
  if (part.type === "rich_text_preformatted") return h("pre", {}, inside);
  if (part.type === "rich_text_quote") return h("blockquote", {}, inside);
  return h("div", { class: "pre" }, inside);
}

function richItem(item, names) {
  if (item.type === "user") return h("span", { class: "mention" }, `@${names.user(item.user_id)}`);
  if (item.type === "channel") return h("span", { class: "mention" }, `#${names.channel(item.channel_id)}`);
  if (item.type === "link") return link(item.url, item.text ?? item.url);
  if (item.type === "emoji") return plain(`:${item.name}:`);
  const style = item.style ?? {};
  const tag = style.code ? "code" : style.bold ? "strong" : style.italic ? "em" : style.strike ? "s" : null;
  return tag ? h(tag, {}, item.text) : (item.text ?? "");
}

/** An interactive element outside a form. */
export function element(item, block, context) {
  const key = `${context.key}/${block.block_id}/${item.action_id}`;
  const act = (value) => confirmed(item.confirm, context.names, () => context.act(item, block, value));
  if (item.type === "button") {
    const attributes = {
      type: "button", class: `button ${item.style ?? ""}`, "data-key": key,
      "aria-label": item.accessibility_label ?? null, onclick: () => act(),
    };
    const node = h("button", attributes, plain(item.text.text));
    return item.url ? [node, link(item.url, "↗ open")] : node;
  }
  if (item.type === "image") return image(item);
  if (item.type === "users_select") {
    const people = context.names.users().filter((user) => !user.is_bot).map((user) => h("option", { value: user.id }, user.name));
    const label = item.placeholder?.text ?? "Choose";
    const chosen = (event) => event.target.value && act(event.target.value);
    return h("select", { "aria-label": label, "data-key": key, onchange: chosen }, h("option", { value: "" }, label), people);
  }
  const options = item.options ?? (item.option_groups ?? []).flatMap((group) => group.options);
  if (item.type === "radio_buttons" || item.type === "checkboxes") {
    return h("p", { class: "unknown" }, options.map((option) => `○ ${option.text.text} `));
  }
  const first = item.type === "overflow" ? "⋯" : item.placeholder?.text ?? "Choose";
  const chosen = item.initial_option?.value;
  return h("select", { "aria-label": first, "data-key": key, onchange: (event) => event.target.value && act(event.target.value) },
    h("option", { value: "" }, first),
    options.map((option) => h("option", { value: option.value, selected: option.value === chosen }, plain(option.text.text))));
}

/** Asks first if the element wants that. */
function confirmed(dialog, names, act) {
  if (!dialog) return act();
  const box = h("dialog", { class: "confirm", "aria-label": dialog.title.text },
    h("h2", {}, plain(dialog.title.text)), h("p", {}, textOf(dialog.text, names)),
    h("div", { class: "buttons" },
      h("button", { type: "button", onclick: () => box.close() }, plain(dialog.deny.text)),
      h("button", { type: "button", class: dialog.style ?? "primary", onclick: () => { box.close(); act(); } }, plain(dialog.confirm.text))));
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
}
