//! What the help of each command and its manual page say besides the options: examples, exit statuses, notes.
//!
//! Each text is made of paragraphs; a paragraph is a heading that ends in a colon, then lines of two columns with
//! two or more spaces between them, or running text. The manual pages are made of the same texts.

/// The whole program: what there is, by what a person wants to do. Every command has its line here.
pub const PROGRAM: &str = "\
{about-with-newline}
{usage-heading} {usage}

Before a unit is stopped:
  explain   what stopping, restarting, reloading or killing it does, step by step
  simulate  the same, tried on imagined processes that obey, ignore or hang
  show      its effective properties, as `systemctl show` prints them
  cat       its files, as `systemctl cat` prints them

Where no systemd answers:
  ps        the processes of its control group, as a tree with roles
  stop      stops it: carries out on its control group what `systemctl stop` does
  kill      sends a signal to its processes, as `systemctl kill` does

Before a unit file is installed:
  lint      the mistakes in it

Options:
{options}

{after-help}";

/// Examples of the whole program.
pub const EXAMPLES: &str = "\
Examples:
  unitctl explain ssh                        what `systemctl stop ssh` does
  unitctl explain --action kill -s HUP ssh   what `systemctl kill -s HUP ssh` does
  unitctl show -p KillMode,TimeoutStopUSec cron
  unitctl lint /etc/systemd/system           the mistakes in a folder of units
  unitctl --root /mnt explain postgresql     the same of a system that is not running
  unitctl stop --dry-run postgresql          what would be done now, to which processes

`unitctl help COMMAND` says more of a command and gives examples.";

/// Examples of `explain`.
pub const EXPLAIN: &str = "\
Examples:
  unitctl explain ssh                              what `systemctl stop ssh` does
  unitctl explain ./new.service --why              of a file; with the lines that decided
  unitctl explain --action restart nginx           what `systemctl restart nginx` does
  unitctl explain --action kill -s USR1 --kill-whom main nginx
  unitctl explain --compare -s HUP ssh             what is different about `systemctl kill -s HUP`
  unitctl explain --diff old/ new/ --format markdown   what a change does, for a pull request
  unitctl explain --format svg ssh                 a picture; --format mermaid: a state machine
  unitctl explain --format json ssh                for programs
  unitctl explain --root /mnt ssh                  of a system below /mnt

Exit status:
  0  every unit was explained
  1  a plan has changed, with --fail-on-change
  2  the call or a unit could not be used";

/// Examples of `show`.
pub const SHOW: &str = "\
Examples:
  unitctl show ssh                             everything that rules stopping and killing
  unitctl show -p KillMode -p TimeoutStopUSec ssh cron
  unitctl show --root /mnt ssh                 of a system below /mnt

Exit status:
  0  the properties were printed; of a unit that is not there they are systemd's defaults
  2  the call could not be used";

/// Examples of `cat`.
pub const CAT: &str = "\
Examples:
  unitctl cat ssh            the fragment, then each drop-in, in the order they are read
  unitctl cat --user pipewire

Exit status:
  0  the files were printed
  2  the call or a unit could not be used";

/// Examples of `simulate`.
pub const SIMULATE: &str = "\
Examples:
  unitctl simulate ssh                          all processes obey
  unitctl simulate ssh --process main:TERM=ignore --process worker:TERM=exit@600ms
  unitctl simulate ssh --process main --command exit=1@200ms
  unitctl simulate ssh --action kill -s HUP --process main:HUP=ignore

Exit status:
  0  the plan ran to its end, whatever came of it
  1  the action would be refused
  2  the call or the unit could not be used";

/// Notes on `lint`.
pub const LINT: &str = "\
Examples:
  unitctl lint /etc/systemd/system                 a folder and everything in it
  unitctl lint --format github debian/*.service    for a workflow that annotates a change
  unitctl lint --explain kill-mode-none            what a rule finds and why
  unitctl lint --stdin-filename a.service -        from standard input, for editors

Severities:
  error    systemd ignores or refuses the line
  warning  systemd obeys it, which is very likely not what was meant
  hint     worth knowing

Notes:
A comment `# unitctl: allow RULE, reason` above a line allows it there. Settings are read from
`unitctl.toml` in the folder of a unit or above.

Exit status:
  0  nothing was found at or above the threshold
  1  something was found
  2  the call or a file could not be used";

/// Examples of `stop`.
pub const STOP: &str = "\
Examples:
  unitctl stop --dry-run postgresql          what would be done now, to which processes
  unitctl stop postgresql                    stop it, and say what is being done
  unitctl stop --cgroup /sys/fs/cgroup/job --main-pid 4711 ./job.service
  unitctl stop --format json postgresql      an event a line, for programs

Exit status:
  0    it is stopped, or was not running
  1    processes remain that the plan was to end
  2    nothing was done: the call, the unit or the control group could not be used
  130  interrupted by SIGINT
  143  interrupted by SIGTERM";

/// Examples of `kill`.
pub const KILL: &str = "\
Examples:
  unitctl kill -s HUP --kill-whom main nginx        the main process rereads its settings
  unitctl kill -s KILL --wait 'worker@*'            all instances; wait until they are gone
  unitctl kill -s TERM --cgroup /sys/fs/cgroup/job  a control group of no unit
  unitctl kill --dry-run -s USR1 nginx              who would get it
  unitctl kill -s list                              all signals

Exit status:
  0    the signal was sent
  1    `systemctl kill` would fail: no such process, or it could not be reached
  2    the call, a unit or a control group could not be used
  130  interrupted by SIGINT while waiting
  143  interrupted by SIGTERM while waiting";

/// Examples of `ps`.
pub const PS: &str = "\
Examples:
  unitctl ps nginx
  unitctl ps --cgroup /sys/fs/cgroup/job     a control group of no unit
  unitctl ps --format json nginx             for programs

Exit status:
  0  the processes were printed, if there were any
  2  the call, the unit or the control group could not be used";
