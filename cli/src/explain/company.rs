//! Who else: the units that stop with a unit, and those that may start it again.

use crate::context::{Context, Inspected};
use std::path::Path;
use unitctl_executor::afterwards::{Afterwards, Becomes};
use unitctl_executor::plan::Action;
use unitctl_parser::dependencies::{Maker, Propagation, StopsWith};
use unitctl_parser::name::UnitName;
use unitctl_parser::service::Service;
use unitctl_parser::value::enumeration::RestartMode;

/// Who else has to do with what is explained. Nobody knows here which units are active: all count as active.
#[derive(Debug, Default)]
pub struct Company {
    /// The units that stop, in their order.
    pub stops: Vec<StopsWith>,
    /// The units that may start it again.
    pub starters: Vec<Starter>,
}

/// A unit that may start another one again.
#[derive(Debug)]
pub struct Starter {
    /// Its name.
    pub unit: UnitName,
    /// The directive that makes it do so.
    pub directive: &'static str,
    /// Where that is said.
    pub maker: Maker,
}

impl Company {
    /// Who else has to do with an action; `afterwards` is what follows if that is a kill.
    pub fn of(
        context: &Context,
        unit: &Inspected,
        action: Action,
        afterwards: Option<(&Service, &Afterwards)>,
    ) -> Self {
        let propagation = match (action, afterwards) {
            (Action::Stop, _) => Propagation::Stop,
            (Action::Restart, _) => Propagation::Restart,
            (Action::Kill, Some((_, then)))
                if matches!(then.becomes, Becomes::Inactive | Becomes::Failed) =>
            {
                Propagation::End
            }
            _ => return Self::default(),
        };
        let dependencies = context.dependencies(unit);
        let all = |_: &UnitName| true;
        let asked = &unit.unit.id;
        let mut stops = dependencies.stopped_with(asked, propagation, &all);
        if let Some((service, _)) = afterwards.filter(|(_, then)| then.restarts) {
            if service.restart_mode.value != RestartMode::Normal {
                return Self::default();
            }
            // The restart is one of what depends on the unit as well.
            let restarted = dependencies.stopped_with(asked, Propagation::Restart, &all);
            let known: Vec<UnitName> = stops.iter().map(|stops| stops.unit.clone()).collect();
            stops.extend(
                restarted.into_iter().filter(|other| other.is_restarted && !known.contains(&other.unit)),
            );
        }
        let comes_back = action == Action::Restart || afterwards.is_some_and(|(_, then)| then.restarts);
        if comes_back {
            return Self { stops, starters: Vec::new() };
        }
        let starter = |(unit, directive, maker): (UnitName, &'static str, &Maker)| Starter {
            unit,
            directive,
            maker: maker.clone(),
        };
        let mut starters: Vec<Starter> =
            dependencies.may_start(asked, &stops).into_iter().map(starter).collect();
        starters.extend(bus(context, unit));
        Self { stops, starters }
    }
}

/// The message bus, if it has the unit started when somebody asks for its name (dbus-daemon(1)).
fn bus(context: &Context, unit: &Inspected) -> Option<Starter> {
    let name = &unit.unit.deciding("Service", "BusName")?.value;
    let services = if context.user { "services" } else { "system-services" };
    ["/usr/local/share", "/usr/share", "/lib"].iter().find_map(|share| {
        let file = Path::new(share).join("dbus-1").join(services).join(format!("{name}.service"));
        let text = context.loader.root().read_text(&file)?;
        let is_meant = |line: &str| {
            let named = line.trim().strip_prefix("SystemdService=");
            named.is_some_and(|named| unit.unit.names.iter().any(|name| name.as_str() == named))
        };
        let (line, _) = (1..).zip(text.lines()).find(|(_, line)| is_meant(line))?;
        let maker = Maker::Line { file: context.loader.root().shown(&file), line };
        Some(Starter { unit: UnitName::parse("dbus.service").ok()?, directive: "SystemdService", maker })
    })
}
