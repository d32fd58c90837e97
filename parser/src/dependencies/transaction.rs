//! The jobs that one request to stop or restart a unit leads to.

use super::follow::{Propagation, When, pulls_in};
use super::{Dependencies, Edge, Relation};
use crate::collections::HashSet;
use crate::name::UnitName;
use std::collections::VecDeque;

/// A unit that was found to stop.
pub(super) struct Found {
    pub(super) place: usize,
    pub(super) name: UnitName,
    pub(super) follows: UnitName,
    pub(super) edge: usize,
    pub(super) when: When,
    pub(super) is_restarted: bool,
}

/// The jobs that one request leads to, as systemd collects them before it runs any (observed with webs of
/// dependencies drawn at random).
///
/// What depends on a unit stops, or restarts, with it, and so on from there. Only then come `PropagatesStopTo=`
/// and `StopPropagatedFrom=`, and only those of the unit that was asked about and of units that are reached by
/// them alone: a unit that has its job already hands nothing on.
pub(super) struct Transaction<'a> {
    dependencies: &'a Dependencies,
    is_active: &'a dyn Fn(&UnitName) -> bool,
    /// Those of the units that have a job.
    names: HashSet<UnitName>,
    found: Vec<Found>,
    /// The units that are started because something that restarts pulls them in.
    pulled_in: HashSet<usize>,
}

impl<'a> Transaction<'a> {
    /// One in which nothing has a job yet.
    pub(super) fn new(dependencies: &'a Dependencies, is_active: &'a dyn Fn(&UnitName) -> bool) -> Self {
        Self {
            dependencies,
            is_active,
            names: HashSet::default(),
            found: Vec::new(),
            pulled_in: HashSet::default(),
        }
    }

    /// What follows for others when a unit, which stands at the places `anchor`, is stopped, restarted, or ends.
    pub(super) fn follow(&mut self, anchor: Vec<(usize, UnitName)>, propagation: Propagation) -> Vec<Found> {
        for (place, name) in &anchor {
            self.names.extend([self.dependencies.nodes[*place].name.clone(), name.clone()]);
        }
        match propagation {
            Propagation::Stop => self.request(anchor, false),
            Propagation::Restart => self.request(anchor, true),
            Propagation::End => self.follow_bound(&anchor),
        }
        std::mem::take(&mut self.found)
    }

    /// This unit stops because of another, and what follows for others.
    pub(super) fn stop(&mut self, place: usize, edge: usize, near: (usize, &UnitName)) -> Vec<Found> {
        if let Some(name) = self.add(place, edge, near, false) {
            self.request(vec![(place, name)], false);
        }
        std::mem::take(&mut self.found)
    }

    /// Whether a unit of that name is active.
    pub(super) fn is_active(&self, name: &UnitName) -> bool {
        (self.is_active)(name)
    }

    /// Nobody asked for anything: each unit that is bound to these is stopped as if one had asked for that.
    fn follow_bound(&mut self, ended: &[(usize, UnitName)]) {
        let dependencies = self.dependencies;
        for (place, name) in ended {
            let bound = dependencies.dependent_edges(*place).chain(dependencies.handed_on_edges(*place));
            for (other, edge) in bound.filter(|&(_, edge)| is_bound(dependencies.edges[edge].relation)) {
                if let Some(other_name) = self.add(other, edge, (*place, name), false) {
                    self.request(vec![(other, other_name)], false);
                }
            }
        }
    }

    /// All that happens because this unit is asked to stop, or to restart.
    fn request(&mut self, anchor: Vec<(usize, UnitName)>, restart: bool) {
        self.depend(anchor.clone(), restart);
        let mut queue: VecDeque<(usize, UnitName)> = anchor.into();
        while let Some((place, follows)) = queue.pop_front() {
            for (other, edge) in self.dependencies.handed_on_edges(place) {
                let restart = self.pulled_in.contains(&other);
                if let Some(name) = self.add(other, edge, (place, &follows), restart) {
                    self.depend(vec![(other, name.clone())], restart);
                    queue.push_back((other, name));
                }
            }
        }
    }

    /// The units that depend on these, and on those in turn.
    fn depend(&mut self, units: Vec<(usize, UnitName)>, restart: bool) {
        let mut queue: VecDeque<(usize, UnitName)> = units.into();
        while let Some((place, follows)) = queue.pop_front() {
            if restart {
                self.pull_in(place);
            }
            for (other, edge) in self.dependencies.dependent_edges(place) {
                if let Some(name) = self.add(other, edge, (place, &follows), restart) {
                    queue.push_back((other, name));
                }
            }
        }
    }

    /// The name of a unit, if it stops and that is news.
    fn add(
        &mut self,
        place: usize,
        edge: usize,
        (near, follows): (usize, &UnitName),
        is_restarted: bool,
    ) -> Option<UnitName> {
        let name = self.dependencies.shown(place, near, follows);
        let stops = self.dependencies.nodes[place].exists && (self.is_active)(&name);
        if !stops || !self.names.insert(name.clone()) {
            return None;
        }
        let follows = follows.clone();
        let found = Found { place, name: name.clone(), follows, edge, when: When::Together, is_restarted };
        self.found.push(found);
        Some(name)
    }

    /// What is started with a unit, and with that in turn.
    fn pull_in(&mut self, place: usize) {
        let mut stack = vec![place];
        while let Some(place) = stack.pop() {
            for &index in &self.dependencies.nodes[place].outgoing {
                let Edge { relation, to, .. } = self.dependencies.edges[index];
                if pulls_in(relation) && self.pulled_in.insert(to) {
                    stack.push(to);
                }
            }
        }
    }
}

impl Dependencies {
    /// The units that stop because they depend on this one.
    fn dependent_edges(&self, place: usize) -> impl Iterator<Item = (usize, usize)> {
        let edges = self.nodes[place].incoming.iter().map(|&index| (index, &self.edges[index]));
        edges.filter_map(|(index, edge)| {
            let depends = matches!(
                edge.relation,
                Relation::Requires | Relation::Requisite | Relation::BindsTo | Relation::PartOf
            );
            depends.then_some((edge.from, index))
        })
    }

    /// The units that this one's stop is handed on to.
    fn handed_on_edges(&self, place: usize) -> impl Iterator<Item = (usize, usize)> {
        let node = &self.nodes[place];
        let relation = |index: usize| self.edges[index].relation;
        let from =
            node.incoming.iter().filter(move |&&index| relation(index) == Relation::StopPropagatedFrom);
        let to = node.outgoing.iter().filter(move |&&index| relation(index) == Relation::PropagatesStopTo);
        from.map(|&i| (self.edges[i].from, i)).chain(to.map(|&i| (self.edges[i].to, i)))
    }
}

/// Whether the unit stops when the other has ended, however that came about.
const fn is_bound(relation: Relation) -> bool {
    matches!(relation, Relation::BindsTo | Relation::StopPropagatedFrom | Relation::PropagatesStopTo)
}
