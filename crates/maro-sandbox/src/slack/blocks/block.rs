//! Layout blocks.

use serde_json::Value;

use super::{
    Faults, Surface,
    composition::{TextKind, text, text_object},
    element::{self, Place},
};

/// Checks and completes one block.
pub(super) fn check(block: &mut Value, pointer: &str, surface: Surface, faults: &mut Faults) {
    if !block.is_object() {
        faults.add("must be an object", pointer);
        return;
    }
    let kind = block["type"].as_str().unwrap_or_default().to_owned();
    let known = match kind.as_str() {
        "section" | "divider" | "header" | "context" | "actions" | "image" | "input"
        | "rich_text" => true,
        "markdown" | "table" => surface == Surface::Message,
        _ => false,
    };
    if !known {
        faults.add(
            format!("unsupported type: {kind}"),
            &format!("{pointer}/type"),
        );
        return;
    }
    faults.block_id(block, pointer);
    match kind.as_str() {
        "section" => section(block, pointer, faults),
        "divider" => {
            faults.fields(block, pointer, &[], &["block_id"]);
        }
        "header" => header(block, pointer, faults),
        "context" => context(block, pointer, faults),
        "actions" => actions(block, pointer, faults),
        "image" => image(block, pointer, faults),
        "input" => input(block, pointer, faults),
        "markdown" => markdown(block, pointer, faults),
        "table" => table(block, pointer, faults),
        _ => rich_text(block, pointer, faults),
    }
}

fn section(block: &mut Value, pointer: &str, faults: &mut Faults) {
    let optional = ["block_id", "text", "fields", "accessory", "expand"];
    if !faults.fields(block, pointer, &[], &optional) {
        return;
    }
    if block.get("text").is_none() && block.get("fields").is_none() {
        faults.add("must define either `text` or `fields`", pointer);
    }
    text(block, "text", pointer, TextKind::Any, 3000, faults);
    if block.get("fields").is_some()
        && let Some(fields) = faults.items(block, "fields", pointer, 1..=10)
    {
        for (index, field) in fields.iter_mut().enumerate() {
            let pointer = format!("{pointer}/fields/{index}");
            text_object(field, &pointer, TextKind::Any, 2000, faults);
        }
    }
    if let Some(accessory) = block.get_mut("accessory") {
        element::check(
            accessory,
            &format!("{pointer}/accessory"),
            Place::Accessory,
            faults,
        );
    }
}

fn header(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if faults.fields(block, pointer, &["text"], &["block_id"]) {
        text(block, "text", pointer, TextKind::Plain, 150, faults);
    }
}

fn context(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if !faults.fields(block, pointer, &["elements"], &["block_id"]) {
        return;
    }
    let Some(elements) = faults.items(block, "elements", pointer, 1..=10) else {
        return;
    };
    for (index, item) in elements.iter_mut().enumerate() {
        let pointer = format!("{pointer}/elements/{index}");
        if item["type"] == "image" {
            element::image(item, &pointer, faults);
        } else {
            text_object(item, &pointer, TextKind::Any, 3000, faults);
        }
    }
}

fn actions(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if !faults.fields(block, pointer, &["elements"], &["block_id"]) {
        return;
    }
    let Some(elements) = faults.items(block, "elements", pointer, 1..=25) else {
        return;
    };
    for (index, item) in elements.iter_mut().enumerate() {
        element::check(
            item,
            &format!("{pointer}/elements/{index}"),
            Place::Actions,
            faults,
        );
    }
}

fn image(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if faults.fields(
        block,
        pointer,
        &["alt_text", "image_url"],
        &["block_id", "title"],
    ) {
        text(block, "title", pointer, TextKind::Plain, 2000, faults);
        faults.string(block, "alt_text", pointer, 2000);
        faults.url(block, "image_url", pointer);
    }
}

fn input(block: &mut Value, pointer: &str, faults: &mut Faults) {
    let optional = ["block_id", "hint", "optional", "dispatch_action"];
    if !faults.fields(block, pointer, &["label", "element"], &optional) {
        return;
    }
    text(block, "label", pointer, TextKind::Plain, 2000, faults);
    text(block, "hint", pointer, TextKind::Plain, 2000, faults);
    faults.boolean(block, "optional", pointer);
    faults.boolean(block, "dispatch_action", pointer);
    for name in ["optional", "dispatch_action"] {
        if block.get(name).is_none() {
            block[name] = false.into();
        }
    }
    if let Some(input) = block.get_mut("element") {
        element::check(input, &format!("{pointer}/element"), Place::Input, faults);
    }
}

fn markdown(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if faults.fields(block, pointer, &["text"], &["block_id"]) {
        faults.string(block, "text", pointer, 12_000);
        faults.markdown_total += block["text"]
            .as_str()
            .map_or(0, |text| text.chars().count());
    }
}

fn table(block: &mut Value, pointer: &str, faults: &mut Faults) {
    if !faults.fields(block, pointer, &["rows"], &["block_id", "column_settings"]) {
        return;
    }
    let Some(rows) = faults.items(block, "rows", pointer, 1..=100) else {
        return;
    };
    for (index, row) in rows.iter().enumerate() {
        match row.as_array() {
            Some(cells) if (1..=20).contains(&cells.len()) => {}
            _ => faults.add(
                "must be an array of 1 to 20 cells",
                &format!("{pointer}/rows/{index}"),
            ),
        }
    }
}

fn rich_text(block: &mut Value, pointer: &str, faults: &mut Faults) {
    const PARTS: &[&str] = &[
        "rich_text_section",
        "rich_text_list",
        "rich_text_preformatted",
        "rich_text_quote",
    ];
    if !faults.fields(block, pointer, &["elements"], &["block_id"]) {
        return;
    }
    let Some(parts) = faults.items(block, "elements", pointer, 0..=1000) else {
        return;
    };
    for (index, part) in parts.iter().enumerate() {
        let kind = part["type"].as_str().unwrap_or_default();
        if !PARTS.contains(&kind) {
            let pointer = format!("{pointer}/elements/{index}/type");
            faults.add(format!("unsupported type: {kind}"), &pointer);
        }
        if !part["elements"].is_array() {
            let pointer = format!("{pointer}/elements/{index}");
            faults.add("missing required field: elements", &pointer);
        }
    }
}
