//! Colour: which words get it, and whether any do.

use super::printable::one_line;
use anstyle::{AnsiColor, Style};
use std::fmt::Display;

/// Whether to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Palette {
    /// Whether escape sequences are written at all.
    pub coloured: bool,
}

impl Palette {
    /// No colour.
    pub const PLAIN: Self = Self { coloured: false };

    fn paint(self, style: Style, text: impl Display) -> String {
        let text = one_line(&text.to_string()).into_owned();
        if self.coloured { format!("{style}{text}{style:#}") } else { text }
    }

    /// Names of units and headings.
    pub fn heading(self, text: impl Display) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// What is not needed at first sight: reasons, files and lines.
    pub fn faint(self, text: impl Display) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// Signals that can be caught.
    pub fn signal(self, text: impl Display) -> String {
        self.paint(AnsiColor::Yellow.on_default().bold(), text)
    }

    /// SIGKILL, and what is wrong.
    pub fn deadly(self, text: impl Display) -> String {
        self.paint(AnsiColor::Red.on_default().bold(), text)
    }

    /// Commands.
    pub fn command(self, text: impl Display) -> String {
        self.paint(AnsiColor::Cyan.on_default(), text)
    }
}
