// The simulated Confluence: its pages, newest change first; each opens in place.
import { h } from "./text.js";

const wanted = new URLSearchParams(location.search).get("page");
const open = new Set(wanted ? [wanted] : []);

/** Shows the pages that are not in the trash. */
export function show(root, confluence) {
  const pages = confluence.pages.filter((page) => !page.trashed);
  root.replaceChildren(...(pages.length ? pages.map(entry) : [h("p", { class: "empty" }, "No pages.")]));
}

function entry(page) {
  return h("details", { open: open.has(page.id), ontoggle: (event) => open[event.target.open ? "add" : "delete"](page.id) },
    h("summary", { "data-key": `page-${page.id}` }, h("span", { class: "kind" }, page.space), " ", page.title,
      page.labels.map((label) => h("span", { class: "label" }, label))),
    h("p", { class: "by" }, `Version ${page.version}, by ${page.last_author}`),
    page.text.split("\n\n").map((block) => h("p", {}, block)));
}
