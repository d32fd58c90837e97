//! Random services in random worlds: what happens is what the plan and its outlook announced.
//!
//! `UNITCTL_SIMULATIONS` says how many, `UNITCTL_SEED` repeats a run whose seed was printed.

#[cfg(test)]
mod common;

#[cfg(test)]
mod tests {
    use super::common::{Simulation, service, simulate};
    use proptest::collection::vec;
    use proptest::option::{self, weighted};
    use proptest::prelude::*;
    use proptest::sample::select;
    use proptest::test_runner::{RngSeed, TestCaseError, TestCaseResult, TestRunner};
    use std::hash::{BuildHasher, RandomState};
    use unitctl_executor::event::What;
    use unitctl_executor::outlook::{Outlook, worst_case_unkillable};
    use unitctl_executor::plan::{
        Doing, Phase, Plan, Presence, Role, Send, Start, StartState, Step, Target, restart, stop,
    };
    use unitctl_executor::simulated::script::{CommandScript, ProcessScript, Reaction};
    use unitctl_parser::value::enumeration::ServiceType;
    use unitctl_parser::value::signal::Signal;

    /// What is simulated, in the words of the command line.
    #[derive(Clone, Debug)]
    struct Case {
        directives: String,
        restart: bool,
        /// How a command reacts that runs already, if the service is just being reloaded.
        reloading: Option<String>,
        main_known: bool,
        main: String,
        others: Vec<(String, &'static str, bool)>,
        commands: Vec<String>,
        /// What a command leaves behind.
        child: Option<(usize, String)>,
        /// A process that may not be signalled, one that nothing ends.
        forbidden: Option<usize>,
        unkillable: Option<usize>,
    }

    fn one_of(words: &'static [&'static str]) -> impl Strategy<Value = String> {
        select(words).prop_map(str::to_owned)
    }

