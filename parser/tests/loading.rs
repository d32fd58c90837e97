//! Which files belong to a unit. Every table was first asked of systemd 262, with the search path
//! `/run/units:/run/b:/run/c`; the trees lie below a temporary root.

#![expect(clippy::unwrap_used, reason = "the helpers of these tests are tests too")]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use unitctl_parser::load::{Loaded, Loader, Missing, Root, SearchPath, State, Void};
use unitctl_parser::name::UnitName;

const SEARCH_PATH: [&str; 3] = ["/run/units", "/run/b", "/run/c"];

/// A tree of files: each line is `path` (a small unit), `path/` (a directory), `path = text` or `path -> target`.
/// Paths without a leading slash are below `/run/units`.
struct Tree {
    root: TempDir,
}

impl Tree {
    fn new(lines: &str) -> Self {
        let this = Self { root: tempfile::tempdir().unwrap() };
        for directory in SEARCH_PATH {
            fs::create_dir_all(this.path(directory)).unwrap();
        }
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if let Some((link, target)) = line.split_once(" -> ") {
                symlink(target, this.place(link)).unwrap();
            } else if let Some((file, text)) = line.split_once(" =") {
                fs::write(this.place(file), text).unwrap();
            } else if line.ends_with('/') {
                fs::create_dir_all(this.place(line)).unwrap();
            } else {
                fs::write(this.place(line), "[Service]\nExecStart=/bin/true\n").unwrap();
            }
        }
        this
    }

    /// Where a path of the tree is, with its directory made.
    fn place(&self, path: &str) -> PathBuf {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        path
    }

    fn path(&self, path: &str) -> PathBuf {
        // An absolute path replaces what it is joined to.
        let inside = Path::new("/run/units").join(path);
        self.root.path().join(inside.strip_prefix("/").unwrap())
    }

    fn loader(&self) -> Loader {
        let search_path = SearchPath::new(SEARCH_PATH.map(PathBuf::from));
        Loader::new(search_path, Root::below(self.root.path()).unwrap())
    }

    fn load(&self, name: &str) -> Loaded {
        self.loader().load(&UnitName::parse(name).unwrap())
    }

    /// The path as inside the root.
    fn inside(&self, path: &Path) -> String {
        format!("/{}", path.strip_prefix(self.root.path()).unwrap().display())
    }

    /// In one line: own name, other names, state, fragment, drop-ins.
    fn show(&self, name: &str) -> String {
        let loaded = self.load(name);
        let mut line = loaded.names.iter().map(UnitName::as_str).collect::<Vec<_>>().join(" ");
        assert_eq!(loaded.names[0], loaded.id);
        line.push_str(match loaded.state {
            State::Found => "",
            State::Masked => " masked",
            State::NotFound(_) => " not-found",
            State::Error(_) => " error",
        });
        if let Some(fragment) = &loaded.fragment {
            write!(line, " {}", self.inside(&fragment.path)).unwrap();
        }
        for drop_in in &loaded.drop_ins {
            write!(line, " + {}", self.inside(&drop_in.path)).unwrap();
        }
        line.replace("/run/units/", "")
    }

    /// Checks lines of `asked: what show says`.
    fn expect(&self, lines: &str) {
        let mut wrong = String::new();
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (name, expected) = line.split_once(": ").unwrap();
            let found = self.show(name);
            if found != expected {
                writeln!(wrong, "{name}: {found}\n   not {expected}").unwrap();
            }
        }
        assert!(wrong.is_empty(), "\n{wrong}");
    }
}

#[test]
fn the_first_directory_that_has_a_name_wins() {
    let tree = Tree::new(
        "a.service
         /run/b/a.service
         /run/c/b.service
         adir.service/
         /run/c/adir.service
         .hidden.service",
    );
    tree.expect(
        "a.service: a.service a.service
         b.service: b.service /run/c/b.service
         adir.service: adir.service /run/c/adir.service
         .hidden.service: .hidden.service .hidden.service
         none.service: none.service not-found
         none.target: none.target not-found
         none.scope: none.scope not-found
         none.mount: none.mount not-found
         none.slice: none.slice
         none.device: none.device",
    );
}

