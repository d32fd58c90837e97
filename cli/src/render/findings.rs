//! What is wrong with a unit, and the lines that decided: from diagnostics and origins to text.

use super::reason;
use super::style::Palette;
use super::timeline::Layout;
use crate::context::Inspected;
use crate::explain::asked::left_to_dependencies;
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use unitctl_executor::plan::{Action, Plan};
use unitctl_parser::service::Origin;
use unitctl_parser::unit::LoadState;

/// The most lines that a timeline mentions as ignored.
const MOST: usize = 5;

/// What a person must know before trusting a plan: that systemd refuses the unit, or ignores lines of it.
pub fn notes(inspected: &Inspected, action: Action, palette: Palette) -> String {
    let mut text = String::new();
    let mut note = |head: &str, words: String| {
        let _strings_take_everything = writeln!(text, "  {} {words}", palette.deadly(head));
    };
    match inspected.load_state() {
        LoadState::Loaded => {}
        LoadState::Masked => note("masked:", "systemd never starts it, and there is nothing to stop".into()),
        state => {
            let why = inspected.refusal.map_or("see below", |refusal| refusal.message());
            note(&format!("{state}:"), format!("systemd refuses to load this unit: {why}"));
            note("", "should it still be running from before, this is the plan of what was read".into());
        }
    }
    if let Some(why) = left_to_dependencies(&inspected.unit, action) {
        note("refused:", format!("systemctl leaves this to dependencies ({why})"));
    }
    for diagnostic in inspected.unit.diagnostics.iter().take(MOST) {
        let origin = Origin { file: diagnostic.file, line: diagnostic.line, span: diagnostic.span.clone() };
        let place = reason::place(&inspected.unit, Some(&origin));
        let help = diagnostic.help.as_ref().map_or(String::new(), |help| format!(" ({help})"));
        note(&format!("{place}:"), format!("{}{help}", diagnostic.message));
    }
    if let Some(more @ 1..) = inspected.unit.diagnostics.len().checked_sub(MOST) {
        note("…", format!("and {more} more"));
    }
    text
}

/// The lines of the unit's files that decided a plan, each with what it decided.
pub fn sources(inspected: &Inspected, plan: &Plan, layout: Layout) -> String {
    let mut labels: BTreeMap<u32, Vec<LabeledSpan>> = BTreeMap::new();
    let mut seen = Vec::new();
    let commands = plan.commands.iter().map(|command| (command.directive, command.origin.as_ref()));
    let reasons = plan.phases.iter().flat_map(|phase| &phase.because);
    for (directive, origin) in commands.chain(reasons.map(|r| (r.directive, r.origin.as_ref()))) {
        let Some(origin) = origin else { continue };
        if seen.contains(&(origin.file, origin.span.start)) {
            continue;
        }
        seen.push((origin.file, origin.span.start));
        let states: Vec<&str> = plan
            .phases
            .iter()
            .filter(|phase| phase.because.iter().any(|reason| reason.origin.as_ref() == Some(origin)))
            .map(|phase| phase.state.word())
            .collect();
        let mut states = states;
        states.dedup();
        let label = format!("{directive}= decides {}", states.join(", "));
        labels
            .entry(origin.file.0)
            .or_default()
            .push(LabeledSpan::new_with_span(Some(label), origin.span.clone()));
    }
    let theme = match (layout.palette.coloured, layout.unicode) {
        (true, true) => GraphicalTheme::unicode(),
        (false, true) => GraphicalTheme::unicode_nocolor(),
        (_, false) => GraphicalTheme::none(),
    };
    let handler = GraphicalReportHandler::new_themed(theme).with_width(layout.width).with_context_lines(0);
    let mut text = String::new();
    for (file, labels) in labels {
        let file = &inspected.unit.files[file as usize];
        let source = String::from_utf8_lossy(&file.bytes).into_owned();
        if source.len() != file.bytes.len() {
            // The spans count bytes, which replaced ones would shift.
            continue;
        }
        let diagnostic = MietteDiagnostic::new("these lines decided").with_severity(miette::Severity::Advice);
        let report = Report::new(diagnostic.with_labels(labels))
            .with_source_code(NamedSource::new(file.path.display().to_string(), source));
        let _strings_take_everything = handler.render_report(&mut text, report.as_ref());
    }
    if text.is_empty() {
        "  Every setting is systemd's default; no line of a file decided.\n".into()
    } else {
        text
    }
}
