//! From the files of all units to the graph of their dependencies.

use super::{Dependencies, Edge, Maker, Relation};
use crate::load::{LinkDependencyKind, Loaded, Loader, State, UnitSpecifiers};
use crate::name::{UnitName, UnitType, escape_path, unescape_path};
use crate::syntax::{self, LineKind};
use crate::value::boolean;
use crate::value::specifier::{Specifiers, expand};
use crate::value::unit_list;
use std::borrow::Cow;
use std::path::Path;

/// Instances that only other units name are read as well, and those that they name, this many times over.
const ROUNDS: usize = 4;

/// What lines of a unit say about it as a whole, the last one of each.
#[derive(Default)]
struct Said {
    default_dependencies: Option<bool>,
    accepts: bool,
    slice: Option<(UnitName, Maker)>,
    /// Directories and images that its commands need, each with the directive.
    needed: Vec<Needed>,
    /// `Unit=` or `Service=`
    triggered: Option<(UnitName, &'static str, Maker)>,
}

/// A path that commands need, and with it the mounts on the way there.
#[derive(Debug)]
struct Needed {
    path: String,
    /// It is one of the system's own folders, such as /var/lib; a user's are elsewhere.
    in_system_folder: bool,
    relation: Relation,
    directive: &'static str,
    maker: Maker,
}

impl Said {
    /// What systemd makes a dependency on mounts of, besides `RequiresMountsFor=` (observed on 262). `PrivateTmp=`,
    /// which does so too, is about /var/tmp, which is seldom stopped, and only ordered.
    fn needs(&mut self, key: &str, value: &str, specifiers: &dyn Specifiers, maker: &dyn Fn() -> Maker) {
        let Ok(value) = expand(value, specifiers) else { return };
        let (directive, base, is_list) = match key {
            "WorkingDirectory" => ("WorkingDirectory", "", false),
            "RootDirectory" => ("RootDirectory", "", false),
            "RootImage" => ("RootImage", "", false),
            "StateDirectory" => ("StateDirectory", "/var/lib/", true),
            "CacheDirectory" => ("CacheDirectory", "/var/cache/", true),
            "LogsDirectory" => ("LogsDirectory", "/var/log/", true),
            "RuntimeDirectory" => ("RuntimeDirectory", "/run/", true),
            "ConfigurationDirectory" => ("ConfigurationDirectory", "/etc/", true),
            _ => return,
        };
        if value.text.is_empty() || !is_list {
            self.needed.retain(|needed| needed.directive != directive);
        }
        let (relation, text) = match value.text.strip_prefix('-') {
            Some(text) if !is_list => (Relation::Wants, text),
            _ if key.starts_with("Root") => (Relation::Wants, &*value.text),
            _ => (Relation::Requires, &*value.text),
        };
        let words: Vec<&str> = if is_list { text.split_ascii_whitespace().collect() } else { vec![text] };
        for word in words {
            let path =
                format!("{base}{}", if is_list { word.split(':').next().unwrap_or_default() } else { word });
            if path.starts_with('/') {
                let in_system_folder = is_list;
                self.needed.push(Needed { path, in_system_folder, relation, directive, maker: maker() });
            }
        }
    }
}

impl Dependencies {
    /// Reads the units of the search path, or those in the directory `beside`.
    pub fn read(loader: &Loader, beside: Option<&Path>, user: bool) -> Self {
        let mut this = Self::default();
        let mut units = loader.each_unit(beside);
        for unit in &units {
            for name in unit.names.iter().filter(|name| **name != unit.id) {
                this.aliases.insert(name.clone(), unit.id.clone());
            }
        }
        for _ in 0..ROUNDS {
            for unit in &units {
                this.unit(loader, unit, user);
            }
            units = this.instances_not_read().iter().map(|name| loader.load_near(name, beside)).collect();
            if units.is_empty() {
                break;
            }
        }
        // A slice needs no file.
        for slice in std::mem::take(&mut this.slices_without_files) {
            this.nodes[slice].exists = true;
        }
        this.order_targets();
        this
    }

    /// Instances that somebody names.
    fn instances_not_read(&self) -> Vec<UnitName> {
        let instances = self.nodes.iter().filter(|node| node.name.instance().is_some());
        instances
            .filter(|node| !node.exists && node.outgoing.is_empty())
            .map(|node| node.name.clone())
            .collect()
    }

