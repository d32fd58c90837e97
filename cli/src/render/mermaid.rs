//! A plan as a state machine in the language of mermaid, which GitHub and others draw.

use super::duration::human;
use super::timeline::Timeline;
use std::fmt::Write as _;
use unitctl_executor::outlook::Way;
use unitctl_executor::plan::{Plan, Target};

/// The diagram: a node for each phase that is reached, with what is done in it, and an arrow for each way on.
pub fn draw(timeline: &Timeline<'_>, sentences: &[String]) -> String {
    let plan = timeline.plan;
    let unit = &timeline.inspected.unit.id;
    let mut text = format!(
        "---\ntitle: {}\n---\nstateDiagram-v2\n",
        quoted(&format!("{unit}: systemctl {}", plan.action.word()))
    );
    let stages = timeline.stages();
    for (index, row) in &stages {
        let mut lines = vec![format!("{} ({})", row.state, row.when)];
        lines.extend(row.cells.iter().filter(|cell| !cell.what.is_empty()).map(super::table::Cell::text));
        let label: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
        let _strings_take_everything = writeln!(text, "    state \"{}\" as p{index}", label.join("<br/>"));
    }
    let is_stage = |index: usize| stages.iter().any(|(stage, _)| *stage == index);
    let resolve = |target| resolve(plan, target, &is_stage);
    let first = if plan.phases.is_empty() { Target::End } else { Target::Phase(0) };
    let mut arrow = |from: &str, to: Target, label: &str| {
        let to = match to {
            Target::Phase(index) => format!("p{index}"),
            Target::End => "[*]".into(),
        };
        let label = if label.is_empty() { String::new() } else { format!(" : {label}") };
        let _strings_take_everything = writeln!(text, "    {from} --> {to}{label}");
    };
    arrow("[*]", resolve(first), "");
    for (index, _) in &stages {
        let phase = &plan.phases[*index];
        let from = format!("p{index}");
        let (success, nobody) = (resolve(phase.on_success()), resolve(phase.if_nobody));
        arrow(&from, success, if phase.waits_for.is_empty() { "" } else { "gone" });
        if phase.waits_for.is_empty() {
            continue;
        }
        if phase.next.is_some() && resolve(phase.then) != success {
            arrow(&from, resolve(phase.then), "failed");
        }
        let skipped = |to: usize| timeline.outlook.ways[to].contains(&Way::Skipped(*index));
        if matches!(nobody, Target::Phase(to) if nobody != success && skipped(to)) {
            arrow(&from, nobody, "nobody to wait for");
        }
        if let Some(limit) = phase.limit.micros() {
            arrow(&from, resolve(phase.on_timeout), &format!("after {}", human(limit)));
        }
    }
    for sentence in sentences {
        let _strings_take_everything = writeln!(text, "    %% {}", sentence.replace(['\n', '{', '}'], " "));
    }
    text
}

/// Where a way leads, phases that are only passed through left out.
fn resolve(plan: &Plan, mut target: Target, is_stage: &dyn Fn(usize) -> bool) -> Target {
    while let Target::Phase(index) = target {
        let Some(phase) = plan.phases.get(index).filter(|_| !is_stage(index)) else { break };
        target = phase.if_nobody;
    }
    target
}

/// A text in which nothing is special to mermaid.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '"' | '<' | '>' | '&' | '#' | ';' | '%' | '{' | '}' | '\\' | '`' => {
                let _strings_take_everything = write!(escaped, "#{};", u32::from(character));
            }
            character if character.is_control() => escaped.push(' '),
            character => escaped.push(character),
        }
    }
    escaped
}

/// A string of YAML.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
