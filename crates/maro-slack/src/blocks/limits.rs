//! Slack's limits, in characters or pieces.
//!
//! From <https://docs.slack.dev/reference/block-kit/blocks> and the comments of `@slack/types`;
//! where the two differ, the smaller one. Lengths are counted in UTF-16 units: never fewer than
//! Slack counts, whichever way it does.

/// Blocks of a message.
pub const MESSAGE_BLOCKS: usize = 50;
/// Blocks of a modal.
pub const VIEW_BLOCKS: usize = 100;
/// All strings of a message's blocks together. Slack refuses somewhere above 13,200 with
/// `msg_blocks_too_long`, although each block is legal.
pub const MESSAGE_TOTAL: usize = 13_000;
/// A message's fallback text: `chat.update` takes no more.
pub const MESSAGE_TEXT: usize = 4000;
/// A text object.
pub const TEXT: usize = 3000;
/// A section's text.
pub const SECTION_TEXT: usize = 3000;
/// A section's fields.
pub const SECTION_FIELDS: usize = 10;
/// One field of a section.
pub const SECTION_FIELD: usize = 2000;
/// A header.
pub const HEADER: usize = 150;
/// Elements of a context block.
pub const CONTEXT_ELEMENTS: usize = 10;
/// Elements of an actions block.
pub const ACTIONS_ELEMENTS: usize = 25;
/// A button's text.
pub const BUTTON_TEXT: usize = 75;
/// A button's value.
pub const BUTTON_VALUE: usize = 2000;
/// An address.
pub const URL: usize = 3000;
/// A block's, action's or callback's id.
pub const ID: usize = 255;
/// Options of a menu.
pub const SELECT_OPTIONS: usize = 100;
/// Options of an overflow menu.
pub const OVERFLOW_OPTIONS: usize = 5;
/// Radio buttons or checkboxes.
pub const CHOICE_OPTIONS: usize = 10;
/// An option's text.
pub const OPTION_TEXT: usize = 75;
/// An option's value.
pub const OPTION_VALUE: usize = 75;
/// An option's description.
pub const OPTION_DESCRIPTION: usize = 75;
/// A placeholder.
pub const PLACEHOLDER: usize = 150;
/// An input's label or hint.
pub const LABEL: usize = 2000;
/// What a text input takes.
pub const INPUT_LENGTH: usize = 3000;
/// A confirmation's title.
pub const CONFIRM_TITLE: usize = 100;
/// A confirmation's text.
pub const CONFIRM_TEXT: usize = 300;
/// A confirmation's buttons.
pub const CONFIRM_BUTTON: usize = 30;
/// A modal's title and buttons.
pub const VIEW_TITLE: usize = 24;
/// A modal's private metadata.
pub const PRIVATE_METADATA: usize = 3000;