    fn unit(&mut self, loader: &Loader, unit: &Loaded, user: bool) {
        let node = self.node(&unit.id);
        if unit.state != State::Found || self.nodes[node].exists {
            return;
        }
        self.nodes[node].exists = true;
        let mut said = Said::default();
        let fragment = unit.fragment.as_ref();
        let asked = unit.asked.as_str();
        let own = unit.id.as_str();
        for (source, name) in
            fragment.map(|f| (f, asked)).into_iter().chain(unit.drop_ins.iter().map(|f| (f, own)))
        {
            let specifiers = UnitSpecifiers {
                name,
                fragment: fragment.map(|f| f.path.as_path()),
                root: loader.root(),
                user,
            };
            self.file(node, &source.bytes, &source.path, &specifiers, &mut said);
        }
        for link in loader.dependencies_by_link(unit) {
            let (relation, directive) = match link.kind {
                LinkDependencyKind::Wants => (Relation::Wants, "Wants"),
                LinkDependencyKind::Requires => (Relation::Requires, "Requires"),
                LinkDependencyKind::Upholds => (Relation::Upholds, "Upholds"),
            };
            self.edge(node, &link.unit, relation, directive, Maker::Link(link.path));
        }
        self.nodes[node].default_dependencies = said.default_dependencies.unwrap_or(true);
        self.implicit(node, &unit.id, said, user);
    }

    fn edge(
        &mut self,
        from: usize,
        to: &UnitName,
        relation: Relation,
        directive: &'static str,
        maker: Maker,
    ) {
        let to = self.node(to);
        self.add(Edge { from, to, relation, directive, maker });
    }

    fn file(&mut self, node: usize, bytes: &[u8], path: &Path, specifiers: &dyn Specifiers, said: &mut Said) {
        let mut section = String::new();
        for line in syntax::lines(bytes) {
            match &line.kind {
                LineKind::Section(name) => name.as_str().clone_into(&mut section),
                LineKind::Fatal(..) => return,
                LineKind::Assignment { key, value } => {
                    let maker = || Maker::Line { file: path.to_owned(), line: line.number };
                    let mut value = Cow::Borrowed(value.as_str());
                    if self.nodes[node].name.is_template() && value.contains('%') {
                        // The same instance of another template: that template.
                        value = value.replace("%i", "").replace("%I", "").into();
                    }
                    self.assignment(node, (&section, key.as_str(), &value), specifiers, &maker, said);
                }
                LineKind::Blank | LineKind::Comment | LineKind::Stray(..) => {}
            }
        }
    }

    fn assignment(
        &mut self,
        node: usize,
        (section, key, value): (&str, &str, &str),
        specifiers: &dyn Specifiers,
        maker: &dyn Fn() -> Maker,
        said: &mut Said,
    ) {
        if section == "Unit" {
            let (relation, directive) = match key {
                "Requires" => (Relation::Requires, "Requires"),
                "Requisite" => (Relation::Requisite, "Requisite"),
                "BindsTo" => (Relation::BindsTo, "BindsTo"),
                "BindTo" => (Relation::BindsTo, "BindTo"),
                "PartOf" => (Relation::PartOf, "PartOf"),
                "StopPropagatedFrom" => (Relation::StopPropagatedFrom, "StopPropagatedFrom"),
                "PropagatesStopTo" => (Relation::PropagatesStopTo, "PropagatesStopTo"),
                "Wants" => (Relation::Wants, "Wants"),
                "Upholds" => (Relation::Upholds, "Upholds"),
                "After" => (Relation::After, "After"),
                "Before" => (Relation::Before, "Before"),
                "DefaultDependencies" => {
                    said.default_dependencies = boolean::parse(value).ok().or(said.default_dependencies);
                    return;
                }
                "StopWhenUnneeded" => {
                    if let Ok(yes) = boolean::parse(value) {
                        self.nodes[node].stop_when_unneeded = yes.then(maker);
                    }
                    return;
                }
                "RequiresMountsFor" | "WantsMountsFor" => {
                    self.mounts_for(node, key, value, specifiers, maker);
                    return;
                }
                _ => return,
            };
            for name in unit_list::parse_units(value, specifiers) {
                self.edge(node, &name, relation, directive, maker());
            }
            return;
        }
        let one = || UnitName::mangle(&expand(value, specifiers).ok()?.text).ok();
        match (section, key) {
            ("Socket", "Accept") => said.accepts = boolean::parse(value).unwrap_or(said.accepts),
            ("Socket", "Service") => said.triggered = one().map(|name| (name, "Service", maker())),
            ("Timer" | "Path", "Unit") => said.triggered = one().map(|name| (name, "Unit", maker())),
            ("Service", "Sockets") => {
                for name in unit_list::parse_units(value, specifiers) {
                    self.edge(node, &name, Relation::Wants, "Sockets", maker());
                    self.edge(node, &name, Relation::After, "Sockets", maker());
                    let socket = self.node(&name);
                    let (directive, maker) = ("Sockets", maker());
                    self.add(Edge { from: socket, to: node, relation: Relation::Triggers, directive, maker });
                }
            }
            ("Service" | "Socket" | "Mount" | "Swap", _)
                if key.ends_with("Directory") || key == "RootImage" =>
            {
                said.needs(key, value, specifiers, maker);
            }
            (_, "Slice") => said.slice = one().map(|name| (name, maker())),
            _ => {}
        }
    }

