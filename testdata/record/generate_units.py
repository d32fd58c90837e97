"""Units to read: a seeded generator of service units with all that can be right, odd or wrong with them.

cases() yields Case objects. The same seed gives the same cases. A case is a unit name to ask about and the files that are laid out for it;
no two cases share a file, a dash prefix, an alias or a bus name, so that many of them can be laid before one systemd at the same time.
The exception is the theme "type-drop-ins": these cases have a service.d, and those of one `group` share it.
"""
import random
from dataclasses import dataclass, field

SEARCH_PATH = ["/run/a", "/run/b", "/run/c"]
OUTSIDE = "/run/elsewhere"
SEED = 1

# ---------------------------------------------------------------------------------------------------- values

BOOLEANS_GOOD = "1 yes y true t on 0 no n false f off Yes YES tRUE T ON oFF False N".split()
BOOLEANS_BAD = ["", "2", "yess", "'yes'", '"no"', "yes # really", "-1", "01", "enable", "ja", "none", "true;", "no no", "%i", "\u00a0yes", "yes\f"]

UNITS_OF_TIME = "usec us \u00b5s \u03bcs msec ms seconds second sec s minutes minute min m hours hour hr h days day d weeks week w months month M years year y".split()
TIMES_GOOD = [
    "0", "1", "30", "90", "infinity", "infinity ", "10 20", "5s5", "1h 1", "1m", "1M", "5min 20s", "5min20s", "1.5", ".5", "1.5min", "1 .5", "12.34s.56", "+3",
    "+3s +4ms", "0.0000001", "0.000001", "0.1us", "1us", "999us", "1000us", "1ms 1us", "3600", "86400", "1d", "1w", "1y 12month", "2 h", "2\th", "1 min  30", "0s",
    "0min", "0.0", "00", "007", "1y2M3w4d5h6m7s8ms9us", "59.999999", "61.5s", "100d", "52w", "18446744073709", "1.000001", "1.0000019", ".000001h", "0.3us5", "1.1111111111111111111111s",
    "99999999h", "584542y", "0.5d", "2.5w", "1.25M", "0.1y", "3 seconds 3 second", "5s 5s 5s", "10sec", "20 second", "7hr", "1hour", "1month",
] + [f"3{unit}" for unit in UNITS_OF_TIME] + [f"1.75 {unit}" for unit in UNITS_OF_TIME]
TIMES_BAD = [
    "", "-1", "-0", "5.", "5.s", "1. 5", "1.5.5", "1e3", "0x10", "5ns", "inf", "Infinity", "INFINITY", "1 infinity", "infinity 1", "5 Min", "5MIN", "5mins", "3wk",
    "584543y", "18446744073710", "99999999999999999999", "1,5", "5s,", "s", "min 5", "abc", "5 s # five", "'5s'", '"5s"', "5s;", "%i", "5 \u00a0s", "5\f", "++3", "+ 3", "- 3", "5S",
    "1y 584542y", "5 5 x", "5 fortnights", "1_000", "\u0665", "3mth", "5u", "5\u00b5", "\u00b5s", "infinity infinity", "infinit", "5sec5secs", "5weekss", "--",
]

SIGNAL_NAMES = ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ "
                "VTALRM PROF WINCH IO PWR SYS").split()
SIGNALS_GOOD = SIGNAL_NAMES + ["SIG" + name for name in SIGNAL_NAMES] + [
    "1", "9", "15", "31", "32", "33", "34", "35", "63", "64", "012", "0x0a", "0X0A", "0b1010", "0o12", "+2", "RTMIN", "SIGRTMIN", "RTMIN+0", "RTMIN+1", "SIGRTMIN+3", "RTMIN+30", "RTMIN+0x3",
    "RTMIN+010", "RTMAX", "SIGRTMAX", "RTMAX-0", "RTMAX-2", "SIGRTMAX-30", "RTMAX-0x1e", "0000015",
]
SIGNALS_BAD = [
    "", "term", "sigterm", "Sigterm", "SIGCLD", "CLD", "IOT", "SIGIOT", "POLL", "SIGPOLL", "UNUSED", "SIG15", "SIG", "SIGSIGTERM", "RTMIN+31", "RTMIN-1", "RTMAX+1", "RTMAX-31", "rtmin+1",
    "RTMIN +1", "RTMIN+", "RTMAX-", "RTMIN+ 1", "RTMINx", "65", "0", "-1", "-15", "10x", "1.0", "1e1", "TERM KILL", "TERM,", "'TERM'", '"KILL"', "TERM # x", "%i", "TERM;", "99999999999999999999",
    "0x", "0b2", "0o8", "08", "TERM\f", "\u00a0TERM", "LOST", "EMT", "INFO", "RTMIN+-1", "RTMIN++1", "SIGRTMIN+31", "SIG 9", "none", "$TERM", "RTMIN+64",
]

ENUMERATIONS = {
    "KillMode": (["control-group", "mixed", "process", "none"], ["Mixed", "cgroup", "control_group", "'mixed'", "mixed # x", "main", "all", "mixed process", "bogus"]),
    "Type": (["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"], ["Simple", "one-shot", "", "fork", '"simple"', "simple # x", "notify_reload", "oneshot simple", "bogus", "%i"]),
    "ExitType": (["main", "cgroup"], ["", "Main", "process", "control-group"]),
    "Restart": (["no", "on-success", "on-failure", "on-abnormal", "on-abort", "on-watchdog", "always"], ["", "yes", "never", "On-Failure", "on failure", "on-failure # x", "true", "unless-stopped"]),
    "TimeoutStopFailureMode": (["terminate", "abort", "kill"], ["", "Terminate", "SIGKILL", "none", "kill # x", "watchdog"]),
    "TimeoutStartFailureMode": (["terminate", "abort", "kill"], ["", "KILL", "never"]),
    "NotifyAccess": (["none", "main", "exec", "all"], ["", "yes", "Main"]),
    "OOMPolicy": (["continue", "stop", "kill"], ["Stop", "never"]),
    "RestartMode": (["normal", "direct", "debug"], ["", "fast"]),
}

DESCRIPTIONS = [
    "A service", "x", "  blanks   inside   ", "tab\there", "\"quoted\"", "'single'", "with \\ backslash", "ends in backslash \\\\", "# not a comment", "a # not a comment", "; semicolon", "a;b", "a=b=c",
    "=", "%n", "%N of %p", "%i/%I", "%j/%J", "%P", "%f", "%t %S %C %L %E", "%h %u %U", "100%%", "100%", "%%n", "%%%n", "% n", "%Z", "%", "%d", "%y", "%Y", "\u00e4\u00f6\u00fc \u20ac \U0001f600", "nbsp\u00a0inside",
    "\u00a0", "form\ffeed", "\\x41\\u00e4\\n", "$HOME ${HOME}", "[Service]", "[x", "x" * 300, "", "a\vb", "zero\u200bwidth", "bell\a", "esc\x1b[1mbold", "del\x7f", "c1\u0085x", "line\u2028sep", "\ufeffbom", "*?[]{}!", "<&>", "e\u0301", "%9 nine",
    "{ path=/bin/x ; }", "n/a", "(null)", "yes", "%-n", "%\u00e4", "\\", "trailing %", "%n%i%n",
]

PID_FILES = [
    "/run/x.pid", "x.pid", "foo/x.pid", "/var/run/x.pid", "/var/run/", "/var/run", "/var/runx/y", "/var/run/../x", "/run//x//y.pid", "/run/./x.pid", "/run/../x", "../x", "./x", "%t/%N.pid", "%n.pid", "/run/%i.pid",
    "%i", "%Z", "%", "%%x", "", "/", "/run/x/", "~/x", "-/x", "/a b.pid", '"/x.pid"', "/dev/null", "/proc/x", "%h/x", "/run/\u00e4.pid", "/" + "y" * 4100, "/run/" + "z" * 300, "/run/x.pid # x", "/run/x.pid;", "a//b", "a/./b", "a/../b",
    "/var//run/x", "/var/./run/x", "%t", "%S/%p/%i.pid", "/run/%I.pid", "/run/%f", "var/run/x", "/run/x\\x41", "/run/x\\", "'x'", "$RUN/x.pid", "/var/run/x/../y", "/var/run//x", "\u00a0/x", ".", "..", "...", "x/", "/run/\x01", "/run/\x7fx",
]

