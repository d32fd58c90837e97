//! `unitctl explain`: the plan of an action, for people and for programs.

pub mod asked;
pub mod company;
pub mod compared;
pub mod diff;

use crate::args::{Explain, Format, KillOptions};
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::output;
use crate::removed::{named, removed};
use crate::render::afterwards::{self, AfterwardsJson};
use crate::render::compare::CompareJson;
use crate::render::json::Explanation;
use crate::render::style::Palette;
use crate::render::timeline::{Layout, Timeline};
use crate::render::{self, brief, findings, summary};
use asked::Asked;
use company::Company;
use compared::Compared;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use unitctl_executor::afterwards::Afterwards;
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{Action, Plan, Start};
use unitctl_parser::service::Service;
use unitctl_parser::unit::LoadState;

/// Explains each unit.
pub fn run(args: &Explain, context: &Context) -> Result<ExitCode, Failure> {
    if let [old, new] = &args.diff[..] {
        return diff(args, context, old, new);
    }
    let mut failed = false;
    let text = text(args, context, &mut |failure| {
        failed = true;
        output::complain(failure);
    })?;
    output::print(&text, context.layout.palette)?;
    Ok(if failed { ExitCode::from(2) } else { ExitCode::SUCCESS })
}

/// What is printed; `complain` is told of units that cannot be explained.
pub fn text(
    args: &Explain,
    context: &Context,
    complain: &mut dyn FnMut(&Failure),
) -> Result<String, Failure> {
    let formats = [Format::Text, Format::Json, Format::Svg, Format::Mermaid];
    let format = context.format_of("explain", &formats)?;
    if args.units.len() > 1 && format == Format::Svg {
        return Err(Failure::new("a picture shows one unit").with_help("ask for each of them"));
    }
    if args.compare && format == Format::Text && args.units.len() > 1 {
        return Ok(compare_all(args, context, complain));
    }
    let mut out = String::new();
    for (number, name) in args.units.iter().enumerate() {
        match context.inspect(name).and_then(|unit| explain(args, context, &unit, format)) {
            Ok(text) => {
                if number > 0 && format == Format::Text {
                    out.push('\n');
                }
                out.push_str(&text);
            }
            Err(failure) => complain(&failure),
        }
    }
    Ok(out)
}

