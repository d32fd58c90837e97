//! `systemctl kill`: one round of one signal.

use super::common::simulate;
use unitctl_executor::plan::{KillError, KillRequest, Presence, Role, Start, Whom, kill};
use unitctl_executor::simulated::script::ProcessScript;
use unitctl_parser::value::signal::Signal;

const START: Start = Start { main: Presence::Yes, control: Presence::Yes, ..Start::running() };

fn request(whom: &str) -> KillRequest {
    let (whom, fail) = Whom::from_word(whom).unwrap();
    KillRequest { signal: Signal::HUP, whom, fail, ..KillRequest::default() }
}

/// The signals, and what is missing if it is refused.
fn run(request: &KillRequest, processes: &[&str]) -> (String, Option<Role>) {
    let plan = kill(request, START).unwrap();
    let processes = processes.iter().map(|text| {
        let (group, text) = text.split_once('/').unwrap_or(("", text));
        ProcessScript { group: group.into(), ..ProcessScript::parse(text).unwrap() }
    });
    let run = simulate(&plan, Some("main"), Some("control"), processes.collect(), Vec::new());
    (run.signals(&plan), run.outcome.missing)
}

#[test]
fn who_is_hit_in_which_order() {
    let all = &["c", "main", "control", "sub/d"];
    for (whom, signals) in [
        ("main", "main HUP"),
        ("control", "control HUP"),
        ("all", "control HUP; main HUP; c HUP; d HUP"),
        ("all-fail", "control HUP; main HUP; c HUP; d HUP"),
        ("cgroup", "c HUP; main HUP; control HUP; d HUP"),
    ] {
        assert_eq!(run(&request(whom), all), (signals.to_owned(), None), "{whom}");
    }
    assert_eq!(Whom::from_word("all-fail-fail"), None);
}

#[test]
fn sigkill_uses_the_kernels_own_way() {
    let all = &["main", "control", "c"];
    for (whom, signals) in [
        ("main", "main KILL"),
        ("all", "control KILL; main KILL; cgroup.kill "),
        ("cgroup", "cgroup.kill "),
        ("cgroup-fail", "cgroup.kill "),
    ] {
        let request = KillRequest { signal: Signal::KILL, ..request(whom) };
        assert_eq!(run(&request, all), (signals.to_owned(), None), "{whom}");
    }
    let subgroup =
        KillRequest { signal: Signal::KILL, subgroup: Some("/sub".to_owned()), ..request("cgroup") };
    assert_eq!(run(&subgroup, &["main", "sub/d"]), ("cgroup.kill sub".to_owned(), None));
    assert_eq!(run(&subgroup, all), (String::new(), None), "there is no such group");
}

#[test]
fn a_subgroup_is_all_that_is_hit() {
    let request = KillRequest { subgroup: Some("sub".to_owned()), ..request("cgroup") };
    assert_eq!(run(&request, &["main", "sub/d", "c"]), ("d HUP".to_owned(), None));
}

#[test]
fn values_go_to_single_processes_only() {
    let real_time = Signal::from_number(35).unwrap();
    let with_value = |whom| KillRequest { signal: real_time, value: Some(7), ..request(whom) };
    let all = &["main", "control", "c"];
    assert_eq!(run(&with_value("all"), all).0, "control RTMIN+1; main RTMIN+1");
    assert_eq!(run(&with_value("cgroup"), all), (String::new(), None));
    assert_eq!(run(&with_value("cgroup-fail"), all), (String::new(), Some(Role::Cgroup)));
}

#[test]
fn no_such_process() {
    for (whom, processes, signals, missing) in [
        ("main", &["c"][..], "", Some(Role::Main)),
        ("main-fail", &["c"], "", Some(Role::Main)),
        ("control", &["main"], "", Some(Role::Control)),
        ("all", &[], "", None),
        ("cgroup", &[], "", None),
        ("all-fail", &[], "", Some(Role::Cgroup)),
        ("cgroup-fail", &[], "", Some(Role::Cgroup)),
        ("all-fail", &["c"], "c HUP", None),
    ] {
        assert_eq!(run(&request(whom), processes), (signals.to_owned(), missing), "{whom} of {processes:?}");
    }
}

#[test]
fn options_that_do_not_go_together() {
    let subgroup = Some("sub".to_owned());
    let real_time = Signal::from_number(34).unwrap();
    for (request, error) in [
        (KillRequest { value: Some(1), ..request("main") }, KillError::ValueNeedsRealTimeSignal),
        (KillRequest { subgroup: subgroup.clone(), ..request("all") }, KillError::SubgroupNeedsCgroup),
        (
            KillRequest { subgroup, value: Some(1), signal: real_time, ..request("cgroup") },
            KillError::SubgroupWithValue,
        ),
    ] {
        assert_eq!(kill(&request, START), Err(error));
    }
}
