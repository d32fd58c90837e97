//! Who else: the units that stop with a unit, and those that may start it again.

use crate::context::{Context, Inspected};
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
        let starters = if comes_back { Vec::new() } else { dependencies.may_start(asked, &stops) };
        let starter = |(unit, directive, maker): (UnitName, &'static str, &Maker)| Starter {
            unit,
            directive,
            maker: maker.clone(),
        };
        Self { stops, starters: starters.into_iter().map(starter).collect() }
    }
}
