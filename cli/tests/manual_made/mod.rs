//! Makes the manual pages and the completions from the definitions of the arguments.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use clap_mangen::Man;
use roff::{Inline, Roff, bold, italic, roman};
use unitctl::args::Cli;

/// What decides besides the command line.
const ENVIRONMENT: [(&str, &str); 5] = [
    (
        "SYSTEMD_UNIT_PATH",
        "Folders to look for units in, separated by colons, as the service manager reads it: an empty entry at the end \
         stands for the usual search path. --unit-path comes first.",
    ),
    ("NO_COLOR", "If it is set and not empty, nothing is coloured unless --color always is given."),
    ("TERM", "On a terminal that is called dumb, nothing is coloured unless --color always is given."),
    ("COLUMNS", "The width to draw for, instead of that of the terminal."),
    (
        "HOME, XDG_CONFIG_HOME, XDG_CONFIG_DIRS, XDG_DATA_HOME, XDG_DATA_DIRS, XDG_RUNTIME_DIR",
        "With --user: where the units of a user are.",
    ),
];

/// The manual pages of all commands: file names and contents.
pub(crate) fn pages() -> Vec<(String, String)> {
    let program = program();
    let mut pages = vec![("unitctl.1".into(), page(&program, &program))];
    for command in visible(&program) {
        pages.push((format!("unitctl-{}.1", command.get_name()), page(command, &program)));
    }
    pages
}

/// The completions for all shells: file names and contents.
pub(crate) fn completions() -> Vec<(String, String)> {
    [Shell::Bash, Shell::Zsh, Shell::Fish]
        .into_iter()
        .map(|shell| {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut public(), "unitctl", &mut script);
            let script = String::from_utf8(script).unwrap();
            match shell {
                Shell::Bash => ("unitctl.bash".into(), bash(script)),
                Shell::Zsh => ("_unitctl".into(), zsh(&script)),
                _ => ("unitctl.fish".into(), fish(&script)),
            }
        })
        .collect()
}

/// The lines of a paragraph of a help text, as two columns; the second may be empty.
pub(crate) fn paragraph<'a>(help: &'a str, heading: &str) -> Vec<(&'a str, &'a str)> {
    help.split("\n\n")
        .filter_map(|paragraph| paragraph.strip_prefix(heading)?.strip_prefix(":\n"))
        .flat_map(str::lines)
        .map(|line| line.trim().split_once("  ").unwrap_or((line.trim(), "")))
        .map(|(left, right)| (left, right.trim()))
        .collect()
}

/// The commands for people.
pub(crate) fn visible(program: &Command) -> impl Iterator<Item = &Command> {
    program.get_subcommands().filter(|command| !command.is_hide_set() && command.get_name() != "help")
}