USERS = [
    "root", "nobody", "foo", "foo-bar", "_x", "-foo", "1foo", "0", "65534", "65535", "4294967295", "4294967294", "4294967296", "-1", "foo bar", "foo.bar", "foo@bar", "foo:bar", "foo/bar", "Foo", "foo$", "a" * 31, "b" * 32,
    "c" * 33, "d" * 256, "%p", "%i", "%u", "%U", "%N", "", "\u00e4", ".", "..", "0x10", "00", "010", "%Z", "foo%", '"foo"', "'foo'", "foo\\x41", "~", "!foo", "foo,bar", "foo # x", "+0", "1000", "1.5", "foo\tbar", "%n", "%%", "foo+", "\u00a0foo", ".foo", "foo.",
    "1000foo", "$USER", "*", "foo;", "_", "-", "%I", "%j", "%g", "%G",
]

DIRECTORIES = [
    "/", "/tmp", "~", "-~", "-/tmp", "-", "--/tmp", "tmp", "./tmp", "../x", "/tmp/../x", "/tmp/./x", "/tmp//x/", "//tmp", "%h", "-%h", "%S/x", "-%h/%N", "", "/a b", '"/x"', "'/x'", "%Z", "-%Z", "~/x", "/%", "%%", "/%%", "/proc/self", "~root", "!/tmp", "/x/", "/\u00e4",
    "/%i", "/%I", "%f", "%t/%p", "- /tmp", "/tmp # x", "$HOME", "/x\\x41", "/" + "w" * 4100, "/" + "v" * 300, "-tmp", "~ ", "~~", "-~x", "+/tmp", "/..", "/.", ".", "/run/x/.", "/tmp;", "%T", "%V", "/x\x01y", "%d", "%Y",
]

SLICES = [
    "system.slice", "user.slice", "foo.slice", "foo-bar.slice", "foo-bar-baz.slice", "-.slice", "foo", "foo.service", "foo-.slice", "-foo.slice", "foo--bar.slice", "foo@bar.slice", "foo@.slice", "%p.slice", "%n", "%i.slice", "system-%p.slice", "system-%i.slice", "",
    "a b.slice", "/foo.slice", "%Z.slice", "machine.slice", "Foo.slice", "f\u00f6\u00f6.slice", "init.scope", "foo\\x2dbar.slice", "foo.slice bar.slice", "'foo.slice'", "foo.slice # x", ".slice", "slice", "foo.SLICE", "s" * 240 + ".slice", "t" * 260 + ".slice", "%j.slice", "%N.slice", "%I.slice",
    "foo.target", "foo.bar.slice", "foo:bar.slice", "%%.slice", "%.slice", "foo%u.slice", "1.slice", "_.slice", "foo\\bar.slice", "..slice", "background.slice", "%P.slice", "x%t.slice",
]

DELEGATES = BOOLEANS_GOOD[:12] + [
    "cpu", "cpu memory", "cpu,memory", "pids io", "bogus", "cpu bogus", "", "CPU", '"cpu memory"', "cpuset cpu io memory pids bpf-firewall bpf-devices", "devices", "cpuacct blkio", "2", "cpu cpu", "yes # x", "yes cpu", "cpu yes", "\"cpu", "cpu\\x20memory", "-cpu", "+cpu", "cpu;", "*", "all",
    "memory\tio", "none", "%i",
]

BUS_NAMES = [
    "org.#.Foo", "org.#", "foo#", "org..#", ".org.#", "org.#.", "1org.#", "org.1#", ":1.5#", "org.#-y.z", "org.#.\u00e4", "org.#.%p", "%n.#", "", "org.# # x", "'org.#'", "org.#_y", "org.#." + "x" * 250, "org.#.%i", "org.#.%Z", "org/#", "org.#:x", "org.# org.#y", "_org._#",
]

ASSIGNMENTS = [
    "A=1", "B=", "C=x=y", "A=2", '"D=b c"', "'E=b c'", 'F="b c"', "G='b  c'", "H=a\"b c\"d", "I=\\x41\\101", "J=\\u00e4\\U0001f600", "K=a\\nb", "L=a\\tb", "M=\\q", "N=\\s", "O=\\\"", "P=\\'", "Q=\\\\", "R=%n", "S=%i", "T=%%", "U=%Z", "V=%", "W=$HOME", "X=${A}",
    "Y=`x`", "Z=a;b", "AA=*", "AB=~", "AC=#x", "AD=!", "AE=\u00e4", "AF=\\xff", "AG=\\x00", "AH=\\x01", "AI=\\x7f", "AJ=a\\rb", "AK=%p-%I", "AL=%h/%t", "AM=\\", "=x", "noequals", "1X=1", "X-Y=1", "X.Y=1", "x=1", "_x=1", "X1=1", "\u00e4=1", '"AN=1', "'AO=1", "AP=1'", '""', "''", '"="',
    '"A B=1"', "AQ=\"\"", "AR=''", "AS=a'b'c\"d\"e", "AT=<>&|", "AU=()[]{}", "AV=a\\ b", "AW=\\e\\a\\b\\f\\v", "%p=1", "%n=1", "A%i=1", "AX=\\400", "AY=\\777", "AZ=\\x4", "BA=\\u12", "BB=\\ud800", "BC=\\U00110000", "BD=" + "long" * 60, "BE=%%n", "BF=\u00a0", ";", "\\;", "#", "BG=a\\#b", "BH=it's", "BI=%f",
    "BJ=\\u0000", "BK=%j%J", "A=3", "BL=,", "BM=:", "BN=/", "BO=-", "BP=+", "BQ=@", "BR=^", "BS=a=b", "BT==", "BU=\"a\\\"b\"", "BV='a\"b'", "BW=\"a'b\"", "BX=\\x20", "BY=\\x0a", "BZ=$$", "CA=\\\\n", "CB=?", "CC=[a]", "CD=a\\;b",
]

PROGRAMS = ["/bin/true", "/bin/kill", "/usr/bin/env", "/bin/sh", "true", "/usr/sbin/foo", "/opt/a-b/c_d.e", "/bin/%p", "/run/%i/x", "/bin/\u00e4", '"/bin/a b"', "'/bin/c d'", "//bin///echo", "/bin/./x", "/a;", "%t/x", "%n", "foo.sh", "/bin/x%%y", "/bin/a\\x20b", "/bin/x\\x41", "kill"]
PROGRAMS_BAD = ["/bin/", "/", "./x", "bin/x", '""', "/bin/../x", "..", ".", "/bin/q\\\"uote", "/bin/q'uote", "\"/bin/x", "/bin/\\tb", "/bin/\\x01", "/bin/%Z", "%", "%Z", "$FOO", "${FOO}", "~/x", "/bin/\\\\x", "/bin/\\q", "\\x00", "/" + "p" * 4100, "a/", "-", "@", "+", ":", "\\;", "=", "#", "/bin//", "%i", "\\", "/bin/x\\", "/bin/\\x7f",
                "foo" * 90, "/" + "n" * 256 + "/x", "%%", "/bin/\u0085x"]
ARGUMENTS = [
    "a", "-x", "--long=value", '"b c"', "'d e'", "$A", "${A}", "$$", "$MAINPID", "${MAINPID}", "\\x41", "\\101", "\\u00e4", "\\U0001F600", "\\q", "\\\"", "\\'", "\\s", "\\\\", "\\t", "%n", "%i", "%I", "%p", "%%", "%N", "%j", "%t/x", "\\;", '";"', "';'", "a;", ";b", '""', "''", 'a"b"c', "'x y'z", "\u00e4", "=", "#", "{}", "*", ">", "|", "&&",
    "x" * 200, "a\\ b", "%h", "%f", "-HUP", "1", "$1", "x$A", "${A:-d}", "\\e", "\\a", "\"a 'b' c\"", "'a \"b\" c'", "\"a\\nb\"", "%S/%p/%i", "\u00a0", "a\u00a0b", ",", "~", "!", "@x", ":x", "+x", "%d", "%u%U", "\\x7f", "\\x01", "[x]", "a=b=c", "\t", "%%n", "100%", "%", "% n", "%-", "\\x20", "'%i'", "\"%i %n\"",
]
ARGUMENTS_BAD = ['"unbalanced', "'unbalanced", 'a"b', "a'b", "%Z", "%e", "%x", "%0", "%9", "\\x00", "\\x", "\\x4", "\\x4g", "\\400", "\\777", "\\08", "\\u12", "\\u0000", "\\ud800", "\\U00110000", "\\U0000", "\\z", "\\1", "\\x80", "%K", '"%Z"', '"a\\"', "\\ ", "\"\\\"", "%F"]
EXEC_KEYS = ["ExecStart", "ExecStop", "ExecStopPost", "ExecReload"]
EXEC_KEYS_OTHER = ["ExecStartPre", "ExecStartPost", "ExecCondition", "ExecReloadPost"]

