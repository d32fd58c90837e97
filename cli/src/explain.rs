//! `unitctl explain`: the plan of an action, for people and for programs.

pub mod company;
pub mod compared;
pub mod diff;

use crate::args::{Action, Explain, Format, KillOptions};
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use crate::output;
use crate::render::afterwards::{self, AfterwardsJson};
use crate::render::compare::CompareJson;
use crate::render::json::Explanation;
use crate::render::style::Palette;
use crate::render::timeline::{Layout, Timeline};
use crate::render::{self, findings, summary};
use company::Company;
use compared::Compared;
use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use unitctl_executor::afterwards::Afterwards;
use unitctl_executor::outlook::Outlook;
use unitctl_executor::plan::{self, KillRequest, Plan, Start, Whom};
use unitctl_parser::service::Service;
use unitctl_parser::unit::LoadState;
use unitctl_parser::value::integer;
use unitctl_parser::value::signal::Signal;

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
    output::print(text.as_bytes())?;
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
    output::print(text.as_bytes())?;
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
    let plan = match (&unit.other, args.action) {
        (None, action) => plan_of(action, options, service, Start::usual(service))?,
        (Some(_), action) => plan_of_other(unit, action, options, service)?,
    };
    let outlook = Outlook::of(&plan);
    let afterwards = match args.action {
        Action::Kill if unit.other.is_none() => {
            let request = kill_request(&args.kill, service.delegate.value)?;
            Some((request.signal, Afterwards::of(service, &request, plan.start)))
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
        text.push_str(&findings::notes(unit, layout.palette));
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
    around.extend(render::company::sentences(&company, palette));
    if is_picture {
        let timeline = Timeline { inspected: unit, service, plan: &plan, outlook: &outlook };
        let mut sentences = summary::sentences(unit, service, &plan, &outlook);
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

/// The plan of an action on a unit that is no service.
fn plan_of_other(
    unit: &Inspected,
    action: Action,
    options: &KillOptions,
    settings: &Service,
) -> Result<Plan, Failure> {
    let unit_type = unit.unit.id.unit_type();
    match action {
        Action::Kill => plan_of(action, options, settings, Start::usual(settings)),
        Action::Reload => Err(Failure::new(format!(
            "the reload of a {unit_type} is not among what can be explained: only services have one"
        ))),
        Action::Stop | Action::Restart => {
            // What must not be given is checked in one place.
            plan_of(action, options, settings, Start::usual(settings))?;
            let plan = plan::stop_other(unit_type, settings);
            Ok(if action == Action::Restart { Plan { action: plan::Action::Restart, ..plan } } else { plan })
        }
    }
}

/// A plan for people.
pub fn drawn(unit: &Inspected, service: &Service, plan: &Plan, outlook: &Outlook, layout: Layout) -> String {
    let mut text = heading(plan, unit, layout);
    text.push_str(&findings::notes(unit, layout.palette));
    if unit.load_state() == LoadState::Masked {
        return text;
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

/// The plan of what was asked for, beginning in the situation `start`.
pub fn plan_of(
    action: Action,
    options: &KillOptions,
    service: &Service,
    start: Start,
) -> Result<Plan, Failure> {
    if action != Action::Kill && options != &KillOptions::default() {
        let failure =
            Failure::new("--signal, --kill-whom, --kill-value and --kill-subgroup belong to a kill");
        return Err(failure.with_help("add --action kill"));
    }
    match action {
        Action::Stop => Ok(plan::stop(service, start)),
        Action::Restart => Ok(plan::restart(service, start)),
        Action::Reload => plan::reload(service, start).ok_or_else(|| {
            Failure::new(
                "systemctl refuses to reload it: the unit has no ExecReload= and is not Type=notify-reload",
            )
        }),
        Action::Kill => {
            let request = kill_request(options, service.delegate.value)?;
            plan::kill(&request, start).map_err(|error| Failure::new(error.to_string()))
        }
    }
}

/// Whom to send which signal, from what was typed.
pub fn kill_request(options: &KillOptions, delegated: bool) -> Result<KillRequest, Failure> {
    let subgroup = options.kill_subgroup.as_deref().map(|path| subgroup(path, delegated)).transpose()?;
    let signal = match &options.signal {
        None => Signal::TERM,
        Some(name) => Signal::parse(name).map_err(|error| {
            let failure = Failure::new(format!("--signal: {error}"));
            match error.help {
                Some(help) => failure.with_help(help),
                None => failure,
            }
        })?,
    };
    let by_default = if options.kill_subgroup.is_some() { "cgroup" } else { "all" };
    let word = options.kill_whom.as_deref().filter(|word| !word.is_empty()).unwrap_or(by_default);
    let word = if options.fail { &format!("{word}-fail") } else { word };
    let (whom, fail) = Whom::from_word(word).ok_or_else(|| {
        Failure::new(format!("--kill-whom: `{word}` is nobody"))
            .with_help("it is one of main, control, all, cgroup, or one of these with -fail behind it")
    })?;
    let value = match &options.kill_value {
        None => None,
        Some(text) => Some(
            integer::parse_int(text)
                .ok_or_else(|| Failure::new(format!("--kill-value: `{text}` is not a 32-bit number")))?,
        ),
    };
    Ok(KillRequest { signal, whom, fail, value, subgroup })
}

/// The path of `--kill-subgroup=`, relative; the empty one is the unit's own cgroup.
fn subgroup(path: &str, delegated: bool) -> Result<String, Failure> {
    let relative = path.trim_matches('/');
    let plain = |part: &str| !matches!(part, "" | "." | "..");
    if !relative.is_empty() && !relative.split('/').all(plain) {
        let failure = Failure::new(format!("--kill-subgroup: `{path}` is not the path of a cgroup"));
        return Err(failure.with_help("write it without `.`, `..` and empty parts, such as workers/1"));
    }
    if !delegated {
        return Err(Failure::new("--kill-subgroup is only for units whose cgroup is delegated")
            .with_help("the unit has no Delegate=yes; without --kill-subgroup all of its cgroup is meant"));
    }
    Ok(relative.to_owned())
}
