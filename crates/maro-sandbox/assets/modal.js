// Modals as dialogs: all kinds of input, errors beside the fields, suggestions from Maro.
import { blocks } from "./blocks.js";
import { h, mrkdwn, plain } from "./text.js";

let shown = "";
let dialog = null;

/** Shows the topmost view of a stack, or closes what is open. */
export function modal(stack, context) {
  const view = stack?.at(-1);
  const version = view ? JSON.stringify([view.id, view.hash, view.errors, view.trouble, stack.length]) : "";
  if (version === shown) return;
  shown = version;
  const kept = dialog && view && dialog.dataset.view === view.id ? typed(dialog) : {};
  const focus = dialog && kept ? document.activeElement?.id : null;
  dialog?.remove();
  dialog = null;
  if (!view) return;
  dialog = build(view, kept, context);
  document.body.append(dialog);
  dialog.showModal();
  const wrong = dialog.querySelector("[aria-invalid=true]");
  (wrong ?? (focus && document.getElementById(focus)) ?? dialog.querySelector("input, textarea, select"))?.focus();
}

function build(view, kept, context) {
  const close = (all) => context.call("close", { view_id: view.id, all });
  const form = h("form", { onsubmit: (event) => { event.preventDefault(); submit(view, event.target, context); } },
    h("header", {}, h("h2", { id: "modal-title" }, plain(view.title?.text)),
      h("button", { type: "button", class: "cross", "aria-label": "Close all", onclick: () => close(true) }, "×")),
    h("div", { class: "fields-of" }, view.blocks.map((block) => (block.type === "input"
      ? input(view, block, kept, context)
      : blocks([block], { ...context, key: view.id, act: (item, _, value) => context.call("click", { view_id: view.id, action_id: item.action_id, value }) })))),
    view.trouble ? h("p", { class: "error", role: "alert" }, view.trouble) : null,
    h("footer", {},
      h("button", { type: "button", onclick: () => close(false) }, plain(view.close?.text ?? "Cancel")),
      view.submit ? h("button", { type: "submit", class: "primary" }, plain(view.submit.text)) : null));
  const node = h("dialog", { class: "modal", "aria-labelledby": "modal-title", "data-view": view.id }, form);
  node.addEventListener("cancel", (event) => { event.preventDefault(); close(false); });
  return node;
}

async function submit(view, form, context) {
  const button = form.querySelector("button[type=submit]");
  button.disabled = true;
  await context.call("submit", { view_id: view.id, values: typed(form) });
  button.disabled = false;
}

/** What is filled in, by block id, as the sandbox takes it. */
function typed(root) {
  const values = {};
  for (const group of root.querySelectorAll("[data-block]")) {
    const kind = group.dataset.kind;
    const chosen = [...group.querySelectorAll("input:checked, option:checked")].map((item) => item.value).filter(Boolean);
    const chips = [...group.querySelectorAll("[data-chip]")].map((item) => item.dataset.chip);
    if (kind === "multi_external_select") values[group.dataset.block] = chips;
    else if (/^multi_|checkboxes/.test(kind)) values[group.dataset.block] = chosen;
    else if (/select$|radio/.test(kind) && kind !== "external_select") values[group.dataset.block] = chosen[0] ?? null;
    else if (kind === "external_select") values[group.dataset.block] = group.querySelector("input").value || null;
    else values[group.dataset.block] = group.querySelector("input, textarea").value;
  }
  return values;
}

/** What is in a field at first: what was typed, else what the view says. */
function start(view, block, kept) {
  if (block.block_id in kept) return kept[block.block_id];
  const state = view.state.values[block.block_id]?.[block.element.action_id] ?? {};
  const name = (option) => (block.element.type.includes("external") ? option.text.text : option.value);
  if (state.selected_options) return state.selected_options.map(name);
  if (state.selected_option) return name(state.selected_option);
  const other = Object.entries(state).find(([key]) => key !== "type");
  return other?.[1] ?? "";
}

