//! Which unit has to do with which: the dependencies of all units of a search path, each with the line or link
//! that makes it.
//!
//! Only the lines that make dependencies are read, and what systemd adds by itself: those of
//! `DefaultDependencies=`, of slices, mounts, and of sockets, timers and paths to what they start. What
//! follows from them is in [`Dependencies::stopped_with`] and its relatives. Which units are active nobody
//! knows here: all that could be count as active.

mod follow;
mod read;
mod transaction;

pub use follow::{Propagation, StopsWith, When};

use crate::collections::HashMap;
use crate::name::UnitName;
use std::path::PathBuf;

/// What one unit is to another: the directive that says so, or would say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Relation {
    Requires,
    Requisite,
    BindsTo,
    PartOf,
    StopPropagatedFrom,
    PropagatesStopTo,
    Wants,
    Upholds,
    After,
    Before,
    /// `Unit=`, `Service=`, `Sockets=`, or the name of a socket, timer, path or automount.
    Triggers,
}

/// What makes a dependency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maker {
    /// A line.
    Line {
        /// The file.
        file: PathBuf,
        /// The number of the line.
        line: u32,
    },
    /// A link in a `.wants`, `.requires` or `.upholds` directory.
    Link(PathBuf),
    /// systemd itself: by the unit's name, or a default.
    Implicit,
}

/// The dependency of one unit on another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Edge {
    /// Whose file says it.
    from: usize,
    /// About whom.
    to: usize,
    relation: Relation,
    /// The directive that is written in the file, or that stands for the link or default.
    directive: &'static str,
    maker: Maker,
}

/// A unit of the graph.
#[derive(Clone, Debug)]
struct Node {
    name: UnitName,
    /// There are files that describe it, or it needs none.
    exists: bool,
    stop_when_unneeded: Option<Maker>,
    default_dependencies: bool,
    incoming: Vec<usize>,
    outgoing: Vec<usize>,
}

/// The dependencies of all units of a search path.
#[derive(Debug, Default)]
pub struct Dependencies {
    nodes: Vec<Node>,
    index: HashMap<UnitName, usize>,
    edges: Vec<Edge>,
    /// For a name what the unit's own name is, where that is another one.
    aliases: HashMap<UnitName, UnitName>,
    slices_without_files: Vec<usize>,
}

impl Dependencies {
    fn node(&mut self, name: &UnitName) -> usize {
        let name = self.aliases.get(name).unwrap_or(name);
        if let Some(&index) = self.index.get(name) {
            return index;
        }
        let index = self.nodes.len();
        self.nodes.push(Node {
            name: name.clone(),
            exists: false,
            stop_when_unneeded: None,
            default_dependencies: true,
            incoming: Vec::new(),
            outgoing: Vec::new(),
        });
        self.index.insert(name.clone(), index);
        index
    }

    fn add(&mut self, edge: Edge) {
        if edge.from == edge.to {
            return;
        }
        let index = self.edges.len();
        self.nodes[edge.from].outgoing.push(index);
        self.nodes[edge.to].incoming.push(index);
        self.edges.push(edge);
    }
}
