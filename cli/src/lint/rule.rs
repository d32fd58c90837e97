//! What a rule is, and what it may look at and say.

use super::finding::{Finding, Place};
use super::subject::Subject;
use std::collections::BTreeSet;
use unitctl_parser::diagnostic::Severity;

/// One thing that can be wrong with a unit.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which reads well after "allow".
    pub name: &'static str,
    /// How bad its findings are, unless a finding says otherwise.
    pub severity: Severity,
    /// What is wrong: a sentence without a full stop.
    pub summary: &'static str,
    /// Why it matters: what the service manager does because of it.
    pub rationale: &'static str,
    /// A unit that has it.
    pub bad: &'static str,
    /// The same unit as it was meant.
    pub good: &'static str,
    /// Looks for it.
    pub check: fn(&Subject<'_>, &mut Findings),
}

/// The findings of a unit while its rules run.
#[derive(Debug, Default)]
pub struct Findings {
    rule: Option<&'static Rule>,
    found: Vec<Finding>,
    explained: BTreeSet<usize>,
}

impl Findings {
    /// Runs a rule.
    pub fn run(&mut self, rule: &'static Rule, subject: &Subject<'_>) {
        self.rule = Some(rule);
        (rule.check)(subject, self);
    }

    /// Says something about some bytes; returns the finding so that more can be said.
    pub fn say(&mut self, place: impl Into<Place>, message: impl Into<String>) -> &mut Finding {
        let rule = self.rule.expect("findings are made by rules that run");
        self.say_for(rule, place, message)
    }

    /// The same for another rule than the one that runs.
    pub fn say_for(
        &mut self,
        rule: &'static Rule,
        place: impl Into<Place>,
        message: impl Into<String>,
    ) -> &mut Finding {
        let at = self.found.len();
        self.found.push(Finding::new(rule, place.into(), message.into()));
        &mut self.found[at]
    }

    /// What the finding just made says is said in place of this diagnostic of the parser, by its index.
    pub fn instead_of(&mut self, diagnostic: usize) {
        self.explained.insert(diagnostic);
    }

    /// The same for all that the parser says of these bytes.
    pub fn instead_of_all_in(&mut self, subject: &Subject<'_>, place: &Place) {
        let diagnostics = subject.unit.diagnostics.iter().enumerate();
        let inside =
            diagnostics.filter(|(_, said)| said.file == place.file && place.span.contains(&said.span.start));
        self.explained.extend(inside.map(|(index, _)| index));
    }

    /// Whether a rule has said something better in place of the diagnostic with this index.
    pub fn is_explained(&self, index: usize) -> bool {
        self.explained.contains(&index)
    }

    /// What was found so far.
    pub fn found(&self) -> &[Finding] {
        &self.found
    }

    /// Leaves out what `keep` does not want.
    pub fn retain(&mut self, keep: impl FnMut(&Finding) -> bool) {
        self.found.retain(keep);
    }

    /// All that was found.
    pub fn into_found(self) -> Vec<Finding> {
        self.found
    }
}
