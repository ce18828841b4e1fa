//! The attributes of nodes and marks, and what their values must be.

/// What an attribute's value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Any,
    Bool,
    Text,
    Filled,
    Number(f64, f64),
    OneOf(&'static [&'static str]),
    Color(&'static [usize]),
    ColorOr(&'static [&'static str]),
    Texts,
    Numbers,
    Datasource,
}

/// One attribute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Attr {
    pub(super) name: &'static str,
    pub(super) required: bool,
    pub(super) kind: Kind,
}

const fn must(name: &'static str, kind: Kind) -> Attr {
    Attr {
        name,
        required: true,
        kind,
    }
}

const fn may(name: &'static str, kind: Kind) -> Attr {
    Attr {
        name,
        required: false,
        kind,
    }
}

const LOCAL: Attr = may("localId", Kind::Text);
const ANY_NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX);
const LAYOUT: Kind = Kind::OneOf(&[
    "wide",
    "full-width",
    "center",
    "wrap-right",
    "wrap-left",
    "align-end",
    "align-start",
]);
const WIDE: Kind = Kind::OneOf(&["wide", "full-width", "default"]);

pub(super) const LOCAL_ONLY: &[&[Attr]] = &[&[LOCAL]];
pub(super) const CELL: &[&[Attr]] = &[&[
    may("colspan", ANY_NUMBER),
    may("rowspan", ANY_NUMBER),
    may("colwidth", Kind::Numbers),
    may("background", Kind::Text),
    LOCAL,
    may("valign", Kind::OneOf(&["top", "middle", "bottom"])),
]];
pub(super) const CODE_BLOCK: &[&[Attr]] = &[&[
    may("language", Kind::Text),
    may("uniqueId", Kind::Text),
    LOCAL,
    may("wrap", Kind::Bool),
    may("hideLineNumbers", Kind::Bool),
]];
pub(super) const EXTENSION: &[&[Attr]] = &[&[
    must("extensionKey", Kind::Filled),
    must("extensionType", Kind::Filled),
    may("parameters", Kind::Any),
    may("text", Kind::Text),
    may("layout", WIDE),
    may("localId", Kind::Filled),
]];
pub(super) const INLINE_EXTENSION: &[&[Attr]] = &[&[
    must("extensionKey", Kind::Filled),
    must("extensionType", Kind::Filled),
    may("parameters", Kind::Any),
    may("text", Kind::Text),
    may("localId", Kind::Filled),
]];
pub(super) const MEDIA: &[&[Attr]] = &[
    &[
        must("type", Kind::OneOf(&["link", "file"])),
        LOCAL,
        must("id", Kind::Filled),
        may("alt", Kind::Text),
        must("collection", Kind::Text),
        may("height", ANY_NUMBER),
        may("occurrenceKey", Kind::Filled),
        may("width", ANY_NUMBER),
    ],
    &[
        must("type", Kind::OneOf(&["external"])),
        LOCAL,
        may("alt", Kind::Text),
        may("height", ANY_NUMBER),
        may("width", ANY_NUMBER),
        must("url", Kind::Text),
    ],
];
pub(super) const MEDIA_INLINE: &[&[Attr]] = &[&[
    may("type", Kind::OneOf(&["link", "file", "image"])),
    LOCAL,
    must("id", Kind::Filled),
    may("alt", Kind::Text),
    must("collection", Kind::Text),
    may("occurrenceKey", Kind::Filled),
    may("width", ANY_NUMBER),
    may("height", ANY_NUMBER),
    may("data", Kind::Any),
]];
pub(super) const MEDIA_SINGLE: &[&[Attr]] = &[
    &[
        LOCAL,
        may("width", Kind::Number(0.0, 100.0)),
        must("layout", LAYOUT),
        may("widthType", Kind::OneOf(&["percentage"])),
    ],
    &[
        LOCAL,
        must("width", Kind::Number(0.0, f64::MAX)),
        must("widthType", Kind::OneOf(&["pixel"])),
        must("layout", LAYOUT),
    ],
];
pub(super) const BLOCK_CARD: &[&[Attr]] = &[
    &[
        LOCAL,
        may("url", Kind::Text),
        must("datasource", Kind::Datasource),
        may("width", ANY_NUMBER),
        may("layout", LAYOUT),
    ],
    &[must("url", Kind::Text), LOCAL],
    &[must("data", Kind::Any), LOCAL],
];
pub(super) const INLINE_CARD: &[&[Attr]] = &[
    &[must("url", Kind::Text), LOCAL],
    &[must("data", Kind::Any), LOCAL],
];
pub(super) const TABLE: &[&[Attr]] = &[&[
    may("displayMode", Kind::OneOf(&["default", "fixed"])),
    may("isNumberColumnEnabled", Kind::Bool),
    may(
        "layout",
        Kind::OneOf(&[
            "wide",
            "full-width",
            "center",
            "align-end",
            "align-start",
            "default",
        ]),
    ),
    may("localId", Kind::Filled),
    may("width", ANY_NUMBER),
]];
pub(super) const PANEL: &[&[Attr]] = &[&[
    must(
        "panelType",
        Kind::OneOf(&[
            "info", "note", "tip", "warning", "error", "success", "custom",
        ]),
    ),
    may("panelIcon", Kind::Text),
    may("panelIconId", Kind::Text),
    may("panelIconText", Kind::Text),
    may("panelColor", Kind::Text),
    LOCAL,
]];
pub(super) const EMBED_CARD: &[&[Attr]] = &[&[
    must("url", Kind::Text),
    must("layout", LAYOUT),
    may("width", Kind::Number(0.0, 100.0)),
    may("originalHeight", ANY_NUMBER),
    may("originalWidth", ANY_NUMBER),
    LOCAL,
]];
pub(super) const STATUS: &[&[Attr]] = &[&[
    must("text", Kind::Filled),
    must(
        "color",
        Kind::ColorOr(&["neutral", "purple", "blue", "red", "yellow", "green"]),
    ),
    LOCAL,
    may("style", Kind::Text),
]];
pub(super) const MENTION: &[&[Attr]] = &[&[
    must("id", Kind::Text),
    LOCAL,
    may("text", Kind::Text),
    may("accessLevel", Kind::Text),
    may("userType", Kind::OneOf(&["DEFAULT", "SPECIAL", "APP"])),
]];
pub(super) const EMOJI: &[&[Attr]] = &[&[
    must("shortName", Kind::Text),
    may("id", Kind::Text),
    may("text", Kind::Text),
    LOCAL,
]];
pub(super) const TASK: &[&[Attr]] = &[&[
    must("localId", Kind::Text),
    must("state", Kind::OneOf(&["TODO", "DONE"])),
]];

