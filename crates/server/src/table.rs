//! Tables for people: lines on a terminal, plain characters elsewhere.
//!
//! Deliberately absent: widths that follow the terminal.

use std::io::{IsTerminal as _, stdout};

use comfy_table::{Table, presets};

/// An empty table under `header`.
pub(crate) fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    let style = if stdout().is_terminal() {
        presets::UTF8_FULL_CONDENSED
    } else {
        presets::ASCII_MARKDOWN
    };
    table.load_style(style).set_header(header);
    table
}
