//! `explain --compare`: a stop, restart or reload beside a kill.

use super::asked::{Asked, kill_request};
use super::company::Company;
use crate::args::{Explain, KillOptions};
use crate::context::{Context, Inspected};
use crate::failure::Failure;
use unitctl_executor::afterwards::Afterwards;
use unitctl_executor::compare::{Difference, Pair};
use unitctl_executor::plan::{self, Action, KillRequest, Plan, Start};
use unitctl_parser::service::Service;

/// Two actions on a unit, and what differs.
#[derive(Debug)]
pub struct Compared<'a> {
    /// The unit.
    pub unit: &'a Inspected,
    /// Its settings.
    pub service: &'a Service,
    /// The stop, restart or reload.
    pub stop: Plan,
    /// What the kill is asked with.
    pub request: KillRequest,
    /// What follows the kill.
    pub afterwards: Afterwards,
    /// The differences.
    pub differences: Vec<Difference>,
    /// Who else stops with the stop.
    pub company_of_stop: Company,
    /// Who else stops with the kill.
    pub company_of_kill: Company,
}

impl<'a> Compared<'a> {
    /// Compares what was asked for with a kill: a stop where that was a kill itself. A reload is compared with
    /// `kill -s HUP --kill-whom=main` if nothing else was said.
    pub fn new(args: &Explain, context: &Context, unit: &'a Inspected) -> Result<Self, Failure> {
        let service = unit.service()?;
        let action = if args.action == Action::Kill { Action::Stop } else { args.action };
        let start = Start::usual(service);
        let stop = Asked::new(action, &KillOptions::default(), service)?.plan(unit, service, start)?;
        let mut options = args.kill.clone();
        if action == Action::Reload {
            options.signal.get_or_insert_with(|| "HUP".into());
            options.kill_whom.get_or_insert_with(|| "main".into());
        }
        let request = kill_request(&options, service.delegate.value)?;
        let kill = plan::kill(&request, start).map_err(|error| Failure::new(error.to_string()))?;
        let afterwards = Afterwards::of(service, &request, start);
        let pair = Pair { service, stop: &stop, kill: &kill, request: &request, afterwards: &afterwards };
        let differences = pair.differences();
        let company_of_stop = Company::of(context, unit, stop.action, None);
        let company_of_kill = Company::of(context, unit, kill.action, Some((service, &afterwards)));
        Ok(Self { unit, service, stop, request, afterwards, differences, company_of_stop, company_of_kill })
    }
}
