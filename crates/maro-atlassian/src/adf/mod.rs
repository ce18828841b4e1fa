//! The Atlassian Document Format: typed nodes, the way back to text, and the size limit.
//!
//! [`nodes`] can express only what Maro writes. Documents that come from Jira stay JSON values,
//! because Jira knows many more nodes; [`to_text`] reads those too.

pub mod nodes;
mod text;

use serde_json::Value;

pub use text::to_text;

/// The most characters that Jira takes for a description or a comment, counted on the serialized document.
pub const DESCRIPTION_LIMIT: usize = 32_767;

/// The size of a document as Jira counts it.
///
/// Jira runs on the JVM, where a character outside the basic plane counts as two. Counting the same
/// way never passes a document that Jira refuses.
#[must_use]
pub fn measure(document: &Value) -> usize {
    document.to_string().encode_utf16().count()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn size_is_that_of_the_serialized_document() {
        assert_eq!(measure(&json!({"type": "doc"})), r#"{"type":"doc"}"#.len());
        assert_eq!(measure(&json!("ä")), 3);
        assert_eq!(measure(&json!("🎉")), 4);
    }
}