# Lines that are right and that the settings of a stop do not care about, and lines that systemd complains about.
OTHER_UNIT = [
    "After=network.target", "Before=shutdown.target", "Wants=a.socket b.service", "Requires=basic.target", "Requisite=foo.mount", "BindsTo=dev-sda.device", "PartOf=foo.target", "Upholds=u.service", "Conflicts=shutdown.target", "Documentation=man:foo(8) https://example.com/x",
    "DefaultDependencies=no", "ConditionPathExists=/etc/foo", "ConditionPathExists=|!/etc/foo", "AssertFileNotEmpty=/etc/x", "StartLimitIntervalSec=10", "StartLimitBurst=3", "OnFailure=mail@%n.service", "RefuseManualStop=yes", "StopWhenUnneeded=true", "IgnoreOnIsolate=no",
    "JobTimeoutSec=1min", "CollectMode=inactive-or-failed", "SourcePath=/etc/init.d/x", "AllowIsolate=no", "PropagatesStopTo=x.service", "StopPropagatedFrom=y.service", "RequiresMountsFor=/var/lib/foo", "SuccessAction=none", "FailureAction=none", "X-Foo=bar", "JoinsNamespaceOf=z.service",
    "ConditionUser=root", "SurviveFinalKillSignal=yes", "After=", "Wants=", "ReloadPropagatedFrom=w.service", "StartLimitAction=reboot", "RebootArgument=now", "JobTimeoutAction=none", "ConditionVirtualization=!container", "ConditionKernelVersion=>5", "WantsMountsFor=/srv", "OnSuccess=ok.target",
]
OTHER_UNIT_BAD = [
    "After=foo bar", "After=foo.bar", "Requires=/x", "Wants=%Z.service", "Documentation=foo", "Documentation=http://", "DefaultDependencies=maybe", "ConditionPathExists=foo", "StartLimitBurst=x", "StartLimitIntervalSec=never", "CollectMode=bogus", "JobTimeoutSec=bla", "Descripton=typo", "description=x", "ExecStart=/bin/true",
    "RequiresMountsFor=relative", "StopWhenUnneeded=", "SuccessAction=explode", "OnFailure=x@.service", "After=\"unbalanced", "SourcePath=rel", "ConditionFoo=bar", "KillMode=mixed", "StartLimitInterval=5", "BindTo=x.service", "OnFailureIsolate=yes", "RefuseManualStart=vielleicht", "After=a.service,b.service", "PartOf=.", "WantedBy=multi-user.target",
    "PropagateReloadTo=x.service", "PropagateReloadFrom=x.service", "RequiresOverridable=x.service", "FailureAction=", "StartLimitAction=x", "IgnoreOnSnapshot=yes",
]
OTHER_SERVICE = [
    "Nice=5", "LimitNOFILE=1024:4096", "LimitCORE=infinity", "PrivateTmp=yes", "ProtectSystem=strict", "ProtectHome=read-only", "StandardOutput=journal", "StandardError=null", "StandardInput=null", "NotifyAccess=main", "WatchdogSec=30", "MemoryMax=1G", "TasksMax=50%", "CPUWeight=100", "IOWeight=50", "RuntimeDirectory=foo bar",
    "StateDirectory=foo", "UMask=0077", "CapabilityBoundingSet=CAP_NET_ADMIN ~CAP_SYS_ADMIN", "AmbientCapabilities=", "SyslogIdentifier=%p", "OOMScoreAdjust=-500", "EnvironmentFile=-/etc/default/foo", "PassEnvironment=A B", "UnsetEnvironment=X", "SuccessExitStatus=1 SIGUSR1", "RestartPreventExitStatus=255", "RestartSteps=3",
    "RestartMaxDelaySec=1min", "RuntimeMaxSec=1h", "FileDescriptorStoreMax=5", "Sockets=a.socket", "NoNewPrivileges=yes", "RestrictAddressFamilies=AF_UNIX", "SystemCallFilter=@system-service", "PrivateDevices=no", "IPAddressDeny=any", "SecureBits=keep-caps", "LogLevelMax=info", "DynamicUser=no", "SupplementaryGroups=a b", "Group=daemon",
    "UtmpIdentifier=x", "TTYPath=/dev/tty1", "IgnoreSIGPIPE=no", "CPUQuota=20%", "DeviceAllow=/dev/null rw", "ReadWritePaths=/var/x", "BindPaths=/a:/b", "RootDirectory=/srv", "OOMPolicy=kill", "RestartForceExitStatus=3", "NonBlocking=yes", "RootDirectoryStartOnly=no", "USBFunctionDescriptors=/x", "ExecSearchPath=/opt/bin", "MemoryHigh=500M",
    "AllowedCPUs=0-3", "CPUSchedulingPolicy=fifo", "IOSchedulingClass=idle", "LogNamespace=x", "SetCredential=a:b", "LoadCredential=c:/etc/c", "ProtectProc=invisible", "X-Bar=1", "TimeoutStartFailureMode=kill", "ReloadSignal=HUP", "ExitType=main", "DelegateSubgroup=x", "ManagedOOMSwap=kill", "KeyringMode=private", "TimerSlackNSec=1ms",
    "FinalKillSignal=KILL", "LimitRTPRIO=5", "CoredumpFilter=default", "Personality=x86-64", "LockPersonality=yes", "MountFlags=slave", "PrivateMounts=yes", "RemoveIPC=no", "RestrictSUIDSGID=yes", "SystemCallArchitectures=native", "MemoryLow=0", "PrivateNetwork=no", "ProtectClock=true", "RuntimeDirectoryMode=0755", "LogExtraFields=A=b",
]
OTHER_SERVICE_BAD = [
    "Nice=50", "LimitNOFILE=many", "PrivateTmp=maybe", "ProtectSystem=bogus", "StandardOutput=bogus", "StandardOutput=syslog", "NotifyAccess=some", "WatchdogSec=bla", "MemoryMax=lots", "CPUWeight=0", "UMask=9", "CapabilityBoundingSet=CAP_BOGUS", "OOMScoreAdjust=5000", "EnvironmentFile=relative", "SuccessExitStatus=foo", "RestartPreventExitStatus=SIGFOO",
    "Sockets=a.service", "SystemCallFilter=bogus", "IPAddressDeny=foo", "SecureBits=x", "LogLevelMax=loud", "DynamicUser=perhaps", "Group=a b", "SupplementaryGroups=a:b", "CPUQuota=x", "DeviceAllow=foo", "ReadWritePaths=rel", "BindPaths=", "RootDirectory=rel", "OOMPolicy=x", "ExecSearchPath=rel", "MemoryLimit=1G", "CPUShares=500", "BlockIOWeight=5",
    "PermissionsStartOnly=yes", "SysVStartPriority=5", "NonBlocking=x", "TimeoutSecs=5", "killmode=mixed", "KillMode =", "Killmode=mixed", "Kill Mode=mixed", "ExecStopPre=/bin/x", "After=foo.target", "WantedBy=x.target", "RunAs=foo", "FsckPassNo=1", "Capabilities=x", "MemoryHigh=-1", "LimitCPU=x", "TasksMax=", "RuntimeDirectory=/abs", "RuntimeDirectory=..",
    "StartLimitInterval=10", "StartLimitBurst=5", "StartLimitAction=none", "FailureAction=reboot", "RebootArgument=x", "PassEnvironment=1A", "UnsetEnvironment=%Z", "TTYPath=tty", "ReloadSignal=foo", "ExitType=x", "IOWeight=99999", "AllowedCPUs=x", "CPUSchedulingPolicy=x", "SyslogFacility=x", "FileDescriptorStoreMax=x", "LoadCredential=x/y:z",
    "RestartSteps=x", "RestartMaxDelaySec=x", "RuntimeMaxSec=x", "IgnoreSIGPIPE=", "ProtectHome=x", "StandardInput=x", "PAMName=", "AppArmorProfile=%Z", "SystemCallErrorNumber=EFOO", "Slices=x.slice", "X=1", "Personality=vax",
]
INSTALL = ["WantedBy=multi-user.target", "RequiredBy=a.target", "Also=b.socket", "DefaultInstance=x", "Alias=q.service", "UpheldBy=c.target", "WantedBy="]
INSTALL_BAD = ["Bogus=1", "KillMode=mixed", "WantedBy", "=x", "Description=x"]

# ---------------------------------------------------------------------------------------------------- cases


@dataclass
class Case:
    theme: str
    unit: str
    files: dict = field(default_factory=dict)  # path -> bytes, or {"link": target}, or {"directory": True}
    group: int | None = None  # of cases that share a service.d

    def add(self, path, content):
        assert path not in self.files, path
        self.files[path] = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content


def template_of(unit):
    prefix, _, rest = unit.partition("@")
    return f"{prefix}@.service" if rest and rest != ".service" else None


def chance(rng, probability):
    return rng.random() < probability


def pick(rng, good, bad, wrong=0.25):
    return rng.choice(bad) if chance(rng, wrong) else rng.choice(good)