fn page(command: &Command, program: &Command) -> String {
    let is_program = command.get_name() == program.get_name();
    let name = if is_program { "unitctl".into() } else { format!("unitctl-{}", command.get_name()) };
    let man = Man::new(command.clone().display_name(name.clone()));
    // No date: the page is that of a version, and made anew must be the same.
    let version = env!("CARGO_PKG_VERSION");
    let mut out =
        format!(".TH {} 1 \"\" \"unitctl {version}\" \"unitctl\"\n", name.to_uppercase()).into_bytes();
    man.render_name_section(&mut out).unwrap();
    let mut own = Roff::new();
    own.control("SH", ["SYNOPSIS"]);
    own.text([roman(command.clone().render_usage().to_string().trim_start_matches("Usage: "))]);
    own.to_writer(&mut out).unwrap();
    man.render_description_section(&mut out).unwrap();
    own = Roff::new();
    if is_program {
        own.control("SH", ["COMMANDS"]);
        for command in visible(program) {
            own.control("TP", []);
            own.text([bold(format!("unitctl-{}", command.get_name())), roman("(1)")]);
            own.text([roman(command.get_about().map(ToString::to_string).unwrap_or_default())]);
        }
        own.to_writer(&mut out).unwrap();
        own = Roff::new();
    }
    man.render_options_section(&mut out).unwrap();
    sections(&mut own, command);
    own.control("SH", ["ENVIRONMENT"]);
    columns(&mut own, ENVIRONMENT);
    see_also(&mut own, command, program);
    own.to_writer(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// What the help says besides the options.
fn sections(roff: &mut Roff, command: &Command) {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    for part in help.split("\n\n") {
        let Some((heading, text)) = part.split_once(":\n") else { continue };
        roff.control("SH", [heading.to_uppercase().as_str()]);
        if text.starts_with(' ') {
            columns(roff, paragraph(&help, heading));
        } else {
            roff.text([roman(text.replace('\n', " "))]);
        }
    }
}

fn columns<'a>(roff: &mut Roff, rows: impl IntoIterator<Item = (&'a str, &'a str)>) {
    for (left, right) in rows {
        roff.control("TP", []);
        roff.text([bold(left)]);
        roff.text([roman(right)]);
    }
}

fn see_also(roff: &mut Roff, command: &Command, program: &Command) {
    roff.control("SH", ["SEE ALSO"]);
    let own = std::iter::once("unitctl".to_owned())
        .chain(visible(program).map(|command| format!("unitctl-{}", command.get_name())))
        .filter(|page| page.trim_start_matches("unitctl-") != command.get_name())
        .map(|page| (page, "1"));
    let others = [("systemctl", "1"), ("systemd.kill", "5"), ("systemd.service", "5"), ("systemd.unit", "5")];
    let mut line: Vec<Inline> = Vec::new();
    for (page, section) in own.chain(others.map(|(page, section)| (page.to_owned(), section))) {
        if !line.is_empty() {
            line.push(roman(", "));
        }
        line.extend([italic(page), roman(format!("({section})"))]);
    }
    roff.text(line);
}

/// All commands with all that they have: each is made when it is first needed.
pub(crate) fn program() -> Command {
    let mut program = Cli::command();
    program.build();
    program
}

/// The same commands without those that are not for people.
fn public() -> Command {
    let all = program();
    Command::new("unitctl")
        .version(env!("CARGO_PKG_VERSION"))
        .args(all.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")).cloned())
        .subcommands(visible(&all).cloned())
}

/// The commands to which units are named.
fn takers(program: &Command) -> impl Iterator<Item = &Command> {
    visible(program).filter(|command| command.get_positionals().next().is_some())
}

/// The options of such a command are offered together with the units.
fn bash(mut script: String) -> String {
    // bash breaks words at `@`, `:` and `=`, which units and options have in them: what was typed is taken from the line.
    let units = r#"
# Adds the units that go on as the word at the cursor does, as they are to be typed: outside of quotes a backslash is two.
_unitctl_units() {
    local line=${COMP_LINE:0:COMP_POINT} word typed before unit
    local -a words
    word=${line##*[[:blank:]]}
    read -ra words <<<"${line%"$word"}"
    case $word in
        -*) return ;;
        \'*) typed=${word:1} before= ;;
        \"*) typed=${word:1} typed=${typed//\\\\/\\} before= ;;
        *) typed=${word//\\\\/\\} before=${word%"$1"} ;;
    esac
    [[ -z $before ]] || COMPREPLY=()
    while IFS= read -r unit; do
        [[ -n $unit && $unit == "$typed"* ]] || continue
        [[ $word == \'* ]] || unit=${unit//\\/\\\\}
        COMPREPLY+=("${unit#"$before"}")
    done <<<"$(unitctl complete-units -- "${words[@]}" 2>/dev/null)"
}
"#;
    let offered = "COMPREPLY=( $(compgen -W \"${opts}\" -- \"${cur}\") )";
    for command in takers(&public()) {
        let start = format!("        unitctl__subcmd__{})\n            opts=\"", command.get_name());
        let at = script.find(&start).expect("each command has options");
        let end = at + script[at..].find("            ;;\n        unitctl__").unwrap_or(script.len() - at);
        let part = script[at..end].replace(offered, &format!("{offered}; _unitctl_units \"$2\""));
        script.replace_range(at..end, &part);
    }
    let complete = script.rfind("\nif [[").expect("the function comes before its use");
    script.insert_str(complete, units);
    script
}

fn zsh(script: &str) -> String {
    let positionals: Vec<String> = takers(&public())
        .flat_map(Command::get_positionals)
        .map(|argument| format!(":{} -- ", argument.get_id()))
        .collect();
    let mut lines = String::new();
    for line in script.lines() {
        let names_units = !line.starts_with("'-") && positionals.iter().any(|start| line.contains(start));
        lines += &if names_units { line.replace(":_default", ":_unitctl_units") } else { line.to_owned() };
        lines.push('\n');
    }
    let units = "\
(( $+functions[_unitctl_units] )) ||
_unitctl_units() {
    local -a units
    units=(${(f)\"$(unitctl complete-units -- ${(Q)${(z)LBUFFER}} 2>/dev/null)\"})
    _alternative 'units:unit:compadd -a units' 'files:file:_files'
}

";
    let at = lines.find("if [ \"$funcstack").unwrap();
    lines.insert_str(at, units);
    lines
}

fn fish(script: &str) -> String {
    let program = public();
    let takers: Vec<&str> = takers(&program).map(Command::get_name).collect();
    let condition = format!("__fish_unitctl_using_subcommand {}", takers.join(" "));
    let units = "(unitctl complete-units -- (commandline -opc) 2>/dev/null)";
    format!("{script}complete -c unitctl -n \"{condition}\" -a \"{units}\"\n")
}