    fn directive(name: &'static str, values: &'static [&'static str]) -> impl Strategy<Value = String> {
        option::of(select(values))
            .prop_map(move |value| value.map(|value| format!("{name}={value}\n")).unwrap_or_default())
    }

    fn commands(name: &'static str) -> impl Strategy<Value = String> {
        vec(any::<bool>(), 0..4).prop_map(move |list| {
            let lines =
                list.iter().map(|&ignore| [name, if ignore { "=-" } else { "=" }, "/bin/x\n"].concat());
            lines.collect()
        })
    }

    fn directives() -> impl Strategy<Value = String> {
        let signals = (
            directive("KillMode", &["control-group", "mixed", "process", "none"]),
            directive("KillSignal", &["TERM", "INT", "KILL", "CONT", "HUP", "USR1"]),
            directive("FinalKillSignal", &["KILL", "KILL", "TERM", "QUIT"]),
            directive("RestartKillSignal", &["USR1", "KILL"]),
            directive("SendSIGHUP", &["yes", "no"]),
            directive("SendSIGKILL", &["yes", "yes", "no"]),
        );
        let limits = (
            directive("TimeoutStopSec", &["700ms", "2s", "2s", "0"]),
            directive("TimeoutAbortSec", &["0", "300ms"]),
            directive("TimeoutStopFailureMode", &["terminate", "abort", "kill"]),
        );
        let life = (
            directive("Type", &["simple", "forking", "oneshot", "oneshot", "idle"]),
            directive("RemainAfterExit", &["yes", "no", "no"]),
            directive("ExitType", &["main", "cgroup"]),
            directive("SuccessExitStatus", &["3"]),
        );
        // What is reloaded stands for what is started as well, see `check`.
        let exec = (commands("ExecStop"), commands("ExecStopPost"), commands("ExecReload"));
        let starts = directive("TimeoutStartSec", &["0", "1s", "3s"]);
        (signals, limits, life, exec, starts).prop_map(|(a, b, c, d, e)| {
            [a.0, a.1, a.2, a.3, a.4, a.5, b.0, b.1, b.2, c.0, c.1, c.2, c.3, d.0, d.1, d.2, e].concat()
        })
    }

    /// The items of a process: how it reacts to signals.
    fn items() -> impl Strategy<Value = String> {
        let signal = one_of(&["TERM", "INT", "HUP", "USR1", "ABRT", "QUIT"]);
        let reaction = prop_oneof![
            3 => Just("ignore".to_owned()),
            2 => (0..3000_u32).prop_map(|ms| format!("exit@{ms}ms")),
            1 => (0..3000_u32).prop_map(|ms| format!("exit=3@{ms}ms")),
        ];
        let reactions = vec((signal, reaction).prop_map(|(signal, does)| format!("{signal}={does}")), 0..4);
        let by_itself = weighted(0.2, (0..4000_u32).prop_map(|ms| format!("exit@{ms}ms")));
        let stopped = weighted(0.1, Just("stopped".to_owned()));
        (reactions, by_itself, stopped)
            .prop_map(|(reactions, exit, stopped)| reactions.into_iter().chain(exit).chain(stopped))
            .prop_map(|items| items.collect::<Vec<_>>().join(","))
    }

    fn command() -> impl Strategy<Value = String> {
        let exit = weighted(
            0.6,
            (one_of(&["exit", "exit=1", "exit=3"]), 0..3000_u32)
                .prop_map(|(exit, ms)| format!("{exit}@{ms}ms")),
        );
        let send = weighted(0.2, one_of(&["send=TERM:main", "send=KILL:w0", "send=USR1:main"]));
        (items(), exit, send).prop_map(|(items, exit, send)| {
            let all = send.into_iter().chain(exit).chain(Some(items));
            all.filter(|item| !item.is_empty()).collect::<Vec<_>>().join(",")
        })
    }

    fn cases() -> impl Strategy<Value = Case> {
        let others = vec((items(), select(&["", "a", "a/b", "c"][..]), weighted(0.1, Just(()))), 0..4);
        let odd = || weighted(0.05, 0..4_usize);
        let who = (any::<bool>(), any::<bool>(), items(), others);
        let commands = (vec(command(), 0..7), weighted(0.3, (0..4_usize, items())));
        (directives(), who, commands, (odd(), odd()), weighted(0.2, items())).prop_map(
            |(
                directives,
                (restart, main_known, main, others),
                (commands, child),
                (forbidden, unkillable),
                reloading,
            )| Case {
                directives,
                restart,
                reloading,
                main_known,
                main,
                others: others
                    .into_iter()
                    .map(|(items, group, fork)| (items, group, fork.is_some()))
                    .collect(),
                commands,
                child,
                forbidden,
                unkillable,
            },
        )
    }

    fn process(name: String, items: &str) -> ProcessScript {
        if items.is_empty() {
            return ProcessScript::new(name);
        }
        ProcessScript::parse(&format!("{name}:{items}")).unwrap()
    }

    fn check(case: &Case) -> TestCaseResult {
        let mut service = service(&case.directives);
        if service.service_type.value == ServiceType::Oneshot {
            service.exec_start.extend(service.exec_reload.iter().cloned());
        }
        let mut start = Start::usual(&service);
        if case.reloading.is_some() {
            let (state, doing) = (StartState::Busy, Some(Doing::Reload));
            start = Start { state, doing, control: Presence::Yes, ..start };
        }
        if start.main == Presence::No && case.others.is_empty() {
            start.rest = Presence::No;
        }
        let plan = if case.restart { restart(&service, start) } else { stop(&service, start) };
        let has_main = match start.main {
            Presence::Yes => true,
            Presence::Maybe => case.main_known,
            Presence::No => false,
        };
        let mut processes = Vec::new();
        if has_main {
            processes.push(process("main".to_owned(), &case.main));
        }
        if let Some(items) = &case.reloading {
            processes.push(process("control".to_owned(), items));
        }
        for (number, (items, group, forks)) in case.others.iter().enumerate() {
            let mut script = process(format!("w{number}"), items);
            script.group = group.into();
            if *forks {
                let child = ProcessScript { group: group.into(), ..process(format!("child{number}"), items) };
                script.reactions.push((Signal::TERM, Reaction::Fork(Box::new(child))));
            }
            processes.push(script);
        }
        let mut odd = false;
        for (index, script) in processes.iter_mut().enumerate() {
            script.forbidden = case.forbidden == Some(index);
            script.unkillable = case.unkillable == Some(index);
            odd |= script.forbidden || script.unkillable;
        }
        let mut commands: Vec<_> =
            case.commands.iter().map(|text| CommandScript::parse(text).unwrap()).collect();
        if let Some((command, items)) = &case.child
            && let Some(script) = commands.get_mut(*command)
        {
            script.leaves.push(process("child".to_owned(), items));
        }
        let control = case.reloading.as_ref().map(|_| "control");
        let run = simulate(&plan, has_main.then_some("main"), control, processes, commands);
        let outlook = Outlook::of(&plan);
        it_ends_in_time(&run, &plan, &outlook, odd)?;
        it_follows_the_plan(&run, &plan)?;
        if !odd {
            phases_begin_when_announced(&run, &outlook)?;
            who_remains_was_announced(&run, &outlook)?;
        }
        Ok(())
    }

    fn it_ends_in_time(run: &Simulation, plan: &Plan, outlook: &Outlook, odd: bool) -> TestCaseResult {
        let unkillable = worst_case_unkillable(plan);
        let worst = if odd { unkillable } else { outlook.worst_case };
        if let Some(worst) = worst {
            prop_assert!(!run.outcome.interrupted, "it never ends");
            prop_assert!(run.outcome.duration <= worst, "{} > {worst}", run.outcome.duration);
        }
        if let (Some(worst), Some(unkillable)) = (outlook.worst_case, unkillable) {
            prop_assert!(worst <= unkillable, "{worst} > {unkillable}");
        }
        prop_assert!(run.outcome.interrupted || outlook.ends.earliest <= run.outcome.duration);
        Ok(())
    }

    /// Each phase is one that the phase before leads to; each signal and command is one of the phase's
    /// steps, but for a command that is resumed.
    fn it_follows_the_plan(run: &Simulation, plan: &Plan) -> TestCaseResult {
        let mut current: Option<&Phase> = None;
        let underway = |role| plan.underway.filter(|underway| underway.role == role).map(|_| 0);
        let (mut last_command, mut main_command) = (underway(Role::Control), underway(Role::Main));
        for event in &run.events {
            match &event.what {
                What::Begun { phase } => {
                    let target = Target::Phase(*phase);
                    let leads = current.is_none_or(|from| {
                        let whither = [from.then, from.if_nobody, from.on_timeout];
                        whither.contains(&target)
                            || from.next == Some(target)
                            || from.on_empty == Some(target)
                    });
                    prop_assert!(leads, "to {target:?} from {current:?}");
                    current = plan.phases.get(*phase);
                }
                What::Signal { role, signal, .. } => {
                    let step = |step: &Step| {
                        matches!(step, Step::Signal(Send { to, signals, .. })
                                                      if to == role && signals.contains(signal))
                    };
                    let planned = current.is_some_and(|phase| phase.steps.iter().any(step));
                    prop_assert!(planned, "{signal} to {role} in {current:?}");
                }
                What::Run { command, .. } => {
                    let phase = current.ok_or_else(|| TestCaseError::fail("a command before any phase"))?;
                    let resumed = phase.resumes.is_some()
                        && last_command.is_some_and(|last: usize| plan.commands[last].next == Some(*command));
                    if main_command.is_some_and(|main: usize| plan.commands[main].next == Some(*command)) {
                        main_command = Some(*command);
                        continue;
                    }
                    prop_assert!(phase.command() == Some(*command) || resumed);
                    last_command = Some(*command);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn phases_begin_when_announced(run: &Simulation, outlook: &Outlook) -> TestCaseResult {
        let mut entered = vec![false; outlook.begins.len()];
        for event in &run.events {
            match event.what {
                What::Entered { phase, .. } if !std::mem::replace(&mut entered[phase], true) => {
                    let window = outlook.begins[phase];
                    let inside = window.is_some_and(|window| {
                        window.earliest <= event.at && window.latest.is_none_or(|latest| event.at <= latest)
                    });
                    prop_assert!(inside, "phase {phase} at {}, announced {window:?}", event.at);
                }
                What::Signal { role, signal, .. } => {
                    prop_assert!(outlook.may_receive(role, signal), "{signal} to {role} was not announced");
                    prop_assert!(!outlook.never_signalled.contains(&role));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn who_remains_was_announced(run: &Simulation, outlook: &Outlook) -> TestCaseResult {
        if run.outcome.interrupted {
            return Ok(());
        }
        let announced = |role| outlook.left.iter().any(|left| left.role == role);
        for &pid in &run.left {
            let name = run.world.name(pid);
            let ok = match name {
                "main" => announced(Role::Main),
                "control" => announced(Role::Control) || announced(Role::Rest),
                _ if name.starts_with("command") => announced(Role::Control) || announced(Role::Rest),
                _ => announced(Role::Rest),
            };
            prop_assert!(ok, "{name} remains, announced were {:?}", outlook.left);
        }
        Ok(())
    }

    fn number(variable: &str) -> Option<u64> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where this test asks how long it may be"
        )]
        let value = std::env::var(variable).ok()?;
        Some(value.parse().expect("a number"))
    }

    #[test]
    fn what_happens_is_what_was_announced() {
        let cases_wanted = number("UNITCTL_SIMULATIONS").unwrap_or(3000);
        let seed = number("UNITCTL_SEED").unwrap_or_else(|| RandomState::new().hash_one(()));
        println!("UNITCTL_SIMULATIONS={cases_wanted} UNITCTL_SEED={seed}");
        let mut runner = TestRunner::new(ProptestConfig {
            cases: u32::try_from(cases_wanted).unwrap(),
            rng_seed: RngSeed::Fixed(seed),
            failure_persistence: None,
            ..ProptestConfig::default()
        });
        if let Err(error) = runner.run(&cases(), |case| check(&case)) {
            panic!("{error}");
        }
    }
}