def unit_name(rng, base):
    """A name that nobody else has: every dash truncation of it still starts with the base."""
    plain = rng.choice(["", "", "", "-foo", "-foo-bar", "-foo-bar-baz", "_x", ".dot", ":colon", "\\x2desc", "-a.b-c", "--double", "-foo-", "-\\xc3\\xa4", "-UPPER"])
    if chance(rng, 0.72):
        return f"{base}{plain}.service"
    instance = rng.choice(["i", "inst", "a-b", "a-b\\x2dc", "1", "x.y", "with@at", "-", "-lead", "trail-", "etc-foo", "a\\x20b", "..", "\\xc3\\xa4", "a--b", "bad\\escape", "\\x2d", "UP", "x:y", "_", "a\\x2fb", "\\x00", "service", "long-" * 35])
    return f"{base}{plain}@{instance}.service"


def assignment(rng, case_id):
    """One line for [Service], of a setting whose effect is shown."""
    kind = rng.random()
    if kind < 0.16:
        key = rng.choice(["KillSignal", "RestartKillSignal", "FinalKillSignal", "WatchdogSignal"])
        return key, pick(rng, SIGNALS_GOOD, SIGNALS_BAD)
    if kind < 0.36:
        key = rng.choice(["TimeoutStopSec", "TimeoutStartSec", "TimeoutSec", "TimeoutAbortSec", "RestartSec", "TimeoutStopSec", "TimeoutAbortSec"])
        return key, pick(rng, TIMES_GOOD, TIMES_BAD)
    if kind < 0.48:
        key = rng.choice(["SendSIGHUP", "SendSIGKILL", "RemainAfterExit", "GuessMainPID"])
        return key, pick(rng, BOOLEANS_GOOD, BOOLEANS_BAD)
    if kind < 0.64:
        key = rng.choice(["KillMode", "KillMode", "Type", "Restart", "Restart", "TimeoutStopFailureMode", "TimeoutStopFailureMode"])
        good, bad = ENUMERATIONS[key]
        return key, pick(rng, good, bad + [""])
    if kind < 0.72:
        return rng.choice(EXEC_KEYS[1:]), "" if chance(rng, 0.2) else command_line(rng, 0.03)
    if kind < 0.80:
        return "Environment", "" if chance(rng, 0.15) else environment(rng)
    key, pool = rng.choice([("PIDFile", PID_FILES), ("User", USERS), ("WorkingDirectory", DIRECTORIES), ("Slice", SLICES), ("Delegate", DELEGATES), ("Group", USERS), ("BusName", BUS_NAMES)])
    return key, rng.choice(pool).replace("#", case_id) if key == "BusName" else rng.choice(pool)


def environment(rng):
    return rng.choice([" ", " ", "  ", "\t"]).join(rng.choice(ASSIGNMENTS) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4])))


def command(rng, wrong):
    prefix = "".join(rng.choice("-@:+!|") for _ in range(rng.choice([0, 0, 0, 0, 1, 1, 1, 2, 2, 3]))) if chance(rng, 0.5) else ""
    if chance(rng, wrong):
        prefix = rng.choice(["!!", "--", "@@", "- ", "@ ", "+!", "!+", "-!!", "!!!", "::", "||", "|", "@|", "|-", "++", "-@", "\"-\"", "'@'", "-+:", "\\x2d", "\"-", "| ", "|@", "-|"])
    words = [prefix + (rng.choice(PROGRAMS_BAD) if chance(rng, wrong) else rng.choice(PROGRAMS))]
    for _ in range(rng.choice([0, 0, 1, 1, 2, 2, 3, 4, 6])):
        words.append(rng.choice(ARGUMENTS_BAD) if chance(rng, wrong / 2) else rng.choice(ARGUMENTS))
    return rng.choice([" ", " ", " ", " ", "  ", "\t"]).join(words)


def command_line(rng, wrong=0.1):
    commands = [command(rng, wrong) for _ in range(rng.choice([1, 1, 1, 1, 1, 1, 2, 2, 3]))]
    line = rng.choice([" ; ", " ; ", " ;\t", "; ", " ;", " ; ; "] if chance(rng, 0.3) else [" ; "]).join(commands)
    if chance(rng, 0.06):
        line = rng.choice(["; ", " ; ; ", "\\; ", '";" ']) + line
    if chance(rng, 0.06):
        line += rng.choice([" ;", " ; ;", ";", " \\;", " # not a comment", " \\"])
    return line


def base_lines(rng, case_id, service_lines=(), start=True):
    """The lines of an ordinary fragment around some lines of [Service]."""
    lines = []
    if chance(rng, 0.5):
        lines += ["[Unit]", "Description=" + rng.choice(DESCRIPTIONS)]
        if chance(rng, 0.2):
            lines.append(rng.choice(OTHER_UNIT))
    lines.append("[Service]")
    if start:
        lines.append("ExecStart=/bin/true" if chance(rng, 0.7) else "ExecStart=" + command(rng, 0.0))
    lines += service_lines
    if chance(rng, 0.12):
        lines += ["[Install]", rng.choice(INSTALL)]
    return lines


def text(lines):
    return "".join(line + "\n" for line in lines)


def vary_line(rng, key, value):
    """KEY=VALUE with blanks, continuations and comments that change nothing, or something."""
    style = rng.random()
    if style < 0.75:
        return f"{key}={value}"
    if style < 0.85:
        return rng.choice(["{0} = {1}", "  {0}={1}", "\t{0}=\t{1}  ", "{0}  ={1}", "{0}= {1}\t", "{0}={1} \t "]).format(key, value)
    if style < 0.93:
        return rng.choice(["{0}=\\\n{1}", "{0}=\\\n  {1}", "{0}=\\\n# c\n; c \\\n  {1}", "{0}=\\\n\n{1}", "{0}\\\n={1}", "{0}={1}\\\n", "{0}={1}\\\n\n", "{0}={1}\\\n# c", "{0}={1} \\\n ", "{0}=\\ \n{1}", "{0}={1}\\\\"]).format(key, value)
    if style < 0.97:
        cut = rng.randrange(len(value) + 1)
        return f"{key}={value[:cut]}\\\n{value[cut:]}"
    return rng.choice(["#{0}={1}", ";{0}={1}", "{0}:{1}", "{0} {1}", "={1}", "{0}", "X-{0}={1}", "{0}==" + "{1}", "\u00a0{0}={1}", "{0}\u00a0={1}", "{0}\f={1}", "{1}", "{0}={1} # c", "\\\n{0}={1}", "{0}+={1}", "-{0}={1}", "'{0}'={1}", "{0}=\"{1}\""]).format(key, value)


# ---------------------------------------------------------------------------------------------------- themes: each is (rng, case_id, number) -> Case


