//! Which kind of value each directive takes: what [`check`](super::check::check) goes by.
//!
//! Directives of the sections that services, sockets, mounts, swaps, scopes and slices share are told by their name;
//! where that says nothing, systemd's own word for the kind decides.

use super::size::Limit;

/// What an empty value does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Empty {
    /// It is rejected, and what was set before stays.
    Rejected,
    /// It takes back what was set before.
    Resets,
}

/// What happens to a unit whose value is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Nothing: systemd warns and takes the value.
    Warned,
    /// The value, or the part of it that is wrong, is ignored.
    Ignored,
    /// Reading the file stops; the load state is `bad-setting` if it is the fragment.
    BadSetting,
    /// Reading the file stops; the load state is `error` if it is the fragment.
    LoadError,
}

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "a variant without words is the value of the directive it is named after")]
pub enum ValueKind {
    /// Anything; or something that is not known well enough to be checked.
    Unchecked,
    /// Text with specifiers.
    Text(Effect),
    /// Text with specifiers behind `|` and `!`; whether it is a path.
    Condition(bool),
    /// A boolean, or words of a list that `~` inverts.
    BooleanOrList(&'static [&'static str]),
    /// A boolean; what happens where it is none.
    Boolean(Empty, Effect),
    /// One word of a list.
    Words(&'static [&'static str], Empty),
    /// One word of a list or a boolean.
    WordsOrBoolean(&'static [&'static str]),
    /// One word of a list or a number of a range.
    WordsOrNumber(&'static [&'static str], i64, i64, Empty),
    /// A whole number of a range.
    Number(i64, i64, Empty),
    Signal,
    /// A time span.
    Time(Empty),
    /// Time spans that add up: what a timer waits for.
    Elapse,
    /// A time span down to nanoseconds.
    Nanoseconds,
    /// A file mode in octal digits.
    Mode,
    /// An absolute path.
    Path(Effect),
    /// Absolute paths, each with `-` and `+` before it if that is true.
    Paths(bool),
    BindPaths,
    TemporaryFileSystem,
    ExecSearchPath,
    PidFile,
    WorkingDirectory,
    EnvironmentFile,
    /// `RuntimeDirectory=` and its relatives; whether a link can be asked for.
    Directory(bool),
    Command,
    Environment,
    PassEnvironment,
    UnsetEnvironment,
    ExitStatuses,
    User,
    SupplementaryGroups,
    Limit(Limit),
    /// Bytes or a share of the memory; whether 0 is one.
    Memory(bool),
    /// Words of a list, or numbers in hexadecimal.
    WordList(&'static [&'static str]),
    /// Addresses of the network.
    Addresses,
    ProtectHostname,
    /// A directive that is read as another one, whatever its value.
    Obsolete(&'static str),
    TasksMax,
    CpuQuota,
    /// A share from 0 % to 100 %.
    Share,
    Quota,
    KillMode,
    Delegate,
    DelegateSubgroup,
    Slice,
    BusName,
    RebootArgument,
    Sockets,
    /// Names of units.
    Units,
    Documentation,
    StandardInput,
    StandardOutput,
    /// `ID:…`, where the ID can be the name of a file; whether the part after the colon may be left out.
    Credential(bool),
    ManagedOomDuration,
    /// Names of system calls.
    SystemCalls,
    SystemCallErrorNumber,
    /// Numbers and ranges of them: processors, memory nodes.
    Numbers,
    Device,
    /// What a socket listens on; whether for sequential packets.
    SocketAddress(bool),
    /// A FIFO that a socket listens on.
    Fifo,
    /// A family of netlink sockets, and a group.
    Netlink,
    /// A directive that is known and has no effect here, whatever its value; why.
    Unsupported(&'static str),
    /// Bytes.
    Size,
    /// A network interface.
    Interface,
    /// The name that a file descriptor is passed on by.
    DescriptorName,
    /// An extended attribute and its value.
    Attribute,
    /// A moment in the calendar that comes again.
    Calendar,
    /// The name of a unit that is started; whether it must be a service.
    Trigger(bool),
}

impl ValueKind {
    /// Whether each value adds to those before it.
    pub const fn is_list(self) -> bool {
        matches!(
            self,
            Self::Paths(_)
                | Self::BindPaths
                | Self::TemporaryFileSystem
                | Self::ExecSearchPath
                | Self::EnvironmentFile
                | Self::Directory(_)
                | Self::Command
                | Self::Environment
                | Self::PassEnvironment
                | Self::UnsetEnvironment
                | Self::ExitStatuses
                | Self::SupplementaryGroups
                | Self::Addresses
                | Self::Delegate
                | Self::Sockets
                | Self::Units
                | Self::Documentation
                | Self::Credential(_)
                | Self::Calendar
                | Self::Elapse
                | Self::Attribute
        )
    }
}

use Empty::{Rejected, Resets};

const BOOLEAN: ValueKind = ValueKind::Boolean(Rejected, Effect::Ignored);
const TRISTATE: ValueKind = ValueKind::Boolean(Resets, Effect::Ignored);

const INT_MAX: i64 = 0x7fff_ffff;
const UINT_MAX: i64 = 0xffff_ffff;

/// The words of `FailureAction=` and its relatives.
const ACTIONS: &[&str] = &[
    "none",
    "reboot",
    "reboot-force",
    "reboot-immediate",
    "poweroff",
    "poweroff-force",
    "poweroff-immediate",
    "exit",
    "exit-force",
    "soft-reboot",
    "soft-reboot-force",
    "kexec",
    "kexec-force",
    "halt",
    "halt-force",
    "halt-immediate",
];
const JOB_MODES: &[&str] = &[
    "fail",
    "lenient",
    "replace",
    "replace-irreversibly",
    "isolate",
    "flush",
    "ignore-dependencies",
    "ignore-requirements",
    "triggering",
    "restart-dependencies",
];
const LEVELS: &[&str] = &["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];
/// The architectures that systemd has a personality for.
const PERSONALITIES: &[&str] = &[
    "x86-64",
    "x86",
    "arm64",
    "arm64-be",
    "arm",
    "arm-be",
    "ppc64",
    "ppc64-le",
    "ppc",
    "ppc-le",
    "s390x",
    "s390",
    "loongarch64",
    "mips64-le",
    "mips64",
    "mips",
    "mips-le",
    "riscv64",
    "riscv32",
    "sparc64",
    "sparc",
    "alpha",
    "parisc",
    "parisc64",
    "ia64",
];
const FACILITIES: &[&str] = &[
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
];

/// The kind of the values of a directive, of which systemd itself says `word` (the third column of its table).
pub fn kind_of(section: &str, directive: &str, word: &str) -> ValueKind {
    use ValueKind as K;
    let words = |words| K::Words(words, Rejected);
    match directive {
        // [Service]
        "Type" if section == "Service" => words(super::enumeration::ServiceType::WORDS),
        "ExitType" => words(super::enumeration::ExitType::WORDS),
        "Restart" if section == "Service" => words(super::enumeration::Restart::WORDS),
        "RestartMode" => words(super::enumeration::RestartMode::WORDS),
        "NotifyAccess" => words(super::enumeration::NotifyAccess::WORDS),
        "OOMPolicy" => words(super::enumeration::OomPolicy::WORDS),
        "TimeoutStartFailureMode" | "TimeoutStopFailureMode" => {
            words(super::enumeration::TimeoutFailureMode::WORDS)
        }
        "TimeoutStopSec"
        | "TimeoutSec"
        | "JobTimeoutSec"
        | "JobRunningTimeoutSec"
        | "DeferTriggerMaxSec"
        | "KeepAliveTimeSec"
        | "KeepAliveIntervalSec"
        | "DeferAcceptSec"
        | "TimeoutIdleSec" => K::Time(Rejected),
        "TimeoutAbortSec" | "CPUQuotaPeriodSec" => K::Time(Resets),
        "PIDFile" => K::PidFile,
        "BusName" => K::BusName,
        "RebootArgument" | "JobTimeoutRebootArgument" if section == "Unit" => K::RebootArgument,
        "Sockets" if section == "Service" => K::Sockets,
        "ListenFIFO" => K::Fifo,
        "ListenSpecial" | "ListenMessageQueue" | "ListenUSBFunction" => K::Path(Effect::Ignored),
        "ListenNetlink" => K::Netlink,
        "Slice" if section == "Slice" => {
            K::Unsupported("the name of a slice says where it is: a-b.slice is in a.slice")
        }
        "OnCalendar" => K::Calendar,
        "Unit" if matches!(section, "Timer" | "Path") => K::Trigger(false),
        "Service" if section == "Socket" => K::Trigger(true),
        "BindIPv6Only" => K::WordsOrBoolean(&["default", "both", "ipv6-only"]),
        "BindToDevice" => K::Interface,
        "DeferTrigger" => K::WordsOrBoolean(&["patient"]),
        "TCPCongestion" => K::Unchecked,
        "FileDescriptorName" => K::DescriptorName,
        "IPTOS" => K::WordsOrNumber(&["low-delay", "throughput", "reliability", "low-cost"], 0, 255, Resets),
        "IPTTL" | "Mark" => K::Number(-INT_MAX - 1, INT_MAX, Rejected),
        "Priority" if section == "Socket" => K::Number(-INT_MAX - 1, INT_MAX, Rejected),
        "Priority" if section == "Swap" => K::Number(-1, 32767, Resets),
        "MessageQueueMaxMessages" => K::Number(i64::MIN, i64::MAX, Rejected),
        "MessageQueueMessageSize" | "PipeSize" | "ReceiveBuffer" | "SendBuffer" => K::Size,
        "SocketProtocol" => words(&["udplite", "sctp", "mptcp"]),
        "SocketUser" | "SocketGroup" => K::User,
        "Symlinks" => K::Paths(false),
        "Timestamping" => K::WordsOrBoolean(&["off", "us", "usec", "µs", "μs", "ns", "nsec"]),
        "XAttrEntryPoint" | "XAttrListen" | "XAttrAccept" => K::Attribute,
        "ConcurrencySoftMax" | "ConcurrencyHardMax" | "ActivatingConcurrencyMax" => {
            K::WordsOrNumber(&["infinity"], 0, UINT_MAX, Resets)
        }
        "OnActiveSec" | "OnBootSec" | "OnStartupSec" | "OnUnitActiveSec" | "OnUnitInactiveSec" => K::Elapse,
        "ListenStream" | "ListenDatagram" => K::SocketAddress(false),
        "ListenSequentialPacket" => K::SocketAddress(true),
        "FileDescriptorStorePreserve" | "RuntimeDirectoryPreserve" => {
            K::WordsOrBoolean(&["restart", "on-success"])
        }
        // [Unit]
        "CollectMode" => words(super::enumeration::CollectMode::WORDS),
        "OnFailureJobMode" | "OnSuccessJobMode" => words(JOB_MODES),
        "FailureActionExitStatus" | "SuccessActionExitStatus" => K::Number(0, 255, Resets),
        _ if word == "CONDITION" && is_about_path(directive) => K::Condition(true),
        "RequiresOverridable" => K::Obsolete("Requires"),
        "RequisiteOverridable" => K::Obsolete("Requisite"),
        "Documentation" => K::Documentation,
        "RequiresMountsFor" | "WantsMountsFor" => K::Paths(false),
        // systemd.exec(5)
        "WorkingDirectory" => K::WorkingDirectory,
        "AppArmorProfile" | "SELinuxContext" | "SmackProcessLabel" => K::Text(Effect::BadSetting),
        "RootDirectory" | "RootImage" | "RootVerity" | "RootMStack" => K::Path(Effect::BadSetting),
        "ExecSearchPath" => K::ExecSearchPath,
        "User" | "Group" => K::User,
        "SupplementaryGroups" => K::SupplementaryGroups,
        "DynamicUser" => K::Boolean(Rejected, Effect::BadSetting),
        "SetLoginEnvironment" | "PrivateMounts" | "MountAPIVFS" | "BindLogSockets" | "MemoryKSM" => TRISTATE,
        "Nice" => K::Number(-20, 19, Resets),
        "OOMScoreAdjust" => K::Number(-1000, 1000, Resets),
        "CPUSchedulingPolicy" => {
            K::WordsOrNumber(&["other", "batch", "idle", "ext", "fifo", "rr"], 0, INT_MAX, Resets)
        }
        "CPUSchedulingPriority" => K::Number(0, 99, Rejected),
        "IOSchedulingClass" => {
            K::WordsOrNumber(&["none", "realtime", "best-effort", "idle"], 0, INT_MAX, Resets)
        }
        "IOSchedulingPriority" => K::Number(0, 7, Resets),
        "NUMAPolicy" => {
            let policies = &[
                "default",
                "preferred",
                "bind",
                "interleave",
                "local",
                "preferred-many",
                "weighted-interleave",
            ];
            K::Words(policies, Resets)
        }
        "TTYRows" | "TTYColumns" => K::Number(0, UINT_MAX, Resets),
        "KeyringMode" => words(&["inherit", "private", "shared"]),
        "ProtectProc" => words(&["noaccess", "invisible", "ptraceable", "default"]),
        "ProcSubset" => words(&["all", "pid"]),
        "ProtectSystem" => K::WordsOrBoolean(&["full", "strict"]),
        "ProtectHome" => K::WordsOrBoolean(&["read-only", "tmpfs"]),
        "ProtectControlGroups" => K::WordsOrBoolean(&["private", "strict"]),
        "PrivateTmp" => K::WordsOrBoolean(&["connected", "disconnected"]),
        "PrivateUsers" => K::WordsOrBoolean(&["self", "identity", "full", "managed"]),
        "PrivatePIDs" | "PrivateBPF" => BOOLEAN,
        "ProtectHostname" => K::ProtectHostname,
        "CoredumpFilter" => K::WordList(&[
            "all",
            "default",
            "private-anonymous",
            "shared-anonymous",
            "private-file-backed",
            "shared-file-backed",
            "elf-headers",
            "private-huge",
            "shared-huge",
            "private-dax",
            "shared-dax",
        ]),
        "UtmpMode" => words(&["init", "login", "user"]),
        "MountFlags" => K::Words(&["shared", "slave", "private"], Resets),
        "MemoryTHP" => words(&["inherit", "disable", "madvise", "system"]),
        "SyslogFacility" => K::WordsOrNumber(FACILITIES, 0, 127, Rejected),
        "SyslogLevel" | "LogLevelMax" => K::WordsOrNumber(LEVELS, 0, 7, Rejected),
        "LoadCredential" | "LoadCredentialEncrypted" => K::Credential(true),
        "SetCredential" | "SetCredentialEncrypted" => K::Credential(false),
        "PassEnvironment" => K::PassEnvironment,
        "UnsetEnvironment" => K::UnsetEnvironment,
        "TemporaryFileSystem" => K::TemporaryFileSystem,
        "RuntimeDirectory" | "StateDirectory" | "CacheDirectory" | "LogsDirectory" => K::Directory(true),
        "ConfigurationDirectory" => K::Directory(false),
        "StateDirectoryQuota" | "CacheDirectoryQuota" | "LogsDirectoryQuota" => K::Quota,
        "LimitCPU" => K::Limit(Limit::Seconds),
        "LimitRTTIME" => K::Limit(Limit::Microseconds),
        "LimitNICE" => K::Limit(Limit::Nice),
        "LimitNOFILE" | "LimitNPROC" | "LimitRTPRIO" | "LimitLOCKS" | "LimitSIGPENDING" => {
            K::Limit(Limit::Count)
        }
        _ if directive.starts_with("Limit") && word == "LIMIT" => K::Limit(Limit::Size),
        // systemd.resource-control(5)
        "DevicePolicy" => words(&["auto", "closed", "strict"]),
        "ManagedOOMSwap" | "ManagedOOMMemoryPressure" => K::Words(&["auto", "kill"], Resets),
        "ManagedOOMPreference" => words(&["none", "avoid", "omit"]),
        "ManagedOOMMemoryPressureLimit" => K::Share,
        "ManagedOOMMemoryPressureDurationSec" => K::ManagedOomDuration,
        "MemoryPressureWatch" | "CPUPressureWatch" | "IOPressureWatch" => {
            K::WordsOrBoolean(&["auto", "skip"])
        }
        "CPUSetPartition" => K::Words(&["member", "root", "isolated"], Resets),
        "CPUWeight" | "StartupCPUWeight" => K::WordsOrNumber(&["idle"], 1, 10000, Resets),
        "IOWeight" | "StartupIOWeight" => K::Number(1, 10000, Resets),
        "MemoryMax" | "StartupMemoryMax" | "MemoryHigh" | "StartupMemoryHigh" => K::Memory(false),
        _ if word == "LIMIT"
            && (directive.starts_with("Memory") || directive.starts_with("StartupMemory")) =>
        {
            K::Memory(true)
        }
        "IPAddressAllow" | "IPAddressDeny" => K::Addresses,
        "TasksMax" => K::TasksMax,
        "CPUQuota" => K::CpuQuota,
        "AllowedCPUs" | "StartupAllowedCPUs" | "AllowedMemoryNodes" | "StartupAllowedMemoryNodes" => {
            K::Numbers
        }
        "DeviceAllow" => K::Device,
        "SystemCallFilter" | "SystemCallLog" => K::SystemCalls,
        "SystemCallErrorNumber" => K::SystemCallErrorNumber,
        "Personality" => K::Words(PERSONALITIES, Resets),
        "Delegate" | "DelegateSubgroup" if !matches!(section, "Service" | "Scope") => {
            K::Unsupported("only services and scopes can hand their control group over")
        }
        "Delegate" => K::Delegate,
        "DelegateSubgroup" => K::DelegateSubgroup,
        _ => kind_of_word(word),
    }
}

/// Whether a condition or assertion is about a path.
fn is_about_path(directive: &str) -> bool {
    let what =
        directive.strip_prefix("Condition").or_else(|| directive.strip_prefix("Assert")).unwrap_or_default();
    what.starts_with("Path")
        || matches!(what, "DirectoryNotEmpty" | "FileNotEmpty" | "FileIsExecutable" | "NeedsUpdate")
}

/// The kind that systemd's own word names, for directives of any section.
fn kind_of_word(word: &str) -> ValueKind {
    use ValueKind as K;
    match word {
        "STRING" | "NODE" => K::Text(Effect::Ignored),
        "CONDITION" => K::Condition(false),
        "NAMESPACES" => K::BooleanOrList(&["cgroup", "ipc", "net", "mnt", "pid", "user", "uts", "time"]),
        "BOOLEAN" => BOOLEAN,
        "SECONDS" => K::Time(Rejected),
        "NANOSECONDS" => K::Nanoseconds,
        "SIGNAL" => K::Signal,
        "MODE" => K::Mode,
        "PATH" => K::Path(Effect::Ignored),
        "PATH [...]" => K::Paths(true),
        "PATH[:PATH[:OPTIONS]] [...]" => K::BindPaths,
        "PATH [ARGUMENT [...]]" => K::Command,
        "FILE" => K::EnvironmentFile,
        "ENVIRON" => K::Environment,
        "STATUS" => K::ExitStatuses,
        "KILLMODE" => K::KillMode,
        "UNSIGNED" => K::Number(0, UINT_MAX, Rejected),
        "ACTION" => K::Words(ACTIONS, Rejected),
        "SLICE" => K::Slice,
        "UNIT [...]" => K::Units,
        "INPUT" => K::StandardInput,
        "OUTPUT" => K::StandardOutput,
        _ => K::Unchecked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directive;
    use crate::value::check::check;
    use crate::value::specifier::NameOnly;

    /// systemd-analyze was asked.
    #[test]
    fn sockets_in_the_legacy_directory_are_warned_of() {
        for (name, value, warned) in [
            ("ListenStream", "/var/run/x", true),
            ("ListenStream", "/var/./run//x", true),
            ("ListenStream", "/var/run", true),
            ("ListenStream", "@/var/run/x", false),
            ("ListenStream", "/var/runner/x", false),
            ("ListenDatagram", "/var/run/x", true),
            ("ListenSequentialPacket", "/var/run/x", true),
            ("ListenFIFO", "/var/run/x", true),
            ("ListenSpecial", "/var/run/x", false),
            ("ListenMessageQueue", "/var/run/x", false),
            ("ListenUSBFunction", "/var/run/x", false),
        ] {
            let kind = kind_of("Socket", name, directive::find("Socket", name).unwrap().value);
            let effects: Vec<Effect> =
                check(kind, value, &NameOnly("a.socket")).into_iter().map(|c| c.effect).collect();
            let expected: &[Effect] = if warned { &[Effect::Warned] } else { &[] };
            assert_eq!(effects, expected, "{name}={value}");
        }
    }

    #[test]
    fn names_decide_before_words() {
        let kind = |section, name| kind_of(section, name, directive::find(section, name).unwrap().value);
        assert_eq!(kind("Service", "KillSignal"), ValueKind::Signal);
        assert_eq!(kind("Socket", "KillSignal"), ValueKind::Signal);
        assert_eq!(
            kind("Service", "Type"),
            ValueKind::Words(super::super::enumeration::ServiceType::WORDS, Rejected)
        );
        assert_eq!(kind("Mount", "Type"), ValueKind::Text(Effect::Ignored));
        assert_eq!(kind("Service", "MemoryMax"), ValueKind::Memory(false));
        assert_eq!(kind("Service", "LimitCORE"), ValueKind::Limit(Limit::Size));
        assert_eq!(kind("Service", "ExecStop"), ValueKind::Command);
    }
}
