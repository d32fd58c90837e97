//! Reading the files of a unit one after the other into the histories of its directives.

use super::judge::{self, Judgement};
use super::{Entry, Expansion, Histories, LoadState, Unit};
use crate::diagnostic::{Diagnostic, FileId, Severity};
use crate::directive::{self, Meant};
use crate::load::{Loaded, SourceFile, State};
use crate::name::UnitType;
use crate::syntax::{self, Line, LineKind, Stray, Text};
use crate::value::kind::kind_of;

/// The sections that a unit of this type may have.
pub fn sections(unit_type: UnitType) -> &'static [&'static str] {
    match unit_type {
        UnitType::Service => &["Unit", "Service", "Install"],
        UnitType::Socket => &["Unit", "Socket", "Install"],
        UnitType::Timer => &["Unit", "Timer", "Install"],
        UnitType::Mount => &["Unit", "Mount", "Install"],
        UnitType::Automount => &["Unit", "Automount", "Install"],
        UnitType::Swap => &["Unit", "Swap", "Install"],
        UnitType::Path => &["Unit", "Path", "Install"],
        UnitType::Slice => &["Unit", "Slice", "Install"],
        UnitType::Scope => &["Unit", "Scope", "Install"],
        // These two have no directives of their own.
        UnitType::Target => &["Unit", "Target", "Install"],
        UnitType::Device => &["Unit", "Device", "Install"],
    }
}

impl Unit {
    /// Merges what was loaded.
    pub fn merge(mut loaded: Loaded, expansion: Expansion<'_>) -> Self {
        let mut reader = Reader {
            directives: Histories::new(),
            diagnostics: Vec::new(),
            sections: sections(loaded.id.unit_type()),
            expansion,
            suggestions: MOST_SUGGESTIONS,
        };
        let mut load_state = match loaded.state {
            State::Found => LoadState::Loaded,
            State::NotFound(_) => LoadState::NotFound,
            State::Masked => LoadState::Masked,
            State::Error(_) => LoadState::Error,
        };
        let fragment = loaded.fragment.take();
        if let Some(fragment) = fragment.as_ref().filter(|_| load_state == LoadState::Loaded)
            && let Err(state) = reader.read(FileId(0), fragment)
        {
            load_state = state;
            loaded = loaded.refused();
        }
        let has_fragment = fragment.is_some();
        let mut files: Vec<SourceFile> = fragment.into_iter().collect();
        for drop_in in loaded.drop_ins {
            let id = FileId(u32::try_from(files.len()).unwrap_or(u32::MAX));
            // Where a drop-in cannot be read on, only the rest of it is lost.
            let _rest_is_lost = reader.read(id, &drop_in);
            files.push(drop_in);
        }
        Self {
            id: loaded.id,
            names: loaded.names,
            files,
            has_fragment,
            load_state,
            directives: reader.directives,
            diagnostics: reader.diagnostics,
        }
    }
}

/// What to write where a directive stands without its '='.
fn missing_equals(section: &str, text: &str) -> Option<String> {
    let (key, value) = text.split_once([' ', '\t', ':'])?;
    let directive = directive::find(section, key)?;
    Some(format!("write `{}={}`", directive.name, value.trim_start_matches([' ', '\t', ':'])))
}

/// For how many unknown directives of a unit a known one is suggested. Nobody reads that many, and each costs more
/// than all else that reading a line takes.
const MOST_SUGGESTIONS: u32 = 100;

struct Reader<'a> {
    directives: Histories,
    diagnostics: Vec<Diagnostic>,
    sections: &'static [&'static str],
    expansion: Expansion<'a>,
    /// How many more there may be.
    suggestions: u32,
}

/// Where a logical line begins.
#[derive(Clone, Copy)]
struct At {
    file: FileId,
    line: u32,
}

