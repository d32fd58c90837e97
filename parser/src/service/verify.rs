//! What systemd refuses once all files of a service are read, whatever the single lines say.

use super::Service;
use crate::unit::Unit;
use crate::value::boolean;
use crate::value::enumeration::{ExitType, KillMode, Restart, ServiceType};

/// Why systemd refuses to load a service that was read to its end (load state `bad-setting`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// There is neither ExecStart=, ExecStop= nor SuccessAction=.
    NothingToDo,
    /// There is no ExecStart=, and Type= is not oneshot.
    NoExecStart,
    /// There is no ExecStart=, and it does not remain after exit either.
    NoExecStartAndNotRemaining,
    /// There are several ExecStart=, and Type= is not oneshot.
    SeveralExecStart,
    /// A oneshot is to be restarted after it succeeded.
    OneshotRestart,
    /// A oneshot is to end with its control group.
    OneshotExitTypeCgroup,
    /// Type=dbus without BusName=.
    DbusWithoutBusName,
    /// PAMName= with KillMode=process or none.
    PamWithKillMode,
    /// PAMName= with PrivatePIDs=.
    PamPrivatePids,
    /// Type=forking with PrivatePIDs=.
    ForkingPrivatePids,
    /// A socket that listens on nothing.
    NoListen,
    /// Accept= of a socket without connections.
    AcceptWithoutConnections,
    /// MaxConnections= is zero.
    NoConnections,
    /// Accept= and Service=.
    AcceptWithService,
    /// Symlinks= and not exactly one name to link to.
    SymlinksToSeveral,
    /// A mount without What=.
    NoWhat,
    /// Where= is not what the unit is named after.
    WhereMismatch,
    /// What= is not what the unit is named after.
    WhatMismatch,
    /// A mount where the kernel's file systems are.
    KernelMount,
    /// An automount of the root directory.
    RootAutomount,
    /// A timer or path that waits for nothing.
    NoTrigger,
}

impl Refusal {
    /// The reason for people: a sentence without a full stop.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NothingToDo => "the service has neither ExecStart=, ExecStop= nor SuccessAction=",
            Self::NoExecStart => "the service has no ExecStart=, which only Type=oneshot may leave out",
            Self::NoExecStartAndNotRemaining => {
                "the service has no ExecStart= and not RemainAfterExit=yes, so it could never be active"
            }
            Self::SeveralExecStart => {
                "the service has more than one ExecStart=, which only Type=oneshot may have"
            }
            Self::OneshotRestart => "a service of Type=oneshot cannot have Restart=always or on-success",
            Self::OneshotExitTypeCgroup => "a service of Type=oneshot cannot have ExitType=cgroup",
            Self::DbusWithoutBusName => "a service of Type=dbus needs BusName=",
            Self::PamWithKillMode => {
                "PAMName= needs KillMode=control-group or mixed, or the PAM session would be left behind"
            }
            Self::PamPrivatePids => "PAMName= and PrivatePIDs= cannot be used together",
            Self::ForkingPrivatePids => "a service of Type=forking cannot have PrivatePIDs=",
            Self::NoListen => {
                "the socket listens on nothing: no ListenStream= or other Listen setting is in force"
            }
            Self::AcceptWithoutConnections => "Accept=yes is only for sockets that have connections",
            Self::NoConnections => "MaxConnections= must be above zero",
            Self::AcceptWithService => "Accept=yes and Service= cannot be used together",
            Self::SymlinksToSeveral => "Symlinks= needs exactly one socket or FIFO in the file system",
            Self::NoWhat => "the mount has no What=",
            Self::WhereMismatch => "Where= is not the path that the unit is named after",
            Self::WhatMismatch => "What= is not the path that the unit is named after",
            Self::KernelMount => "systemd itself mounts what belongs there",
            Self::RootAutomount => "the root directory cannot be mounted on demand",
            Self::NoTrigger => "the unit says nothing that it waits for",
        }
    }

    /// Whether systemd refuses the service so early that the last defaults are not filled in.
    pub const fn is_early(self) -> bool {
        matches!(self, Self::PamWithKillMode | Self::PamPrivatePids)
    }

    /// The directive of section [Service] that it is most about.
    pub const fn directive(self) -> &'static str {
        match self {
            Self::NothingToDo
            | Self::NoExecStart
            | Self::NoExecStartAndNotRemaining
            | Self::SeveralExecStart => "ExecStart",
            Self::OneshotRestart => "Restart",
            Self::OneshotExitTypeCgroup => "ExitType",
            Self::DbusWithoutBusName => "Type",
            Self::PamWithKillMode => "KillMode",
            Self::PamPrivatePids | Self::ForkingPrivatePids => "PrivatePIDs",
            Self::NoListen => "ListenStream",
            Self::AcceptWithoutConnections | Self::AcceptWithService => "Accept",
            Self::NoConnections => "MaxConnections",
            Self::SymlinksToSeveral => "Symlinks",
            Self::NoWhat | Self::WhatMismatch => "What",
            Self::WhereMismatch | Self::KernelMount | Self::RootAutomount => "Where",
            Self::NoTrigger => "Unit",
        }
    }
}

impl Service {
    /// The first reason for which systemd refuses the service, if there is one (observed on systemd 262).
    pub fn refusal(&self, unit: &Unit) -> Option<Refusal> {
        let oneshot = self.service_type.value == ServiceType::Oneshot;
        let set = |section, name| unit.deciding(section, name);
        let private_pids =
            set("Service", "PrivatePIDs").is_some_and(|entry| boolean::parse(&entry.value) == Ok(true));
        if set("Service", "PAMName").is_some() {
            if matches!(self.kill.kill_mode.value, KillMode::Process | KillMode::None) {
                return Some(Refusal::PamWithKillMode);
            }
            if private_pids {
                return Some(Refusal::PamPrivatePids);
            }
        }
        let success_action = set("Unit", "SuccessAction").is_some_and(|entry| &*entry.value != "none");
        if self.exec_start.is_empty() {
            if self.exec_stop.is_empty() && !success_action {
                return Some(Refusal::NothingToDo);
            }
            if !oneshot {
                return Some(Refusal::NoExecStart);
            }
            if !self.remain_after_exit.value && !success_action {
                return Some(Refusal::NoExecStartAndNotRemaining);
            }
        }
        if !oneshot && self.exec_start.len() > 1 {
            return Some(Refusal::SeveralExecStart);
        }
        if oneshot && matches!(self.restart.value, Restart::Always | Restart::OnSuccess) {
            return Some(Refusal::OneshotRestart);
        }
        if oneshot && self.exit_type.value == ExitType::Cgroup {
            return Some(Refusal::OneshotExitTypeCgroup);
        }
        if self.service_type.value == ServiceType::Dbus && set("Service", "BusName").is_none() {
            return Some(Refusal::DbusWithoutBusName);
        }
        (self.service_type.value == ServiceType::Forking && private_pids)
            .then_some(Refusal::ForkingPrivatePids)
    }
}
