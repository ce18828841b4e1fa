//! The rules of ADF nodes as data: attributes, children and whether they take marks.

use super::attrs::{
    Attr, BLOCK_CARD, BREAK, CELL, CODE_BLOCK, COLUMN, DATE, DECISION, EMBED_CARD, EMOJI,
    EXTENSION, ID, INLINE_CARD, INLINE_EXTENSION, LEVEL, LOCAL_ONLY, MEDIA, MEDIA_INLINE,
    MEDIA_SINGLE, MENTION, ORDER, PANEL, PLACEHOLDER, STATUS, SYNC, TABLE, TASK, TITLE,
};
use super::children::{
    BLOCKQUOTE, CAPTION, DOC, EXPAND, EXTENSION_MARKS, IN_PANEL, INLINE, LAYOUT_COLUMN, LIST_ITEM,
    MEDIA_MARKS, NESTED_EXPAND, NON_NESTABLE, TABLE_CELL,
};

/// What a node's content may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Content {
    children: &'static [&'static str],
    /// The rule for the second and later children, where the first differs.
    rest: Option<&'static [&'static str]>,
    pub(super) required: bool,
    pub(super) min: usize,
    pub(super) max: usize,
}

impl Content {
    /// The children allowed at this place.
    pub(super) fn children_at(&self, index: usize) -> &'static [&'static str] {
        match self.rest {
            Some(rest) if index > 0 => rest,
            _ => self.children,
        }
    }
}

/// The rule of one node type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// Alternatives; none means that the node takes no `attrs`.
    pub(super) attrs: &'static [&'static [Attr]],
    pub(super) attrs_required: bool,
    pub(super) content: Option<Content>,
    pub(super) takes_marks: bool,
}

const fn any_number_of(children: &'static [&'static str]) -> Content {
    Content {
        children,
        rest: None,
        required: false,
        min: 0,
        max: usize::MAX,
    }
}

const fn some(children: &'static [&'static str]) -> Content {
    Content {
        children,
        rest: None,
        required: true,
        min: 1,
        max: usize::MAX,
    }
}

const fn needed(children: &'static [&'static str]) -> Content {
    Content {
        children,
        rest: None,
        required: true,
        min: 0,
        max: usize::MAX,
    }
}

const fn leaf(attrs: &'static [&'static [Attr]], attrs_required: bool) -> Rule {
    Rule {
        attrs,
        attrs_required,
        content: None,
        takes_marks: false,
    }
}

const fn branch(attrs: &'static [&'static [Attr]], attrs_required: bool, content: Content) -> Rule {
    Rule {
        attrs,
        attrs_required,
        content: Some(content),
        takes_marks: false,
    }
}

const fn marked(rule: Rule) -> Rule {
    Rule {
        takes_marks: true,
        ..rule
    }
}

/// The rule of a node type.
pub(super) fn rule(kind: &str) -> Option<Rule> {
    block_rule(kind).or_else(|| inline_rule(kind))
}

fn block_rule(kind: &str) -> Option<Rule> {
    Some(match kind {
        "doc" => branch(&[], false, needed(DOC)),
        "paragraph" => marked(branch(LOCAL_ONLY, false, any_number_of(INLINE))),
        "heading" => marked(branch(LEVEL, true, any_number_of(INLINE))),
        "bulletList" => branch(LOCAL_ONLY, false, some(&["listItem"])),
        "orderedList" => branch(ORDER, false, some(&["listItem"])),
        "listItem" => branch(LOCAL_ONLY, false, some(LIST_ITEM)),
        "codeBlock" => marked(branch(CODE_BLOCK, false, any_number_of(&["text"]))),
        "blockquote" => branch(LOCAL_ONLY, false, some(BLOCKQUOTE)),
        "rule" => leaf(LOCAL_ONLY, false),
        "panel" => branch(PANEL, true, some(IN_PANEL)),
        "table" => marked(branch(TABLE, false, some(&["tableRow"]))),
        "tableRow" => branch(LOCAL_ONLY, false, needed(&["tableCell", "tableHeader"])),
        "tableCell" | "tableHeader" => branch(CELL, false, some(TABLE_CELL)),
        "taskList" => branch(ID, true, some(&["taskItem", "taskList", "blockTaskItem"])),
        "taskItem" => branch(TASK, true, any_number_of(INLINE)),
        "blockTaskItem" => branch(
            TASK,
            true,
            some(&["paragraph", "paragraph:fontSize", EXTENSION_MARKS]),
        ),
        "decisionList" => branch(ID, true, some(&["decisionItem"])),
        "decisionItem" => branch(DECISION, true, any_number_of(INLINE)),
        "expand" => marked(branch(TITLE, false, some(EXPAND))),
        "nestedExpand" => branch(TITLE, true, some(NESTED_EXPAND)),
        "layoutSection" => marked(branch(
            LOCAL_ONLY,
            false,
            Content {
                children: &["layoutColumn"],
                rest: None,
                required: true,
                min: 2,
                max: 3,
            },
        )),
        "layoutColumn" => branch(COLUMN, true, some(LAYOUT_COLUMN)),
        "mediaSingle" => marked(branch(
            MEDIA_SINGLE,
            false,
            Content {
                children: &[MEDIA_MARKS],
                rest: Some(&["caption"]),
                required: true,
                min: 1,
                max: 2,
            },
        )),
        "mediaGroup" => branch(&[], false, some(&[MEDIA_MARKS])),
        "media" => marked(leaf(MEDIA, true)),
        "caption" => branch(LOCAL_ONLY, false, any_number_of(CAPTION)),
        "blockCard" => leaf(BLOCK_CARD, true),
        "embedCard" => leaf(EMBED_CARD, true),
        "extension" => marked(leaf(EXTENSION, true)),
        "bodiedExtension" => marked(branch(EXTENSION, true, some(NON_NESTABLE))),
        _ => return sync_rule(kind),
    })
}

fn sync_rule(kind: &str) -> Option<Rule> {
    match kind {
        "syncBlock" => Some(marked(leaf(SYNC, true))),
        "bodiedSyncBlock" => Some(marked(branch(SYNC, true, some(LAYOUT_COLUMN)))),
        _ => None,
    }
}

fn inline_rule(kind: &str) -> Option<Rule> {
    Some(match kind {
        "text" => marked(leaf(&[], false)),
        "hardBreak" => leaf(BREAK, false),
        "mention" => leaf(MENTION, true),
        "emoji" => leaf(EMOJI, true),
        "date" => leaf(DATE, true),
        "status" => leaf(STATUS, true),
        "inlineCard" => leaf(INLINE_CARD, true),
        "placeholder" => leaf(PLACEHOLDER, true),
        "inlineExtension" => marked(leaf(INLINE_EXTENSION, true)),
        "mediaInline" => marked(leaf(MEDIA_INLINE, true)),
        _ => return None,
    })
}