    /// Every mount on the way to these paths.
    fn mounts_for(
        &mut self,
        node: usize,
        key: &str,
        value: &str,
        specifiers: &dyn Specifiers,
        maker: &dyn Fn() -> Maker,
    ) {
        let (relation, directive) = match key {
            "RequiresMountsFor" => (Relation::Requires, "RequiresMountsFor"),
            _ => (Relation::Wants, "WantsMountsFor"),
        };
        for path in value.split_ascii_whitespace() {
            let Ok(path) = expand(path, specifiers) else { continue };
            self.mounts_above(node, Path::new(&*path.text), relation, directive, maker);
        }
    }

    fn mounts_above(
        &mut self,
        node: usize,
        path: &Path,
        relation: Relation,
        directive: &'static str,
        maker: &dyn Fn() -> Maker,
    ) {
        for path in path.ancestors() {
            let name = escape_path(path.as_os_str().as_encoded_bytes())
                .and_then(|name| UnitName::build(&name, None, UnitType::Mount).ok());
            if let Some(name) = name {
                self.edge(node, &name, relation, directive, maker());
                self.edge(node, &name, Relation::After, directive, maker());
            }
        }
    }

    /// What systemd adds by itself.
    fn implicit(&mut self, node: usize, id: &UnitName, said: Said, user: bool) {
        let unit_type = id.unit_type();
        let implicit = || Maker::Implicit;
        if matches!(unit_type, UnitType::Socket | UnitType::Timer | UnitType::Path | UnitType::Automount) {
            self.trigger(node, id, unit_type, said.accepts, said.triggered);
        }
        if unit_type == UnitType::Mount || unit_type == UnitType::Automount {
            let path = unescape_path(id.without_suffix()).and_then(|path| String::from_utf8(path).ok());
            if let Some(parent) = path.as_deref().and_then(|path| Path::new(path).parent()) {
                self.mounts_above(node, parent, Relation::Requires, "RequiresMountsFor", &implicit);
            }
        }
        for needed in said.needed.iter().filter(|needed| !user || !needed.in_system_folder) {
            let maker = || needed.maker.clone();
            self.mounts_above(node, Path::new(&needed.path), needed.relation, needed.directive, &maker);
        }
        let has_slice = matches!(
            unit_type,
            UnitType::Service
                | UnitType::Socket
                | UnitType::Mount
                | UnitType::Swap
                | UnitType::Scope
                | UnitType::Slice
        );
        if has_slice {
            let slice = match said.slice {
                Some(slice) => Some(slice),
                None => default_slice(id, user).map(|slice| (slice, Maker::Implicit)),
            };
            if let Some((slice, maker)) = slice {
                self.in_slice(node, &slice, maker);
            }
        }
        if said.default_dependencies == Some(false) || id.is_template() && unit_type != UnitType::Service {
            return;
        }
        let mut depend = |on: &str, relation: Relation| {
            if let Ok(name) = UnitName::parse(on) {
                self.edge(node, &name, relation, "DefaultDependencies", Maker::Implicit);
            }
        };
        let base = if user { "basic.target" } else { "sysinit.target" };
        match unit_type {
            UnitType::Service | UnitType::Socket | UnitType::Timer | UnitType::Path => {
                depend(base, Relation::Requires);
                depend(base, Relation::After);
                match unit_type {
                    UnitType::Service => depend("basic.target", Relation::After),
                    UnitType::Socket => depend("sockets.target", Relation::Before),
                    UnitType::Timer => depend("timers.target", Relation::Before),
                    _ => depend("paths.target", Relation::Before),
                }
            }
            _ => {}
        }
        if !matches!(unit_type, UnitType::Device | UnitType::Automount) {
            depend("shutdown.target", Relation::Before);
        }
    }

