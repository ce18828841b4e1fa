// Fills a modal as a person would: each input by its label, required ones that nobody named with
// the first thing that fits.

const FIRST_OPTION = (element) => (element.options ?? element.option_groups?.[0]?.options ?? [])[0];

/** The blocks of a view that take input. */
export function inputs(view) {
  return view.blocks.filter((block) => block.type === 'input');
}

/** The label of an input block, as a person reads it. */
export function labelOf(block) {
  return block.label?.text ?? '';
}

/**
 * What to type or pick, by block id. `answers` maps a part of a label to a text.
 * Inputs that have an initial value, or may stay empty, are left alone unless they are named.
 */
export function fill(view, answers) {
  const values = {};
  for (const block of inputs(view)) {
    const named = Object.entries(answers).find(([label]) =>
      labelOf(block).toLowerCase().includes(label.toLowerCase()));
    const element = block.element;
    const hasValue = Object.keys(element).some((key) => key.startsWith('initial_'));
    if (named) values[block.block_id] = pick(element, named[1]);
    else if (!block.optional && !hasValue) values[block.block_id] = pick(element, undefined);
  }
  return values;
}

function pick(element, wanted) {
  if (element.type === 'plain_text_input') return wanted ?? 'Something';
  const option = (element.options ?? []).find((candidate) =>
    candidate.text.text === wanted || candidate.value === wanted) ?? FIRST_OPTION(element);
  return option?.value;
}

/** The `state.values` of a `view_submission`, from what `fill` gives. */
export function stateValues(view, values) {
  const state = {};
  for (const block of inputs(view)) {
    const { element, block_id: id } = block;
    state[id] = { [element.action_id]: elementState(element, values[id]) };
  }
  return state;
}

function elementState(element, value) {
  const { type } = element;
  if (type === 'plain_text_input') return { type, value: value ?? element.initial_value ?? null };
  const options = element.options ?? (element.option_groups ?? []).flatMap((group) => group.options);
  const chosen = options.find((option) => option.value === value);
  if (type.startsWith('multi_') || type === 'checkboxes') {
    return { type, selected_options: chosen ? [chosen] : element.initial_options ?? [] };
  }
  return { type, selected_option: chosen ?? element.initial_option ?? null };
}