/// What a change of files does.
fn diff(args: &Explain, context: &Context, old: &Path, new: &Path) -> Result<ExitCode, Failure> {
    let format = context.format_of("explain --diff", &[Format::Text, Format::Json, Format::Markdown])?;
    let units = diff::compare(args, context, old, new)?;
    let action = args.action.word();
    let text = match format {
        Format::Json => render::diff::to_json(&units, action),
        Format::Markdown => render::diff::markdown(&units, action),
        _ => render::diff::text(&units, action, context.layout),
    };
    output::print(&text, context.layout.palette)?;
    let changed = units.iter().any(|unit| unit.status != diff::Status::Same);
    Ok(if changed && args.fail_on_change { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// A line for each of several units that are compared.
fn compare_all(args: &Explain, context: &Context, complain: &mut dyn FnMut(&Failure)) -> String {
    let mut take = |result: Result<_, Failure>| result.inspect_err(|failure| complain(failure)).ok();
    let units: Vec<Inspected> = args.units.iter().filter_map(|name| take(context.inspect(name))).collect();
    let compared: Vec<Compared<'_>> = units
        .iter()
        .filter_map(|unit| Compared::new(args, context, unit).inspect_err(|failure| complain(failure)).ok())
        .collect();
    render::compare::table(&compared, context.layout)
}

fn explain(args: &Explain, context: &Context, unit: &Inspected, format: Format) -> Result<String, Failure> {
    let layout = context.layout;
    let service = unit.settings()?;
    let compared = if args.compare { Some(Compared::new(args, context, unit)?) } else { None };
    let not_kill = KillOptions::default();
    // With --compare these belong to the kill beside it.
    let options = if args.compare && args.action != Action::Kill { &not_kill } else { &args.kill };
    let asked = Asked::new(args.action, options, service)?;
    let plan = asked.plan(unit, service, Start::usual(service))?;
    let outlook = Outlook::of(&plan);
    let afterwards = match &asked {
        Asked::Kill(request) if unit.is_service() => {
            Some((request.signal, Afterwards::of(service, request, plan.start)))
        }
        _ => None,
    };
    let then = afterwards.as_ref().map(|(_, then)| (service, then));
    // By path one asks about a file; reading all that lie beside it takes longer than everything else.
    let asks_who_else = args.who_else || format == Format::Json || unit.beside.is_none();
    let company =
        if asks_who_else { Company::of(context, unit, plan.action, then) } else { Company::default() };
    if format == Format::Json {
        let mut explanation = Explanation::new(unit, service, &plan, &outlook);
        explanation.afterwards = afterwards.map(|(_, then)| AfterwardsJson::new(unit, service, &then));
        let removed = removed(unit, args.action, context);
        explanation.removes = removed.into_iter().map(|(path, _)| path).collect();
        if args.action != Action::Reload {
            explanation.also_stops = Some(render::company::also_stops(&company));
            explanation.may_start_again = Some(render::company::may_start_again(&company));
        }
        explanation.compare = compared.as_ref().map(CompareJson::new);
        return serde_json::to_string(&explanation)
            .map(|json| json + "\n")
            .map_err(|error| Failure::new(format!("failed to write JSON: {error}")));
    }
    if let Some(compared) = compared {
        let mut text = render::compare::heading(&compared, layout.palette);
        text.push_str(&findings::notes(unit, plan.action, layout.palette));
        text.push_str(&render::compare::text(&compared, layout));
        return Ok(text);
    }
    let is_picture = matches!(format, Format::Svg | Format::Mermaid);
    let palette = if is_picture { Palette::PLAIN } else { layout.palette };
    let mut around = match &afterwards {
        Some((signal, then)) => afterwards::sentences(unit, service, *signal, then),
        None => Vec::new(),
    };
    around.extend(summary::of_other(unit, args.action));
    let removed = removed(unit, args.action, context);
    if !removed.is_empty() {
        around.push(format!("At the end systemd removes {}.", named(&removed)));
    }
    around.extend(render::company::sentences(&company, palette));
    if is_picture {
        let timeline = Timeline { inspected: unit, service, plan: &plan, outlook: &outlook };
        let mut sentences: Vec<String> = brief::sentence(&plan, &outlook).into_iter().collect();
        sentences.extend(summary::sentences(unit, service, &plan, &outlook));
        sentences.extend(around);
        let draw = if format == Format::Svg { render::svg::draw } else { render::mermaid::draw };
        return Ok(draw(&timeline, &sentences));
    }
    let mut text = drawn(unit, service, &plan, &outlook, layout);
    if unit.load_state() == LoadState::Masked {
        return Ok(text);
    }
    for sentence in around {
        let _strings_take_everything = writeln!(text, "  {sentence}");
    }
    if args.why {
        text.push_str(&findings::sources(unit, &plan, layout));
    }
    Ok(text)
}

/// A plan for people.
pub fn drawn(unit: &Inspected, service: &Service, plan: &Plan, outlook: &Outlook, layout: Layout) -> String {
    let mut text = heading(plan, unit, layout);
    text.push_str(&findings::notes(unit, plan.action, layout.palette));
    if unit.load_state() == LoadState::Masked {
        return text;
    }
    if let Some(brief) = brief::sentence(plan, outlook) {
        let _strings_take_everything = writeln!(text, "  {brief}");
    }
    text.push_str(&Timeline { inspected: unit, service, plan, outlook }.draw(layout));
    for sentence in summary::sentences(unit, service, plan, outlook) {
        let _strings_take_everything = writeln!(text, "  {sentence}");
    }
    text
}

/// The first line: what is explained, and the files that were read.
pub fn heading(plan: &Plan, unit: &Inspected, layout: Layout) -> String {
    let files: Vec<String> = unit.unit.files.iter().map(|file| file.path.display().to_string()).collect();
    let (name, files) = (layout.palette.heading(&unit.unit.id), layout.palette.faint(files.join(", ")));
    format!("{name}: systemctl {}  {files}\n", plan.action.word())
}