def values(rng, case_id, number):
    """Every value of every pool, several settings in a case; half of them after a good value, to see what a rejected one leaves."""
    case = Case("values", unit_name(rng, case_id))
    times, signals, booleans = TIMES_GOOD + TIMES_BAD, SIGNALS_GOOD + SIGNALS_BAD, BOOLEANS_GOOD + BOOLEANS_BAD
    pools = {
        "TimeoutStopSec": times, "TimeoutAbortSec": times, "RestartSec": times, "KillSignal": signals, "RestartKillSignal": signals, "FinalKillSignal": signals, "WatchdogSignal": signals, "SendSIGHUP": booleans, "SendSIGKILL": booleans, "RemainAfterExit": booleans,
        "GuessMainPID": booleans, "PIDFile": PID_FILES, "User": USERS, "Group": USERS, "WorkingDirectory": DIRECTORIES, "Slice": SLICES, "Delegate": DELEGATES, "Description": DESCRIPTIONS, "BusName": BUS_NAMES, "Environment": ASSIGNMENTS,
        "KillMode": ["", *sum(ENUMERATIONS["KillMode"], [])], "Restart": sum(ENUMERATIONS["Restart"], []), "Type": sum(ENUMERATIONS["Type"], []), "TimeoutStopFailureMode": sum(ENUMERATIONS["TimeoutStopFailureMode"], []),
        "TimeoutSec": times, "TimeoutStartSec": times, "ExitType": sum(ENUMERATIONS["ExitType"], []), "NotifyAccess": sum(ENUMERATIONS["NotifyAccess"], []),
        "OOMPolicy": sum(ENUMERATIONS["OOMPolicy"], []), "RestartMode": sum(ENUMERATIONS["RestartMode"], []), "TimeoutStartFailureMode": sum(ENUMERATIONS["TimeoutStartFailureMode"], []),
    }
    lines, unit_lines = [], []
    keys = list(pools)
    always = number % 2 == 0
    chosen = [key for index, key in enumerate(keys) if (index + number) % 3 == 0]
    for key in chosen:
        pool = pools[key]
        value = pool[(number // 3 + keys.index(key) * 7) % len(pool)].replace("#", case_id if key == "BusName" else "#")
        if key == "Description":
            unit_lines.append(f"{key}={value}")
            continue
        if always and key not in ("BusName", "Type"):
            lines.append(f"{key}={rng.choice(pool)}")
        lines.append(f"{key}={value}")
    order = list(range(len(lines)))
    if chance(rng, 0.2):
        rng.shuffle(order)
    # BusName= and some Types refuse a unit, which hides nothing but is the same every time: keep the most of them loadable.
    body = ["[Unit]", *unit_lines, "[Service]", "ExecStart=/bin/true", *[lines[i] for i in order]]
    case.add(f"/run/a/{template_of(case.unit) or case.unit}", text(body))
    return case


def mixed(rng, case_id, number):
    """Fragments and drop-ins drawn at random."""
    case = Case("mixed", unit_name(rng, case_id))

    def some(count):
        return [vary_line(rng, *assignment(rng, case_id)) for _ in range(count)]

    fragment_name = template_of(case.unit) or case.unit
    if template_of(case.unit) and chance(rng, 0.2):
        fragment_name = case.unit
    case.add(f"{rng.choice(SEARCH_PATH)}/{fragment_name}", text(base_lines(rng, case_id, some(rng.randrange(1, 9)), start=chance(rng, 0.95))))
    for directory, name in drop_in_places(rng, case.unit, rng.choice([0, 0, 1, 1, 2, 3, 4])):
        path = f"{directory}/{name}"
        if path not in case.files:
            section = rng.choice(["[Service]"] * 12 + ["[Unit]", "[service]", "[X-Foo]", "[Service", "[Install]", ""])
            lines = some(rng.choice([1, 1, 2, 3]))
            if chance(rng, 0.12):
                lines += ["[Unit]", "Description=" + rng.choice(DESCRIPTIONS)]
            if chance(rng, 0.12):
                lines = [rng.choice(EXEC_KEYS) + "=", *lines]
            case.add(path, text(([section] if section else []) + lines))
    return case


def drop_in_directories(unit):
    """The names of the directories in which the drop-ins of a unit can be, most specific first (service.d left out)."""
    stem = unit.removesuffix(".service")
    prefix, at, instance = stem.partition("@")
    names = []
    variants = [at + instance, at] if at else [""]
    for variant in variants:
        names.append(f"{prefix}{variant}.service.d")
    cut = prefix
    while "-" in cut[1:].rstrip("-"):
        cut = cut.rstrip("-") if cut.endswith("-") else cut
        cut = cut[:cut.rindex("-") + 1]
        if cut == "-":
            break
        for variant in [*variants, ""]:
            if f"{cut}{variant}.service.d" not in names:
                names.append(f"{cut}{variant}.service.d")
    return names


DROP_IN_NAMES = ["10-a.conf", "10.conf", "9.conf", "B.conf", "_x.conf", "a.conf", "\u00e4.conf", "20-b.conf", "50 sp.conf", "q\".conf", "override.conf", "99-z.conf", "zz.conf", "A.conf", "10-a.conf", "a.conf", "$x.conf", "it's.conf", "a#b.conf", "-x.conf", "\\x41.conf", "x;y.conf"]
DROP_IN_NAMES_BAD = ["a.conf~", ".hidden.conf", "a.CONF", "a.conf.bak", "a.txt", "conf", ".conf", "a.conf.dpkg-old", "a.conf.rpmsave", "a.conf.swp", "a.conf.ignore", "#a.conf", "a.conf.dpkg-dist", "x.conf.ucf-old"]


def drop_in_places(rng, unit, count):
    directories = drop_in_directories(unit)
    for _ in range(count):
        directory = rng.choice(directories) if chance(rng, 0.5) else directories[0]
        yield f"{rng.choice(SEARCH_PATH)}/{directory}", rng.choice(DROP_IN_NAMES)


def commands(rng, case_id, number):
    """Command lines: prefixes, quotes, escapes, separators, specifiers, variables, resets."""
    case = Case("commands", unit_name(rng, case_id))
    lines = []
    oneshot = chance(rng, 0.5)
    if oneshot:
        lines.append("Type=oneshot")
    wrong = rng.choice([0.0, 0.0, 0.05, 0.15])
    if number < 4 * (len(PROGRAMS) + len(PROGRAMS_BAD)):
        program = (PROGRAMS + PROGRAMS_BAD)[number // 4]
        lines.append(f"{'ExecStart' if number % 2 else 'ExecStop'}={'-' if number % 4 > 1 else ''}{program} {rng.choice(ARGUMENTS)}")
    elif number < 4 * (len(PROGRAMS) + len(PROGRAMS_BAD) + len(ARGUMENTS) + len(ARGUMENTS_BAD)):
        argument = (ARGUMENTS + ARGUMENTS_BAD)[number // 4 - len(PROGRAMS) - len(PROGRAMS_BAD)]
        shape = ["/bin/x {0}", "-/bin/x a {0} b", "/bin/x \"{0}\"", "/bin/x y{0}z ; /bin/second"][number % 4]
        lines.append(rng.choice(EXEC_KEYS) + "=" + shape.format(argument))
    else:
        for _ in range(rng.choice([1, 1, 2, 2, 3, 4])):
            key = rng.choice(EXEC_KEYS) if chance(rng, 0.93) else rng.choice(EXEC_KEYS_OTHER)
            lines.append(vary_line(rng, key, "") if chance(rng, 0.08) else vary_line(rng, key, command_line(rng, wrong)))
    if not any("ExecStart=" in line for line in lines) and chance(rng, 0.95):
        lines.insert(rng.randrange(len(lines) + 1), "ExecStart=/bin/true")
    case.add(f"/run/a/{template_of(case.unit) or case.unit}", text(["[Service]", *lines]))
    if chance(rng, 0.15):
        case.add(f"/run/a/{case.unit}.d/x.conf", text(["[Service]", *([rng.choice(EXEC_KEYS) + "="] if chance(rng, 0.5) else []), vary_line(rng, rng.choice(EXEC_KEYS), command_line(rng, wrong)), "KillMode=mixed"]))
    return case


def environments(rng, case_id, number):
    case = Case("environments", unit_name(rng, case_id))
    if number < len(ASSIGNMENTS):
        lines = ["Environment=FIRST=1", f"Environment={ASSIGNMENTS[number]} LAST=1"]
    else:
        lines = [vary_line(rng, "Environment", "" if chance(rng, 0.1) else environment(rng)) for _ in range(rng.choice([1, 2, 2, 3, 4]))]
    case.add(f"/run/a/{template_of(case.unit) or case.unit}", text(["[Service]", "ExecStart=/bin/true", *lines]))
    if chance(rng, 0.25):
        case.add(f"/run/b/{case.unit}.d/env.conf", text(["[Service]", vary_line(rng, "Environment", "" if chance(rng, 0.3) else environment(rng))]))
    return case


SYNTAX = [
    "KillMode=mixed\n[Service]\nExecStart=/bin/true\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed", "[Service]\r\nExecStart=/bin/true\r\nKillMode=mixed\r\n", "[Service]\rExecStart=/bin/true\rKillMode=mixed\r", "[Service]\0ExecStart=/bin/true\0KillMode=mixed\0", "[Service]\n\rExecStart=/bin/true\n\rKillMode=mixed",
    "[Service]\r\n\0ExecStart=/bin/true\r\n\0KillMode=mixed", "[Service]\nExecStart=/bin/true\nKillMode=mi\0xed\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed\0KillSignal=9\0\0SendSIGHUP=yes\n", "\ufeff[Service]\nExecStart=/bin/true\n", "\n\ufeff[Service]\nExecStart=/bin/true\n", "\ufeff\ufeff[Service]\nExecStart=/bin/true\n", "\ufeff# comment\n[Service]\nExecStart=/bin/true\n",
    "[Service]\n\ufeffExecStart=/bin/true\n\ufeffKillMode=mixed\n", "[Service] # x\nExecStart=/bin/true\n", "[Service]\nExecStart=/bin/true\n[Foo\nKillMode=mixed\n", "[Service]\nExecStart=/bin/true\n[Foo]\nKillMode=mixed\nnothing\n", "[Service]\nExecStart=/bin/true\n[X-Foo]\nKillMode=mixed\nnothing\n[Service]\nKillSignal=9\n", "[ Service ]\nExecStart=/bin/true\n", "[service]\nExecStart=/bin/true\n", "  [Service]  \nExecStart=/bin/true\n",
    "\t[Service]\t\nExecStart=/bin/true\n", "[Ser\\\nvice]\nExecStart=/bin/true\n", "[Service]\\\nExecStart=/bin/true\n", "[]\n[Service]\nExecStart=/bin/true\n", "[[Service]]\n[Service]\nExecStart=/bin/true\n", "[Ser\"vice]\n[Service]\nExecStart=/bin/true\n", "[Ser\\vice]\n[Service]\nExecStart=/bin/true\n", "[Ser\x01vice]\n[Service]\nExecStart=/bin/true\n", "[S\u00e4]\n[Service]\nExecStart=/bin/true\n", "[Ser'vice]\n[Service]\nExecStart=/bin/true\n", "[Service]\nExecStart=/bin/true\nKillMode\n",
    "[Service]\nExecStart=/bin/true\n=mixed\nKillMode=process\n", "[Service]\nExecStart=/bin/true\n = \n", "[Service]\nExecStart=/bin/true\nKillMode = mixed \t\n", "[Service]\nExecStart=/bin/true\n\fKillMode=mixed\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed\f\n", "[Service]\nExecStart=/bin/true\nKillMode=\u00a0mixed\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed # x\n", "[Service]\nExecStart=/bin/true\nKillMode=\\\n# c\n; c \\\n  mixed\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed\\ \nKillSignal=9\n",
    "[Service]\nExecStart=/bin/true\nKillMode=\\\n\nKillSignal=9\n", "[Service]\nExecStart=/bin/true\nKillMode=\\\n \t\nKillSignal=9\n", "[Service]\nExecStart=/bin/true\nKillMode=mixed\\", "[Service]\nExecStart=/bin/true\nKillMode=mixed\\\\\nKillSignal=9\n", "[Service]\nExecStart=/bin/true\nDescription=x\n# comment \\\nKillMode=mixed\n", "[Service]\nExecStart=/bin/true \\\n  a \\\n# b\n  c \\\n;d \\\n  e\n", "[Service]\nExecStart=/bin/true a\\\\\\\n b\n", "[Service]\nExecStart=/bin/true a\\\\\n b\n", "[Service]\r\nExecStart=/bin/true a\\\r\n b\r\n", "[Service]\rExecStart=/bin/true a\\\r b\r",
    "[Service]\nExecStart=/bin/true a\\\0 b\0KillMode=mixed\n", "[Service]\nExecStart=/bin/true\n[Unit]\nDescription=a\n[Service]\nKillMode=mixed\n[Unit]\nDescription=b\n", "[Service]\nExecStart=/bin/true\n[Unit]\nKillMode=mixed\n", "[Unit]\nExecStart=/bin/true\n[Service]\nDescription=x\n", "", "\n", " ", "# only a comment\n", "[Service]\n", "[Unit]\nDescription=x\n", "[Service]", "\0", "\ufeff", ";", "\\", "\\\n", "[Service]\nExecStart=/bin/true\nkillmode=mixed\nKILLMODE=mixed\n", "[Service]\nExecStart=/bin/true\nX-KillMode=mixed\nX=1\n", "[Service]\nExecStart=/bin/true\n-KillMode=mixed\n",
    "[Service]\nExecStart=/bin/true\nKillMode+=mixed\n", "[Service]\nExecStart=/bin/true\n[X-]\nfoo\n[x-y]\nfoo\n", "[Service]\nExecStart=/bin/true\n[Install]\nWantedBy=x.target\nBogus=1\nnothing\n", "[Service]\nExecStart=/bin/true\n[Socket]\nListenStream=1\n[Timer]\n", "[Service]\nExecStart=/bin/true\n\\\n\nKillMode=mixed\n", "[Service]\nExecStart=/bin/true\nKillMode=process\n KillMode=mixed\n\tKillSignal=9\n", "[Service]\nExecStart=/bin/true\n#KillMode=mixed\n ;KillMode=mixed\n\t#x\n", "[Service]\nExecStart=/bin/true\nKillMode=a\\\n\\\n\\\nb\n", "[Service]\nExecStart=/bin/true\nDescription=\"a\\\nb\"\n[Unit]\nDescription=\"a\\\n   b\"\n",
    "[Unit]\nDescription=a\\\n#\\\nb\n[Service]\nExecStart=/bin/true\n", "[Unit]\nDescription=a \\\n\n[Service]\nExecStart=/bin/true\n", "[Unit]\nDescription=a \\\n[Service]\nExecStart=/bin/true\n", "[Unit]\nDescription=\\\\\\\na\n[Service]\nExecStart=/bin/true\n", "[Service]\nExecStart=/bin/true\n[Unit]\nDescription=a\rb\n", "[Service]\nExecStart=/bin/true\n\n\n\nKillMode=mixed\n\r\r\r\n\n", "[Service]\nExecStart=/bin/true\n\r\n\r\nKillMode=mixed\n\nBogus=1\n", "[Service]\rExecStart=/bin/true\r\rBogus=1\r\n\rBogus=2\n", "[Service]\0ExecStart=/bin/true\0\0Bogus=1\n\0\nBogus=2\0\nBogus=3",
]
BYTES = [
    b"[Service]\nExecStart=/bin/true\nKillMode=mixed\n#\xff\nKillSignal=9\n", b"[Service]\nExecStart=/bin/true\nKillMode=mixed\nDescription=\xff\nKillSignal=9\n", b"[Service]\nExecStart=/bin/true\nKillMode=mixed\n\xc3\nKillSignal=9\n", b"\xff\xfe[Service]\nExecStart=/bin/true\n", b"[Service]\nExecStart=/bin/true\n[\xff]\n", b"[X-Foo]\n\xff\n[Service]\nExecStart=/bin/true\n",
    b"[Service]\nExecStart=/bin/true \\\n#\xff\n b\n", b"[Service]\nExecStart=/bin/true \xed\xa0\x80\n", b"[Service]\nExecStart=/bin/true \xf4\x90\x80\x80\n", b"[Service]\nExecStart=/bin/true \xc0\x80\n", b"[Service]\nExecStart=/bin/true \xef\xbf\xbf\n", b"[Service]\nExecStart=/bin/true \xef\xb7\x90\n", b"\xef\xbb[Service]\nExecStart=/bin/true\n",
    b"[Foo]\nx=\xff\n[Service]\nExecStart=/bin/true\n", b"x=\xff\n[Service]\nExecStart=/bin/true\n", b"[Service]\nExecStart=/bin/true\n\xff\\\n#x\n", b"[Service]\nExecStart=/bin/true\nX-Foo=\xff\nKillMode=mixed\n",
]


def long_lines():
    """Lines around the limits of length: 2**20 - 1 bytes for a line, 2**20 for continued ones."""
    limit = 1 << 20
    for length in (limit - 2, limit - 1, limit, limit + 1):
        yield b"[Service]\nExecStart=/bin/true\nKillMode=mixed\nX-A=" + b"x" * (length - 4) + b"\nKillSignal=9\n"
    for length in (limit - 1, limit):
        yield b"[Service]\nExecStart=/bin/true\nKillMode=mixed\n#" + b"x" * (length - 1) + b"\nKillSignal=9\n"
    for length in (limit - 1, limit, limit + 1):
        yield b"[Service]\nExecStart=/bin/true\nKillMode=mixed\nX-A=\\\n" + b"x" * (length - 5) + b"\nKillSignal=9\n"
    yield b"[Service]\nExecStart=/bin/true\nKillMode=mixed\n#" + b"x" * (limit - 2) + b"\nKillSignal=9\n"


MUTATIONS = ["\r", "\0", "\ufeff", "\\", "\\\n", "\\\r\n", "#", ";", "[", "]", "=", " ", "\t", "\f", "\v", "\u00a0", "\n", "\n\n", "\r\n", "%", "\"", "'", "\\x", "\n[", "\n#", "\\\n#c\n", "\n=", "\n[Service]\n", "\n[X-A]\n", "\n[Unit]\n", "\n[Foo]\n", "\x01", "\x7f", "\\\\", "\\\n\n", " \\\n", "\\ \n", "\n\r", "\0\0", "\r\r", "\u0085", "\u2028"]


def syntax(rng, case_id, number):
    """Ends of lines, comments, continuations, headers, encodings; then ordinary files with accidents."""
    case = Case("syntax", unit_name(rng, case_id))
    name = template_of(case.unit) or case.unit
    fixed = [item.encode() for item in SYNTAX] + BYTES + list(_LONG)
    if number < 2 * len(fixed):
        # once as fragment, once as drop-in
        content = fixed[number // 2]
        if number % 2 == 0:
            case.add(f"/run/a/{name}", content)
        else:
            case.add(f"/run/a/{name}", "[Service]\nExecStart=/bin/false\nType=oneshot\n")
            case.add(f"/run/a/{case.unit}.d/10-x.conf", content)
            case.add(f"/run/a/{case.unit}.d/20-y.conf", "[Service]\nSendSIGHUP=yes\n")
        return case
    lines = base_lines(rng, case_id, [vary_line(rng, *assignment(rng, case_id)) for _ in range(rng.randrange(1, 6))])
    content = mutate(rng, text(lines))
    if chance(rng, 0.7):
        case.add(f"/run/a/{name}", content)
    else:
        case.add(f"/run/a/{name}", "[Service]\nExecStart=/bin/false\nType=oneshot\nKillMode=process\n")
        case.add(f"/run/a/{case.unit}.d/10-x.conf", content)
    return case


def mutate(rng, content):
    if chance(rng, 0.25):
        content = content.replace("\n", rng.choice(["\r\n", "\r", "\0", "\n\r", "\n\0", "\r\n\0", "\n\n", "\r\r"]))
    for _ in range(rng.choice([1, 1, 1, 2, 2, 3])):
        at = rng.randrange(len(content) + 1)
        kind = rng.random()
        if kind < 0.7:
            content = content[:at] + rng.choice(MUTATIONS) + content[at:]
        elif kind < 0.8:
            content = content[:at] + content[at + 1:]
        elif kind < 0.88:
            lines = content.split("\n")
            lines.insert(rng.randrange(len(lines) + 1), rng.choice(lines))
            content = "\n".join(lines)
        elif kind < 0.94:
            lines = content.split("\n")
            lines[rng.randrange(len(lines))] += rng.choice([" ", "\t", "\\", "\\ ", " # c", ";"])
            content = "\n".join(lines)
        else:
            content = content[:at]
    data = content.encode()
    if chance(rng, 0.06):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f"]) + data[at:]
    return data


_LONG = list(long_lines())


def marker(rng, label):
    """The content of a file that leaves traces of itself and of its place in the order."""
    lines = ["[Service]", f"Environment={label}=%n" if chance(rng, 0.3) else f"Environment={label}=1"]
    if chance(rng, 0.5):
        lines.append(f"KillSignal={rng.randrange(1, 32)}")
    if chance(rng, 0.2):
        lines.append(rng.choice(["ExecStop=", "Environment=", "KillMode="]))
    if chance(rng, 0.4):
        lines.append(f"ExecStop=/bin/{label} %i")
    if chance(rng, 0.3):
        lines += ["[Unit]", f"Description={label} %n"]
    return text(lines)


def names(rng, case_id, number):
    """Shadowing, masks, aliases, links, instances, drop-ins of every level."""
    unit = unit_name(rng, case_id)
    case = Case("names", unit)
    template = template_of(unit)
    counter = [0]

    def fragment():
        counter[0] += 1
        if chance(rng, 0.06):
            return rng.choice(["", "\n", "# nothing\n", "[Service]\n"])
        if chance(rng, 0.06):
            return {"link": rng.choice(["/dev/null", "/dev/null", "/dev/zero", "../../dev/null"])}
        return f"[Service]\nExecStart=/bin/true {counter[0]} %n %i %p\n" + ("" if chance(rng, 0.5) else marker(rng, f"F{counter[0]}"))

    def put(path, content):
        if path not in case.files and not any(other.startswith(path + "/") or path.startswith(other + "/") for other in case.files):
            case.add(path, content)

    def drop_ins(name, count):
        directories = drop_in_directories(name)
        for _ in range(count):
            counter[0] += 1
            where = rng.choice(SEARCH_PATH)
            directory = directories[0] if chance(rng, 0.35) else rng.choice(directories)
            file = rng.choice(DROP_IN_NAMES_BAD) if chance(rng, 0.1) else rng.choice(DROP_IN_NAMES)
            content = marker(rng, f"D{counter[0]}")
            if chance(rng, 0.14):
                content = rng.choice(["", {"link": "/dev/null"}, {"link": "nowhere"}, {"directory": True}, {"link": f"{OUTSIDE}/{case_id}.conf"}, {"link": "10-a.conf"}])
            if content == {"link": f"{OUTSIDE}/{case_id}.conf"}:
                put(f"{OUTSIDE}/{case_id}.conf", marker(rng, "OUT"))
            if chance(rng, 0.05):
                put(f"{OUTSIDE}/{case_id}.d/{file}", content)
                put(f"{where}/{directory}", {"link": f"{OUTSIDE}/{case_id}.d"})
            else:
                put(f"{where}/{directory}/{file}", content)

    shape = rng.random()
    if shape < 0.45 or "/" in unit:
        # in several directories, with and without an own file for the instance
        for directory in rng.sample(SEARCH_PATH, rng.choice([0, 1, 1, 1, 2, 3])):
            put(f"{directory}/{rng.choice([template, template, unit]) if template else unit}", fragment())
    elif shape < 0.55:
        # links to outside
        target = f"{OUTSIDE}/{rng.choice([case_id, 'x' + case_id])}.{rng.choice(['service', 'service', 'txt', 'socket'])}"
        if chance(rng, 0.85):
            put(target, fragment() if chance(rng, 0.9) else "")
        put(f"{rng.choice(SEARCH_PATH)}/{rng.choice([template, unit]) if template else unit}", {"link": target if chance(rng, 0.6) else "../elsewhere/" + target.rsplit("/", 1)[1]})
        if chance(rng, 0.3):
            put(f"{rng.choice(SEARCH_PATH)}/{template or unit}", fragment())
    else:
        # aliases: asked by the alias or by the real name
        suffix = unit[len(case_id):].removesuffix(".service")
        stem = case_id + rng.choice(["al", "al", "-al", "al-foo-bar"])
        at = "@" + suffix.split("@", 1)[1] if "@" in suffix else ""
        real_name = unit
        real_file = template or unit
        where = rng.choice(SEARCH_PATH)
        put(f"{where}/{real_file}", fragment())
        if chance(rng, 0.15):
            put(f"{rng.choice(SEARCH_PATH)}/{real_file}", fragment())
        known = [real_name]
        targets = [real_file]
        for index in range(rng.choice([1, 1, 1, 2, 3, 9])):
            odd = rng.random()
            alias_stem = f"{stem}{index}"
            if template:
                alias_file, alias_name = (f"{alias_stem}@.service", f"{alias_stem}{at}.service") if odd < 0.6 else (f"{alias_stem}{at}.service",) * 2
                if 0.9 < odd:
                    alias_file = alias_name = f"{alias_stem}{rng.choice(['', '@other'])}.service"
            else:
                alias_file = alias_name = f"{alias_stem}.service" if odd < 0.9 else f"{alias_stem}@x.service"
            target = rng.choice(targets) if chance(rng, 0.6) else targets[-1]
            if template and chance(rng, 0.2):
                target = unit
            if chance(rng, 0.04):
                target = rng.choice([f"{case_id}gone.service", alias_file, f"{case_id}x.socket", "recorder.target"])
            if chance(rng, 0.03):
                alias_file = alias_file.replace(".service", ".socket")
            link_in = rng.choice(SEARCH_PATH)
            link = target if link_in == where and chance(rng, 0.5) else rng.choice([f"{where}/{target}", f"../{where[-1]}/{target}", f"{link_in}/{target}", f"./{target}", f"/run/x/../{where[-1]}/{target}"])
            put(f"{link_in}/{alias_file}", {"link": link})
            if chance(rng, 0.15):
                put(f"{rng.choice(SEARCH_PATH)}/{alias_file}", fragment() if chance(rng, 0.5) else {"link": f"{where}/{real_file}"})
            targets.append(alias_file)
            if alias_file.endswith(".service"):
                known.append(alias_name)
                if chance(rng, 0.35):
                    drop_ins(alias_name, rng.choice([1, 2]))
        case.unit = rng.choice(known)
        drop_ins(real_name, rng.choice([0, 1, 2]))
        if chance(rng, 0.5):
            drop_ins(case.unit, 1)
        return case
    drop_ins(unit, rng.choice([0, 1, 2, 3, 4, 6]))
    return case


def refused(rng, case_id, number):
    """Combinations that the check of a whole service accepts or refuses."""
    case = Case("refused", unit_name(rng, case_id))

    def maybe(probability, *lines):
        return [rng.choice(lines)] if chance(rng, probability) else []

    lines = []
    lines += maybe(0.8, *[f"Type={kind}" for kind in ENUMERATIONS["Type"][0] + ["oneshot"] * 3])
    for key, probability in (("ExecStart", 0.7), ("ExecStart", 0.2), ("ExecStop", 0.35), ("ExecStopPost", 0.15), ("ExecReload", 0.2), ("ExecStartPre", 0.1), ("ExecReloadPost", 0.08)):
        lines += maybe(probability, f"{key}=/bin/{key.lower()}", f"{key}=/bin/{key.lower()}", f"{key}=/bin/x ; /bin/y", f"{key}=-/bin/z", f"{key}=-")
    lines += maybe(0.4, *[f"Restart={kind}" for kind in ENUMERATIONS["Restart"][0]])
    lines += maybe(0.35, "RemainAfterExit=yes", "RemainAfterExit=no")
    lines += maybe(0.15, "ExitType=cgroup", "ExitType=main")
    lines += maybe(0.2, f"BusName=org.{case_id}", f"BusName=org.{case_id}.X", "BusName=", "BusName=bogus")
    lines += maybe(0.15, "PAMName=login", "PAMName=su", "PAMName=")
    lines += maybe(0.3, *[f"KillMode={kind}" for kind in ENUMERATIONS["KillMode"][0]])
    lines += maybe(0.12, "PrivatePIDs=yes", "PrivatePIDs=no")
    lines += maybe(0.15, "PIDFile=/run/x.pid", "PIDFile=x.pid")
    lines += maybe(0.1, "GuessMainPID=no", "GuessMainPID=yes")
    lines += maybe(0.1, "User=foo", "DynamicUser=yes", "DynamicUser=yes\nUser=foo")
    lines += maybe(0.1, "ReloadSignal=USR1", "ExecReload=/bin/r", "NotifyAccess=none", "WatchdogSec=5", "USBFunctionDescriptors=/x", "USBFunctionStrings=/y", "FileDescriptorStoreMax=3", "RootDirectory=/x", "RuntimeMaxSec=5", "OOMPolicy=stop", "TTYPath=/dev/tty1", "StandardInput=tty", "LoadCredential=a:/b", "RestartSteps=4", "RestartMaxDelaySec=30", "RestartSteps=3\nRestartMaxDelaySec=10", "Slice=-.slice", "Slice=x.slice", "Delegate=yes")
    lines += maybe(0.1, "TimeoutStartSec=5", "TimeoutSec=6", "TimeoutStartSec=infinity", "TimeoutStartSec=0", "TimeoutStartSec=bogus")
    if chance(rng, 0.5):
        rng.shuffle(lines)
    head = rng.choice([[], [], [], ["[Unit]", "SuccessAction=reboot"], ["[Unit]", "SuccessAction=none"], ["[Unit]", "DefaultDependencies=no"], ["[Unit]", "FailureAction=reboot"]])
    if chance(rng, 0.25) and lines:
        cut = rng.randrange(len(lines))
        case.add(f"/run/a/{template_of(case.unit) or case.unit}", text([*head, "[Service]", *lines[:cut]]))
        case.add(f"/run/a/{case.unit}.d/10.conf", text(["[Service]", *lines[cut:]]))
    else:
        case.add(f"/run/a/{template_of(case.unit) or case.unit}", text([*head, "[Service]", *lines]))
    return case


# Left out: those whose value depends on the machine (%a %A %b %B %H %l %m %M %o %q %s %v %w %W) and the deprecated %c %r %R.
SPECIFIERS = "n N p P i I j J f y Y t S C L E D d h u U g G T V % Z e F k K O Q x X z 0 9 \u00e4".split()


def specifiers(rng, case_id, number):
    case = Case("specifiers", unit_name(rng, case_id))
    one, two, three = SPECIFIERS[number % len(SPECIFIERS)], rng.choice(SPECIFIERS), rng.choice(SPECIFIERS)
    shapes = [f"%{one}", f"a%{one}b", f"%{one}%{two}", f"%{two}/%{one}", f"%%{one}", f"%{one}%", f"-%{one}", f"%{one}.%{two}.%{three}"]
    unit_lines, lines = ["[Unit]", "Description=" + rng.choice(shapes)], ["[Service]"]
    start = "ExecStart=/bin/true"
    for line in rng.sample([
            "Environment=A={0}", "Environment=A={0} B=x \"C={0} y\"", "Environment={0}=1", "PIDFile={0}", "PIDFile=/run/{0}.pid", "WorkingDirectory={0}", "WorkingDirectory=/x/{0}", "WorkingDirectory=-{0}", "User={0}", "User=u{0}", "Slice={0}.slice", "Slice=x-{0}.slice", "ExecStop=/bin/x {0}",
            "ExecStop=-/bin/x {0}", "ExecStop=/bin/{0}", "ExecStop={0} x", "ExecStop=-{0} x", "ExecStopPost=/bin/y '{0}' \"{0} z\"", "ExecReload=@/bin/x {0} y", "ExecReload=/bin/x \\x25{0}", "KillSignal={0}", "TimeoutStopSec={0}", "KillMode={0}", "Environment=P={0}"], 4):
        lines.append(line.format(rng.choice(shapes)))
    lines.insert(rng.randrange(1, len(lines) + 1), start)
    content = text(unit_lines + lines)
    path = f"{rng.choice(SEARCH_PATH)}/{template_of(case.unit) or case.unit}"
    if chance(rng, 0.08):
        case.add(f"{OUTSIDE}/{case_id}.service", content)
        case.add(path, {"link": f"{OUTSIDE}/{case_id}.service"})
    else:
        case.add(path, content)
    if chance(rng, 0.2):
        case.add(f"/run/b/{case.unit}.d/x.conf", text(["[Unit]", "Description=" + rng.choice(shapes), "[Service]", "Environment=D=" + rng.choice(shapes)]))
    return case


def others(rng, case_id, number):
    """Real settings of all kinds, right and wrong, for the complaints about them."""
    case = Case("others", unit_name(rng, case_id))
    pools = [OTHER_UNIT_BAD, OTHER_SERVICE_BAD, OTHER_UNIT, OTHER_SERVICE]
    sizes = [len(pool) for pool in pools]
    unit_lines = [OTHER_UNIT[number % sizes[2]], OTHER_UNIT_BAD[number % sizes[0]]] + [pick(rng, OTHER_UNIT, OTHER_UNIT_BAD) for _ in range(rng.randrange(2))]
    lines = ["ExecStart=/bin/true", OTHER_SERVICE[number % sizes[3]], OTHER_SERVICE_BAD[number % sizes[1]]] + [pick(rng, OTHER_SERVICE, OTHER_SERVICE_BAD) for _ in range(rng.randrange(4))]
    install = [pick(rng, INSTALL, INSTALL_BAD)] if chance(rng, 0.4) else []
    if chance(rng, 0.3):
        lines.append(vary_line(rng, *assignment(rng, case_id)))
    sections = [["[Unit]", *unit_lines], ["[Service]", *lines], *([["[Install]", *install]] if install else [])]
    if chance(rng, 0.2):
        rng.shuffle(sections)
    case.add(f"/run/a/{template_of(case.unit) or case.unit}", text(sum(sections, [])))
    return case


def type_drop_ins(rng, case_id, number):
    """Cases with a service.d. All of one group have the same: it is drawn from the number of the group."""
    group = number // 10
    case = Case("type-drop-ins", unit_name(rng, case_id), group=group)
    case.add(f"{rng.choice(SEARCH_PATH)}/{template_of(case.unit) or case.unit}", f"[Service]\nExecStart=/bin/true\n{marker(rng, 'F')}" if chance(rng, 0.9) else rng.choice(["", "\n", "[Service]\nExecStop=/bin/x\n"]))
    for index, (directory, name) in enumerate(drop_in_places(rng, case.unit, rng.choice([0, 1, 2, 3]))):
        if f"{directory}/{name}" not in case.files:
            case.add(f"{directory}/{name}", marker(rng, f"D{index}"))
    shared = random.Random(f"{SEED}/service.d/{group}")
    for index in range(shared.choice([1, 2, 3, 4])):
        path = f"{shared.choice(SEARCH_PATH)}/service.d/{shared.choice(DROP_IN_NAMES)}"
        content = marker(shared, f"T{index}")
        if chance(shared, 0.15):
            content = shared.choice(["", {"link": "/dev/null"}, "[Service\n", "[Service]\nExecStart=/bin/x \"\nKillMode=mixed\n", "[Service]\nKillMode=bogus\nRestart=always\n", "[Service]\nType=oneshot\nExecStart=/bin/more\n"])
        if path not in case.files:
            case.add(path, content)
    return case


THEMES = [(values, 960), (mixed, 1500), (commands, 1200), (environments, 420), (syntax, 1000), (names, 1000), (refused, 420), (specifiers, 400), (others, 400), (type_drop_ins, 200)]


def cases(seed=SEED):
    for letter, (theme, count) in zip("abcdefghij", THEMES):
        for number in range(count):
            case_id = f"{letter}{number:04}"
            yield survivable(theme(random.Random(f"{seed}/{theme.__name__}/{number}"), case_id, number))


def survivable(case):
    """The case without what systemd 262 does not survive: %J in a unit whose prefix ends in a dash is a failed assertion of PID 1."""
    if case.unit.split("@")[0].removesuffix(".service").endswith("-"):
        for path, content in case.files.items():
            if isinstance(content, bytes):
                case.files[path] = content.replace(b"%J", b"%j")
    return case