function input(view, block, kept, context) {
  const item = block.element;
  const id = `f-${view.id}-${block.block_id}`;
  const error = view.errors?.[block.block_id];
  const described = [block.hint ? `${id}-hint` : "", error ? `${id}-error` : ""].join(" ").trim() || null;
  const common = { id, "aria-describedby": described, "aria-invalid": error ? "true" : null, "aria-required": block.optional ? null : "true" };
  const value = start(view, block, kept);
  const label = [plain(block.label.text), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const grouped = item.type === "radio_buttons" || item.type === "checkboxes";
  const notes = [
    block.hint ? h("p", { class: "hint", id: `${id}-hint` }, plain(block.hint.text)) : null,
    error ? h("p", { class: "error", id: `${id}-error`, role: "alert" }, error) : null,
  ];
  const data = { class: "field", "data-block": block.block_id, "data-kind": item.type };
  if (grouped) return h("fieldset", { ...data, "aria-describedby": described }, h("legend", {}, label), choices(item, id, value, context), notes);
  return h("div", data, h("label", { for: id }, label), control(view, item, common, value, context), notes);
}

function choices(item, id, value, { names }) {
  const type = item.type === "checkboxes" ? "checkbox" : "radio";
  return item.options.map((option) => h("label", { class: "choice" },
    h("input", { type, name: id, value: option.value, checked: [value].flat().includes(option.value) }),
    h("span", {}, option.text.type === "mrkdwn" ? mrkdwn(option.text.text, names) : plain(option.text.text))));
}

function control(view, item, common, value, context) {
  const placeholder = item.placeholder?.text;
  const { names } = context;
  switch (item.type) {
    case "plain_text_input":
      if (item.multiline) {
        const area = h("textarea", { ...common, placeholder, rows: 5 });
        area.value = value ?? "";
        return area;
      }
      return h("input", { ...common, placeholder, type: "text", value: value ?? "" });
    case "static_select":
    case "multi_static_select":
      return h("select", { ...common, multiple: item.type.startsWith("multi"), size: item.type.startsWith("multi") ? 5 : null },
        item.type.startsWith("multi") ? null : h("option", { value: "" }, placeholder ?? "Choose"), options(item, [value].flat()));
    case "external_select":
    case "multi_external_select": return external(view, item, common, value, context);
    case "users_select":
      return h("select", common, h("option", { value: "" }, placeholder ?? "Choose"), names.users().map((user) => h("option", { value: user.id, selected: user.id === value }, user.name)));
    case "datepicker": return h("input", { ...common, type: "date", value });
    case "timepicker": return h("input", { ...common, type: "time", value });
    case "number_input": return h("input", { ...common, inputmode: "decimal", type: "text", value: value ?? "" });
    case "email_text_input": return h("input", { ...common, type: "email", value: value ?? "" });
    default: return h("input", { ...common, placeholder, type: "text", value: value ?? "" });
  }
}

function options(item, chosen) {
  const one = (option) => h("option", { value: option.value, selected: chosen.includes(option.value) }, plain(option.text.text));
  return item.option_groups
    ? item.option_groups.map((group) => h("optgroup", { label: group.label.text }, group.options.map(one)))
    : item.options.map(one);
}

/** A field that asks Maro for options while somebody types. */
function external(view, item, common, value, context) {
  const multi = item.type.startsWith("multi");
  const list = h("datalist", { id: `${common.id}-list` });
  const chips = h("ul", { class: "chips" });
  const chip = (text) => h("li", { "data-chip": text }, text,
    h("button", { type: "button", "aria-label": `Remove ${text}`, onclick: (event) => event.target.closest("li").remove() }, "×"));
  let timer;
  const suggest = async (text) => {
    if (text.length < (item.min_query_length ?? 3)) return;
    const answer = await context.call("suggest", { view_id: view.id, action_id: item.action_id, value: text });
    list.replaceChildren(...(answer.options ?? []).map((option) => h("option", { value: option.text.text })));
  };
  const field = h("input", {
    ...common, type: "text", list: list.id, autocomplete: "off", placeholder: item.placeholder?.text ?? "Type to search",
    value: multi ? "" : value ?? "",
    onfocus: () => suggest(field.value),
    oninput: () => {
      const picked = [...list.children].some((option) => option.value === field.value);
      if (picked && multi) { chips.append(chip(field.value)); field.value = ""; }
      clearTimeout(timer);
      if (!picked) timer = setTimeout(() => suggest(field.value), 200);
    },
  });
  if (multi) [value].flat().filter(Boolean).forEach((text) => chips.append(chip(text)));
  return [multi ? chips : null, field, list];
}