#[test]
fn aliases_by_link() {
    let tree = Tree::new(
        "/run/c/real.service
         al.service -> /run/c/real.service
         al2.service -> ../c/real.service
         /run/b/al3.service -> real.service
         /run/out/cc -> /run/c
         al4.service -> /run/out/cc/real.service
         hi.service
         /run/c/hi.service
         hial.service -> /run/c/hi.service
         tt.target
         t2.target -> tt.target
         sl.slice = x
         sl2.slice -> sl.slice",
    );
    tree.expect(
        "al.service: real.service al.service al2.service al3.service al4.service /run/c/real.service
         al3.service: real.service al.service al2.service al3.service al4.service /run/c/real.service
         real.service: real.service al.service al2.service al3.service al4.service /run/c/real.service
         hial.service: hi.service hial.service hi.service
         t2.target: tt.target t2.target tt.target
         sl2.slice: sl2.slice",
    );
    assert_eq!(tree.load("al.service").asked.as_str(), "al.service");
}

#[test]
fn seven_aliases_are_followed_and_no_more() {
    let mut lines = "c0.service\n".to_owned();
    for n in 1..=10 {
        writeln!(lines, "c{n}.service -> c{}.service", n - 1).unwrap();
    }
    lines.push_str("l1.service -> l2.service\nl2.service -> l1.service\nb.service -> gone.service");
    let tree = Tree::new(&lines);
    let all =
        "c0.service c1.service c2.service c3.service c4.service c5.service c6.service c7.service c0.service";
    tree.expect(&format!(
        "c7.service: {all}
         c0.service: {all}
         c8.service: c8.service not-found
         l1.service: l1.service not-found
         b.service: b.service not-found"
    ));
    assert_eq!(tree.load("l1.service").state, State::NotFound(Missing::Loop));
    let gone = UnitName::parse("gone.service").unwrap();
    assert_eq!(tree.load("b.service").state, State::NotFound(Missing::Broken(gone)));
}

#[test]
fn a_link_out_of_the_search_path_is_itself_the_fragment() {
    let tree = Tree::new(
        "/run/out/other.service
         lk.service -> /run/out/other.service
         /run/out/self.service
         self.service -> /run/out/self.service
         /run/out/lt@.service
         lnk@.service -> /run/out/lt@.service
         lna@.service -> lnk@.service
         hi.service
         /run/out/back.service -> /run/units/hi.service
         bk.service -> /run/out/back.service
         d.service -> /nowhere/x.service
         /run/c/d.service
         dal.service -> d.service
         /run/out/loop -> loop
         lp.service -> /run/out/loop
         /run/c/lp.service
         /run/out/dir/
         dirlink.service -> /run/out/dir
         up.service -> ..
         /run/b/up.service",
    );
    tree.expect(
        "lk.service: lk.service lk.service
         self.service: self.service self.service
         lnk@1.service: lnk@1.service lna@1.service lnk@.service
         lna@1.service: lnk@1.service lna@1.service lnk@.service
         bk.service: bk.service bk.service
         d.service: d.service not-found
         dal.service: dal.service not-found
         lp.service: lp.service not-found
         dirlink.service: dirlink.service error dirlink.service
         up.service: up.service error up.service",
    );
}

#[test]
fn links_that_do_not_count_leave_the_name_to_lower_directories() {
    let names = [
        ("self", "/run/c/self.service"),
        ("type", "foo.socket"),
        ("plain", "a@b.service"),
        ("template", "a@.service"),
        ("gap", "/run/units/gap/../real.service"),
        ("through", "/run/units/real.service/through.service"),
        ("slash", "real.service/"),
        ("dot", "."),
        ("directory", "/run/units"),
        ("noname", "x.conf"),
        ("loop", "/run/out/loop/y.service"),
        ("below", "sub/below.service"),
    ];
    let mut lines = "real.service\n/run/out/loop -> loop\nsub/below.service\n".to_owned();
    let mut expected = String::new();
    for (name, target) in names {
        writeln!(lines, "{name}.service -> {target}\n/run/c/{name}.service").unwrap();
        writeln!(expected, "{name}.service: {name}.service /run/c/{name}.service").unwrap();
    }
    let tree = Tree::new(&lines);
    tree.expect(&expected);
    assert_eq!(tree.loader().ignored_links().len(), names.len());
}