pub(super) const LEVEL: &[&[Attr]] = &[&[must("level", Kind::Number(1.0, 6.0)), LOCAL]];
pub(super) const ORDER: &[&[Attr]] = &[&[may("order", Kind::Number(0.0, f64::MAX)), LOCAL]];
pub(super) const ID: &[&[Attr]] = &[&[must("localId", Kind::Text)]];
pub(super) const DECISION: &[&[Attr]] =
    &[&[must("localId", Kind::Text), must("state", Kind::Text)]];
pub(super) const TITLE: &[&[Attr]] = &[&[may("title", Kind::Text), LOCAL]];
pub(super) const COLUMN: &[&[Attr]] = &[&[
    must("width", Kind::Number(0.0, 100.0)),
    LOCAL,
    may("valign", Kind::OneOf(&["top", "middle", "bottom"])),
]];
pub(super) const BREAK: &[&[Attr]] = &[&[may("text", Kind::OneOf(&["\n"])), LOCAL]];
pub(super) const DATE: &[&[Attr]] = &[&[must("timestamp", Kind::Filled), LOCAL]];
pub(super) const PLACEHOLDER: &[&[Attr]] = &[&[must("text", Kind::Text), LOCAL]];
pub(super) const SYNC: &[&[Attr]] =
    &[&[must("resourceId", Kind::Text), must("localId", Kind::Text)]];

/// The attributes of a mark; an empty list means that it takes none.
pub(super) fn mark(kind: &str) -> Option<&'static [Attr]> {
    Some(match kind {
        "strong" | "em" | "strike" | "underline" | "code" => const { &[] },
        "link" => {
            const {
                &[
                    must("href", Kind::Text),
                    may("title", Kind::Text),
                    may("id", Kind::Text),
                    may("collection", Kind::Text),
                    may("occurrenceKey", Kind::Text),
                ]
            }
        }
        "subsup" => const { &[must("type", Kind::OneOf(&["sub", "sup"]))] },
        "textColor" | "backgroundColor" => const { &[must("color", Kind::Color(&[6]))] },
        "annotation" => {
            const {
                &[
                    must("id", Kind::Text),
                    must("annotationType", Kind::OneOf(&["inlineComment"])),
                ]
            }
        }
        "alignment" => const { &[must("align", Kind::OneOf(&["center", "end"]))] },
        "indentation" => const { &[must("level", Kind::Number(1.0, 6.0))] },
        "fontSize" => const { &[must("fontSize", Kind::OneOf(&["small"]))] },
        "border" => {
            const {
                &[
                    must("size", Kind::Number(1.0, 3.0)),
                    must("color", Kind::Color(&[6, 8])),
                ]
            }
        }
        "breakout" => {
            const {
                &[
                    must("mode", Kind::OneOf(&["wide", "full-width"])),
                    may("width", ANY_NUMBER),
                ]
            }
        }
        "dataConsumer" => const { &[must("sources", Kind::Texts)] },
        "fragment" => const { &[must("localId", Kind::Filled), may("name", Kind::Text)] },
        _ => return None,
    })
}