    /// A unit belongs to a slice, and that to the slice above it, whether or not any of these has a file.
    fn in_slice(&mut self, node: usize, slice: &UnitName, maker: Maker) {
        self.edge(node, slice, Relation::Requires, "Slice", maker.clone());
        self.edge(node, slice, Relation::After, "Slice", maker);
        let here = self.node(slice);
        let is_new = !self.nodes[here].exists && self.nodes[here].outgoing.is_empty();
        if let Some(parent) = default_slice(slice, false).filter(|_| is_new) {
            self.in_slice(here, &parent, Maker::Implicit);
        }
        if !self.nodes[here].exists {
            self.slices_without_files.push(here);
        }
    }

    /// What a socket, timer, path or automount starts.
    fn trigger(
        &mut self,
        node: usize,
        id: &UnitName,
        unit_type: UnitType,
        accepts: bool,
        named: Option<(UnitName, &'static str, Maker)>,
    ) {
        let unit = if unit_type == UnitType::Automount { UnitType::Mount } else { UnitType::Service };
        let by_name = || {
            let text = match (accepts, id.instance()) {
                // Each connection has an instance of its own.
                (true, _) => format!("{}@.{unit}", id.prefix()),
                (false, _) => format!("{}.{unit}", id.without_suffix()),
            };
            let directive = match unit_type {
                UnitType::Socket => "Service",
                UnitType::Automount => "Where",
                _ => "Unit",
            };
            UnitName::parse(&text).ok().map(|name| (name, directive, Maker::Implicit))
        };
        if let Some((name, directive, maker)) = named.or_else(by_name) {
            self.edge(node, &name, Relation::Triggers, directive, maker.clone());
            self.edge(node, &name, Relation::Before, directive, maker);
        }
    }

    /// A target comes after what it pulls in, if both have `DefaultDependencies=` and nothing says otherwise.
    fn order_targets(&mut self) {
        let mut orders = Vec::new();
        for edge in &self.edges {
            let (target, unit) = (&self.nodes[edge.from], &self.nodes[edge.to]);
            let pulls = matches!(
                edge.relation,
                Relation::Requires
                    | Relation::Requisite
                    | Relation::BindsTo
                    | Relation::Wants
                    | Relation::Upholds
            );
            if !pulls
                || target.name.unit_type() != UnitType::Target
                || !target.default_dependencies
                || !unit.default_dependencies
                || !unit.exists
            {
                continue;
            }
            let is_after_target = unit.outgoing.iter().chain(&target.outgoing).any(|&other| {
                let other = &self.edges[other];
                let between = [other.from, other.to];
                between.contains(&edge.from)
                    && between.contains(&edge.to)
                    && matches!(other.relation, Relation::After | Relation::Before)
            });
            if !is_after_target {
                orders.push((edge.from, edge.to));
            }
        }
        for (from, to) in orders {
            let directive = "DefaultDependencies";
            self.add(Edge { from, to, relation: Relation::After, directive, maker: Maker::Implicit });
        }
    }
}

/// The slice that a unit belongs to where it names none.
fn default_slice(id: &UnitName, user: bool) -> Option<UnitName> {
    if id.unit_type() != UnitType::Slice {
        return Some(id.default_slice(user));
    }
    let stem = id.without_suffix();
    match stem.rsplit_once('-') {
        _ if stem == "-" => None,
        Some((parent, _)) => UnitName::build(parent, None, UnitType::Slice).ok(),
        None => UnitName::build("-", None, UnitType::Slice).ok(),
    }
}