#[test]
fn instances_and_templates() {
    let tree = Tree::new(
        "t@.service
         one@x.service -> t@.service
         two@x.service -> t@x.service
         three@x.service -> t@y.service
         plainx.service -> t@.service
         foo.service
         ta@.service -> foo.service
         u@.service -> t@.service
         u@own.service",
    );
    tree.expect(
        "t@x.service: t@x.service one@x.service two@x.service u@x.service t@.service
         one@x.service: t@x.service one@x.service u@x.service t@.service
         two@x.service: t@x.service two@x.service u@x.service t@.service
         u@x.service: t@x.service u@x.service t@.service
         one@y.service: one@y.service not-found
         three@x.service: three@x.service not-found
         plainx.service: plainx.service not-found
         ta@1.service: ta@1.service not-found
         t@own.service: t@own.service t@.service
         u@own.service: u@own.service u@own.service
         t@.service: t@.service u@.service t@.service",
    );
}

#[test]
fn an_instance_of_its_own_is_no_alias_of_the_template() {
    let tree = Tree::new(
        "p@.service
         p@i.service
         q@.service -> p@.service
         ee@i.service
         ff@i.service -> ee@i.service
         gg@i.service -> ff@i.service
         ee@.service
         hh@.service -> ee@.service
         jj@i.service -> ee@.service
         mm@.service
         mm@i.service -> oo@i.service
         oo@i.service
         nn@.service -> mm@.service
         kk@.service
         kk@i.service =
         ll@.service -> kk@.service",
    );
    tree.expect(
        "p@i.service: p@i.service p@i.service
         q@i.service: q@i.service p@i.service p@.service
         p@j.service: p@j.service q@j.service p@.service
         q@j.service: p@j.service q@j.service p@.service
         ff@i.service: ee@i.service ff@i.service gg@i.service jj@i.service ee@i.service
         jj@i.service: jj@i.service ee@i.service hh@i.service ee@.service
         hh@i.service: hh@i.service ee@i.service ee@.service
         nn@i.service: nn@i.service mm@i.service mm@.service
         mm@i.service: oo@i.service mm@i.service oo@i.service
         ll@i.service: ll@i.service kk@i.service kk@.service",
    );
}

#[test]
fn masks() {
    let tree = Tree::new(
        "m.service -> /dev/null
         /run/b/m.service
         mal.service -> m.service
         m.service.d/a.conf
         e.service =
         eal.service -> e.service
         mt@.service -> /dev/null
         mtal@.service -> mt@.service
         /run/out/chain -> ../../dev/null
         chain.service -> /run/out/chain",
    );
    fs::write(tree.path("blank.service"), "\n").unwrap();
    tree.expect(
        "m.service: m.service masked m.service
         mal.service: m.service mal.service masked m.service
         e.service: e.service masked e.service
         eal.service: e.service eal.service masked e.service
         mt@q.service: mt@q.service masked mt@.service
         mtal@q.service: mtal@q.service mt@q.service masked mt@.service
         chain.service: chain.service masked chain.service
         blank.service: blank.service blank.service",
    );
    assert_eq!(tree.load("m.service").fragment.unwrap().void, Some(Void::Null));
    assert_eq!(tree.load("e.service").fragment.unwrap().void, Some(Void::Empty));
}

#[test]
fn drop_ins_are_read_in_the_order_of_their_names() {
    let mut lines = "a-b-c@.service\n".to_owned();
    let stems = "a-b-c@i a-b-c@ a-b-@i a-b-@ a-b- a-@i a-@ a-".split(' ');
    for stem in stems.clone() {
        writeln!(lines, "{stem}.service.d/{stem}.conf = x\n{stem}.service.d/same.conf = x").unwrap();
    }
    lines.push_str("service.d/same.conf = x\nservice.d/zz.conf = x\n");
    let tree = Tree::new(&lines);
    let mut sorted: Vec<String> = stems.map(|stem| format!("{stem}.service.d/{stem}.conf")).collect();
    sorted.push("a-b-c@i.service.d/same.conf".to_owned());
    sorted.push("service.d/zz.conf".to_owned());
    sorted.sort_by_key(|path| path.rsplit('/').next().unwrap().to_owned());
    tree.expect(&format!("a-b-c@i.service: a-b-c@i.service a-b-c@.service + {}", sorted.join(" + ")));
}

#[test]
fn file_names_are_sorted_as_bytes() {
    let names = ["10", "9", "B", "_x", "a", "\u{e4}"];
    let mut lines = "s.service\n".to_owned();
    for name in names.iter().rev() {
        writeln!(lines, "s.service.d/{name}.conf = x").unwrap();
    }
    let expected: Vec<String> = names.iter().map(|name| format!("s.service.d/{name}.conf")).collect();
    Tree::new(&lines).expect(&format!("s.service: s.service s.service + {}", expected.join(" + ")));
}

