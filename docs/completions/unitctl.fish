# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_unitctl_global_optspecs
    string join \n root= unit-path= user color= format= h/help V/version
end

function __fish_unitctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_unitctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_unitctl_using_subcommand
    set -l cmd (__fish_unitctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c unitctl -n "__fish_unitctl_needs_command" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_needs_command" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_needs_command" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_needs_command" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_needs_command" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_needs_command" -s V -l version -d 'Print version'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "explain" -d 'Print what stopping, killing, restarting or reloading a unit does'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "show" -d 'Print the effective properties of units, as `systemctl show` does'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "cat" -d 'Print the files of units, as `systemctl cat` does'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "simulate" -d 'Run the plan of a unit on processes that are only imagined'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "lint" -d 'Find the mistakes in unit files'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "stop" -d 'Stop a unit without systemd: carry out what `systemctl stop` does, on its control group'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "kill" -d 'Send a signal to the processes of units without systemd, as `systemctl kill` does'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "ps" -d 'Print the processes of a unit as a tree'
complete -c unitctl -n "__fish_unitctl_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l action -d 'What is done' -r -f -a "stop\t'What `systemctl stop` does'
restart\t'What `systemctl restart` does'
reload\t'What `systemctl reload` does'
kill\t'What `systemctl kill` does'"
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -s s -l signal -d 'The signal: a name with or without SIG, a number, RTMIN+n; with --action kill [default: SIGTERM]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l kill-whom -l kill-who -d 'Whom: main, control, all, cgroup, or one of these with -fail; with --action kill [default: all]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l kill-value -d 'A number to send along with a real-time signal' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l kill-subgroup -d 'Only the processes of this cgroup below the unit\'s' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l diff -d 'Say what the change from OLD to NEW, two files or folders, does to the plans' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l fail -d 'It is an error if nobody is reached: the same as -fail behind the word of --kill-whom'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l who-else -d 'Also for a unit asked for by path, say who else stops, and who may start it again'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l why -d 'Show the lines of the unit files that decided'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l compare -d 'Say what is different about a kill (with -s, --kill-whom), or about a reload and a kill with HUP'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -l fail-on-change -d 'With --diff: exit with status 1 if a plan has changed'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -s p -l property -d 'Only these properties, separated by commas (repeatable)' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l action -d 'What is done' -r -f -a "stop\t'What `systemctl stop` does'
restart\t'What `systemctl restart` does'
reload\t'What `systemctl reload` does'
kill\t'What `systemctl kill` does'"
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -s s -l signal -d 'The signal: a name with or without SIG, a number, RTMIN+n; with --action kill [default: SIGTERM]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l kill-whom -l kill-who -d 'Whom: main, control, all, cgroup, or one of these with -fail; with --action kill [default: all]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l kill-value -d 'A number to send along with a real-time signal' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l kill-subgroup -d 'Only the processes of this cgroup below the unit\'s' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l process -d 'A process of the unit; the first is the main process [default: one that obeys]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l state -d 'The state of the service when it is asked [default: running or exited, as the processes have it]' -r -f -a "running\t''
exited\t''
condition\t''
start-pre\t''
start\t''
start-post\t''
reload\t''
reload-signal\t''
reload-notify\t''
reload-post\t''
auto-restart\t''
dead\t''
failed\t''"
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l control -d 'What the command does that is running when it is asked, if one is: of a start, reload or stop' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l command -d 'What a command does, in the order in which they are run; one with no `exit` hangs [default: exit]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l mounted -d 'How many mounts lie one upon the other at the place of a mount; each command with `unmount` takes one away' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l fail -d 'It is an error if nobody is reached: the same as -fail behind the word of --kill-whom'
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l no-main -d 'There is no main process'
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -l wait -d 'As of `kill`: a simulation goes on until nothing happens any more, with or without it'
complete -c unitctl -n "__fish_unitctl_using_subcommand simulate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l stdin-filename -d 'What standard input is called: this decides which type of unit it is' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l select -d 'Run only these rules' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l ignore -d 'Do not run these rules' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l severity-threshold -d 'The least severity that makes the exit status 1 [default: warning]' -r -f -a "error\t'Only what systemd ignores or refuses'
warning\t'Errors and warnings'
hint\t'Everything'
never\t'Nothing'"
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l systemd-version -d 'Report directives that are newer than this version of systemd' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l explain -d 'Print what a rule finds and why' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l check-files -d 'Look whether the programs, files, users and units that are named are there; implied by --root'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l fix -d 'Put right what can be put right safely, and report the rest'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l diff -d 'With --fix, print the changes and make none'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -l list-rules -d 'List all rules'
complete -c unitctl -n "__fish_unitctl_using_subcommand lint" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l cgroup -d 'The control group: a directory, or the path that /proc/PID/cgroup writes [default: from Slice= and the name]' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l main-pid -d 'The main process, or `none` [default: from PIDFile=, or guessed]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l control-pid -d 'The command of the unit that is running just now' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l dry-run -d 'Only say what would be done, to which processes'
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l force -d 'Do it although a running systemd manages the control group, or the unit refuses a manual stop'
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -l strict -d 'Refuse if the unit\'s commands would run without some of its settings'
complete -c unitctl -n "__fish_unitctl_using_subcommand stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -s s -l signal -d 'The signal: a name with or without SIG, a number, RTMIN+n; with --action kill [default: SIGTERM]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l kill-whom -l kill-who -d 'Whom: main, control, all, cgroup, or one of these with -fail; with --action kill [default: all]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l kill-value -d 'A number to send along with a real-time signal' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l kill-subgroup -d 'Only the processes of this cgroup below the unit\'s' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l cgroup -d 'The control group: a directory, or the path that /proc/PID/cgroup writes [default: from Slice= and the name]' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l main-pid -d 'The main process, or `none` [default: from PIDFile=, or guessed]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l control-pid -d 'The command of the unit that is running just now' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l fail -d 'It is an error if nobody is reached: the same as -fail behind the word of --kill-whom'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l dry-run -d 'Only say what would be done, to which processes'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l force -d 'Do it although a running systemd manages the control group, or the unit refuses a manual stop'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -l wait -d 'Wait until the control groups are empty'
complete -c unitctl -n "__fish_unitctl_using_subcommand kill" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l root -d 'Look for everything inside DIR; symbolic links are resolved inside it too' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l unit-path -d 'Look for units in DIR instead of the search path (repeatable)' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l color -d 'When to use colour' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l format -d 'The format of the output' -r -f -a "text\t'For people'
json\t'For programs'
sarif\t'Findings in SARIF 2.1.0 (lint)'
github\t'Findings as GitHub workflow commands (lint)'
markdown\t'Tables for a comment on a pull request (explain --diff)'
svg\t'A picture (explain)'
mermaid\t'A state machine for mermaid, which GitHub draws (explain)'"
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l cgroup -d 'The control group: a directory, or the path that /proc/PID/cgroup writes [default: from Slice= and the name]' -r -F
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l main-pid -d 'The main process, or `none` [default: from PIDFile=, or guessed]' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l control-pid -d 'The command of the unit that is running just now' -r
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -l user -d 'Use the search path of the user manager'
complete -c unitctl -n "__fish_unitctl_using_subcommand ps" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "explain" -d 'Print what stopping, killing, restarting or reloading a unit does'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "show" -d 'Print the effective properties of units, as `systemctl show` does'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "cat" -d 'Print the files of units, as `systemctl cat` does'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "simulate" -d 'Run the plan of a unit on processes that are only imagined'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "lint" -d 'Find the mistakes in unit files'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "stop" -d 'Stop a unit without systemd: carry out what `systemctl stop` does, on its control group'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "kill" -d 'Send a signal to the processes of units without systemd, as `systemctl kill` does'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "ps" -d 'Print the processes of a unit as a tree'
complete -c unitctl -n "__fish_unitctl_using_subcommand help; and not __fish_seen_subcommand_from explain show cat simulate lint stop kill ps help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c unitctl -n "__fish_unitctl_using_subcommand explain show cat simulate lint stop kill ps" -a "(unitctl complete-units -- (commandline -opc) 2>/dev/null)"