/// Which section the lines belong to.
enum Section {
    BeforeAny,
    Known(&'static str),
    Ignored,
}

impl Reader<'_> {
    /// Reads a file; the error is the load state of a unit whose fragment cannot be read on.
    fn read(&mut self, file: FileId, source: &SourceFile) -> Result<(), LoadState> {
        let mut section = Section::BeforeAny;
        for line in syntax::lines(&source.bytes) {
            match &line.kind {
                LineKind::Blank | LineKind::Comment => {}
                LineKind::Section(name) => section = self.section(At { file, line: line.number }, name),
                LineKind::Fatal(why, span) => {
                    self.diagnostics.push(Diagnostic {
                        rule: "unreadable-line",
                        severity: Severity::Error,
                        file,
                        line: line.number,
                        span: span.clone(),
                        message: format!("{why}; systemd does not read this file any further"),
                        help: None,
                        instead: None,
                    });
                    return Err(LoadState::Error);
                }
                LineKind::Stray(_, text) | LineKind::Assignment { key: text, .. } => match section {
                    Section::Ignored => {}
                    Section::BeforeAny => self.say(
                        "assignment-outside-section",
                        At { file, line: line.number },
                        text,
                        "assignment before any section header; systemd ignores it".into(),
                        Some("put it below a header such as [Service]".into()),
                    ),
                    Section::Known(section) => self.line(file, section, &line)?,
                },
            }
        }
        Ok(())
    }

    fn section(&mut self, at: At, name: &Text<'_>) -> Section {
        if let Some(known) = self.sections.iter().find(|known| **known == name.as_str()) {
            return Section::Known(known);
        }
        if !name.starts_with("X-") {
            let help = if directive::sections().any(|other| other == name.as_str()) {
                format!("this type of unit has the sections {}", self.sections.join(", "))
            } else if let Some(near) = directive::nearest(name.trim(), self.sections.iter().copied()) {
                format!("did you mean [{near}]?")
            } else {
                "sections of your own begin with X-".into()
            };
            let message = format!("unknown section [{}]; systemd ignores everything in it", name.as_str());
            self.say("unknown-section", at, name, message, Some(help));
        }
        Section::Ignored
    }

    fn line(&mut self, file: FileId, section: &'static str, line: &Line<'_>) -> Result<(), LoadState> {
        let at = At { file, line: line.number };
        let (key, value) = match &line.kind {
            LineKind::Assignment { key, value } => (key, value),
            LineKind::Stray(Stray::MissingEquals, text) => {
                let message = "line without '='; systemd ignores it".into();
                self.say("missing-equals", at, text, message, missing_equals(section, text.as_str()));
                return Ok(());
            }
            LineKind::Stray(Stray::MissingKey, text) => {
                let message = "nothing before the '='; systemd ignores the line".into();
                self.say("missing-key", at, text, message, None);
                return Ok(());
            }
            _ => return Ok(()),
        };
        let Some(directive) = directive::find(section, key) else {
            if !key.starts_with("X-") {
                self.unknown_directive(at, section, key);
            }
            return Ok(());
        };
        let kind = kind_of(directive.section, directive.name, directive.value);
        let Judgement { effect, commands, remarks, stops } =
            judge::judge(kind, value, self.expansion.of(file));
        self.diagnostics.extend(remarks.into_iter().map(|remark| {
            let wanted = remark.error.span.len();
            let span = value.source_span(remark.error.span);
            Diagnostic {
                rule: remark.rule,
                severity: remark.severity,
                file,
                line: line.number,
                message: format!("{}=: {}", directive.name, remark.error.message),
                help: remark.error.help,
                // Where the value goes on in another line, more would be lost.
                instead: remark.error.instead.filter(|_| span.len() == wanted),
                span,
            }
        }));
        let entry = Entry {
            file,
            line: line.number,
            span: key.span().start..value.span().end,
            line_span: line.span.clone(),
            value: value.as_str().into(),
            commands,
            effect,
        };
        self.directives.push(directive, kind, entry);
        stops.map_or(Ok(()), Err)
    }

    fn unknown_directive(&mut self, at: At, section: &'static str, key: &Text<'_>) {
        let suggests = self.suggestions > 0;
        self.suggestions = self.suggestions.saturating_sub(1);
        let meant = if suggests { directive::meant(section, key, self.sections) } else { None };
        let (rule, help) = match meant {
            Some(Meant::Misspelt(directive)) => {
                ("unknown-directive", Some(format!("did you mean {}=?", directive.name)))
            }
            Some(Meant::Misplaced(directive)) => {
                ("misplaced-directive", Some(format!("it belongs to section [{}]", directive.section)))
            }
            None => ("unknown-directive", None),
        };
        let message =
            format!("unknown directive {}= in section [{section}]; systemd ignores it", key.as_str());
        self.say(rule, at, key, message, help);
    }

    fn say(&mut self, rule: &'static str, at: At, text: &Text<'_>, message: String, help: Option<String>) {
        let (severity, span) = (Severity::Error, text.span());
        let At { file, line } = at;
        self.diagnostics.push(Diagnostic { rule, severity, file, line, span, message, help, instead: None });
    }
}