#[test]
fn the_search_path_counts_before_the_fit_of_the_name() {
    let tree = Tree::new(
        "/run/c/foo-bar.service
         foo-.service.d/20.conf = high and vague
         /run/c/foo-bar.service.d/20.conf = low and close
         service.d/20.conf = the type never wins
         service.d/90.conf = other names are sorted in
         /run/b/foo-bar.service.d/10.conf = x",
    );
    tree.expect(
        "foo-bar.service: foo-bar.service /run/c/foo-bar.service + /run/b/foo-bar.service.d/10.conf \
         + foo-.service.d/20.conf + service.d/90.conf",
    );
}

#[test]
fn aliases_bring_their_drop_ins() {
    let tree = Tree::new(
        "id.service
         zz-x.service -> id.service
         aa.service -> id.service
         zz-x.service.d/same.conf = x
         zz-x.service.d/zz-x.conf = x
         aa.service.d/same.conf = x
         aa.service.d/aa.conf = x
         zz-.service.d/zz-.conf = x
         /run/c/id.service.d/same.conf = the unit's own name comes first, wherever it is",
    );
    let refused = tree.load("aa.service").refused();
    assert_eq!((refused.id.as_str(), refused.names.len(), refused.drop_ins.len()), ("aa.service", 1, 0));
    let all = "id.service aa.service zz-x.service id.service + aa.service.d/aa.conf \
         + /run/c/id.service.d/same.conf + zz-.service.d/zz-.conf + zz-x.service.d/zz-x.conf";
    tree.expect(&format!("id.service: {all}\naa.service: {all}"));
}

#[test]
fn what_counts_as_a_drop_in_and_what_only_takes_the_name() {
    let mut lines = "a.service
        a.service.d -> /run/out/d1
        /run/out/d1/1.conf = x
        /run/b/a.service.d/empty.conf =
        /run/b/a.service.d/null.conf -> /dev/null
        /run/b/a.service.d/dangling.conf -> /nowhere
        /run/b/a.service.d/dir.conf/
        /run/b/a.service.d/dirl.conf -> /run/out/d1
        /run/b/a.service.d/loop.conf -> loop.conf
        /run/b/a.service.d/notdir.conf -> /run/units/a.service/x
        /run/b/a.service.d/gap.conf -> /gap/../x
        /run/b/a.service.d/link.conf -> /run/out/d1/1.conf
        /run/b/a.service.d/.h.conf = x
        /run/b/a.service.d/.conf = x
        /run/b/a.service.d/b.conf~ = x
        /run/b/a.service.d/x.CONF = x
        /run/b/a.service.d/q.ignore.conf = x
        /run/b/a.service.d/sp ace.conf = x
        "
    .to_owned();
    for name in ["empty", "null", "dangling", "dir", "dirl", "loop", "notdir", "gap", "low"] {
        writeln!(lines, "/run/c/a.service.d/{name}.conf = lower").unwrap();
    }
    let tree = Tree::new(&lines);
    let b = "/run/b/a.service.d";
    let c = "/run/c/a.service.d";
    tree.expect(&format!(
        "a.service: a.service a.service + /run/out/d1/1.conf + {b}/dangling.conf + {b}/dir.conf \
         + {b}/dirl.conf + {b}/empty.conf + {c}/gap.conf + {b}/link.conf + {c}/loop.conf + {c}/low.conf \
         + {c}/notdir.conf + {b}/null.conf + {b}/q.ignore.conf + {b}/sp ace.conf"
    ));
    let drop_ins = tree.load("a.service").drop_ins;
    let void = |name: &str| drop_ins.iter().find(|file| file.path.ends_with(name)).unwrap().void.clone();
    assert_eq!(void("1.conf"), None);
    assert_eq!(void("empty.conf"), Some(Void::Empty));
    assert_eq!(void("null.conf"), Some(Void::Null));
    assert_eq!(void("dangling.conf"), Some(Void::Dangling));
    assert!(matches!(void("dir.conf"), Some(Void::Unreadable(_))));
}

#[test]
fn a_linked_directory_of_drop_ins_must_be_found_from_the_root_directory() {
    let tree = Tree::new(
        "abs.service
         abs.service.d -> /run/out/d
         two.service
         two.service.d -> /run/out/step
         /run/out/step -> d
         up.service
         up.service.d -> ../../run/out/d
         rel.service
         rel.service.d -> ../out/d
         gone.service
         gone.service.d -> /nowhere
         /run/b/gone.service.d/2.conf = x
         file.service
         file.service.d = x
         /run/out/d/1.conf = x",
    );
    tree.expect(
        "abs.service: abs.service abs.service + /run/out/d/1.conf
         two.service: two.service two.service + /run/out/d/1.conf
         up.service: up.service up.service + /run/out/d/1.conf
         rel.service: rel.service rel.service
         gone.service: gone.service gone.service + /run/b/gone.service.d/2.conf
         file.service: file.service file.service",
    );
    assert_eq!(tree.loader().ignored_links().len(), 1);
}

#[test]
fn only_slices_and_devices_have_drop_ins_without_a_fragment() {
    let tree = Tree::new(
        "nf.service.d/a.conf = x
         nf.slice.d/a.conf = x
         slice.d/b.conf = x",
    );
    tree.expect(
        "nf.service: nf.service not-found
         nf.slice: nf.slice + nf.slice.d/a.conf + slice.d/b.conf",
    );
}

#[test]
fn a_template_left_open_has_the_drop_ins_of_all_its_instances() {
    let tree = Tree::new(
        "a-b@.service
         a-b@.service.d/1.conf = x
         a-@.service.d/2.conf = x
         a-.service.d/3.conf = x
         service.d/4.conf = x
         a-b@i.service.d/5.conf = only of one",
    );
    tree.expect(
        "a-b@.service: a-b@.service a-b@.service + a-b@.service.d/1.conf + a-@.service.d/2.conf \
         + a-.service.d/3.conf + service.d/4.conf",
    );
}

#[test]
fn dependencies_by_link() {
    let tree = Tree::new(
        "w.service
         w.service.wants/a.service -> /run/units/a.service
         w.service.wants/dangling.service -> /nowhere
         w.service.wants/masked.service -> /dev/null
         /run/b/w.service.wants/masked.service -> /run/units/a.service
         /run/b/w.service.wants/low.service -> /run/units/a.service
         w.service.wants/file.service
         w.service.wants/dir.service/
         w.service.wants/notaunit -> ../a.service
         w.service.wants/.hidden.service -> ../a.service
         w.service.wants/t@.service -> ../t@.service
         w.service.wants/t@x.service -> ../t@.service
         service.wants/typelevel.service -> x
         w.service.requires/req.service -> x
         w.service.upholds/up.service -> x
         ta@.service
         ta@.service.wants/inst@.service -> x
         pl-x.service
         pl-.service.wants/inst@.service -> x",
    );
    let loader = tree.loader();
    let links = |name: &str| {
        let found = loader.dependencies_by_link(&loader.load(&UnitName::parse(name).unwrap()));
        found.iter().map(|link| format!("{:?}={}", link.kind, link.unit)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(
        links("w.service"),
        "Wants=a.service Wants=dangling.service Wants=low.service Wants=t@w.service Wants=t@x.service \
         Wants=typelevel.service Requires=req.service Upholds=up.service"
    );
    assert_eq!(links("ta@i.service"), "Wants=inst@i.service Wants=typelevel.service");
    assert_eq!(links("pl-x.service"), "Wants=inst@pl-x.service Wants=typelevel.service");
}

#[test]
fn a_unit_asked_for_by_path_has_what_is_beside_it() {
    let tree = Tree::new(
        "/home/x/a-b.service
         /home/x/a-b.service.d/1.conf = x
         /home/x/a-.service.d/2.conf = x
         /home/x/service.d/3.conf = x
         /home/x/t@.service
         /home/x/al.service -> a-b.service
         a-b.service.d/9.conf = not beside it",
    );
    let home = tree.path("/home/x");
    // The search path is not looked at, be it as wrong as it may.
    let loader = Loader::new(SearchPath::default(), Root::host());
    let loaded = loader.load_path(&home.join("a-b.service")).unwrap();
    assert_eq!(loaded.fragment.unwrap().path, home.join("a-b.service"));
    let drop_ins: Vec<_> =
        loaded.drop_ins.iter().map(|file| file.path.strip_prefix(&home).unwrap()).collect();
    assert_eq!(drop_ins, ["a-b.service.d/1.conf", "a-.service.d/2.conf", "service.d/3.conf"].map(Path::new));
    assert_eq!(loader.load_path(&home.join("al.service")).unwrap().id.as_str(), "a-b.service");
    assert_eq!(loader.load_path(&home.join("t@i.service")).unwrap().state, State::Found);
    assert_eq!(loader.load_path(&home.join("t@.service")).unwrap().state, State::Found);
    let error = loader.load_path(&home.join("a.conf")).unwrap_err();
    assert!(
        error.to_string().contains("x/a.conf: '.conf' is no type of unit; the types are service, "),
        "{error}"
    );
    let error = loader.error(&loader.load_path(&home.join("a-c.service")).unwrap()).unwrap().to_string();
    assert!(error.ends_with(&format!("/a-c.service: not found in {}", home.display())), "{error}");
    // Under a root, a path begins at the root.
    let loaded = tree.loader().load_path(Path::new("home/x/a-b.service")).unwrap();
    assert_eq!(loaded.fragment.unwrap().path, home.join("a-b.service"));
}

#[test]
fn what_cannot_be_the_path_of_a_unit_is_told_by_what_is_there() {
    let tree = Tree::new("/home/x/units/\n/home/x/web");
    let loader = tree.loader();
    for (path, why) in [
        ("home/x/units", "is a directory, not a file"),
        ("home/x/units/", "is a directory, not a file"),
        ("home/x/nowhere/", "there is no such directory"),
        ("home/x/web", "the name has no suffix; end it in the unit's type, as in web.service"),
        ("home/x/absent", "the name has no suffix; end it in the unit's type, as in absent.service"),
    ] {
        let error = loader.load_path(Path::new(path)).unwrap_err();
        assert_eq!((error.path.as_path(), &*error.why), (Path::new(path), why));
    }
}

#[test]
fn errors_say_where_was_looked_and_what_may_be_meant() {
    let tree = Tree::new(
        "nginx.service
         wrong.service -> other.socket
         dangling.service -> /nowhere
         /run/c/x",
    );
    let loader = tree.loader();
    let error = |name: &str| {
        let error = loader.error(&loader.load(&UnitName::parse(name).unwrap())).unwrap().to_string();
        error.replace(tree.root.path().to_str().unwrap(), "")
    };
    assert_eq!(
        error("ngnix.service"),
        "ngnix.service: not found in /run/units, /run/b, /run/c; did you mean nginx.service?"
    );
    assert_eq!(
        error("wrong.service"),
        "wrong.service: the link /run/units/wrong.service to other.socket does not count: \
         a service unit is no alias of a socket unit"
    );
    assert_eq!(
        error("dangling.service"),
        "dangling.service: /run/units/dangling.service is a link that leads nowhere"
    );
    let nowhere = Loader::new(SearchPath::new(["/gone".into()]), Root::below(tree.root.path()).unwrap());
    let loaded = nowhere.load(&UnitName::parse("a.service").unwrap());
    assert!(nowhere.error(&loaded).unwrap().why.starts_with("not found: there is no directory"));
}

#[test]
fn pipes_devices_and_huge_files_do_not_stop_it() {
    let tree = Tree::new(
        "ln.service -> /run/out/pipe
         a.service
         a.service.d/
         huge.service = x",
    );
    let mode = nix::sys::stat::Mode::S_IRWXU;
    fs::create_dir_all(tree.path("/run/out")).unwrap();
    for pipe in ["/run/out/pipe", "pipe.service", "a.service.d/pipe.conf"] {
        nix::unistd::mkfifo(&tree.path(pipe), mode).unwrap();
    }
    fs::File::options().write(true).open(tree.path("huge.service")).unwrap().set_len(1 << 40).unwrap();
    tree.expect(
        "ln.service: ln.service error ln.service
         pipe.service: pipe.service not-found
         a.service: a.service a.service + a.service.d/pipe.conf
         huge.service: huge.service error huge.service",
    );
    let loader = tree.loader();
    let error = loader.error(&loader.load(&UnitName::parse("ln.service").unwrap())).unwrap();
    assert_eq!(error.why, "is a pipe, not a file");
}

#[test]
fn every_name_is_listed_once() {
    let tree = Tree::new("b.service\n/run/c/b.service\na@.service\nc.service -> b.service\nREADME = x");
    let names: Vec<_> = tree.loader().all_units().iter().map(ToString::to_string).collect();
    assert_eq!(names, ["a@.service", "b.service", "c.service"]);
}
