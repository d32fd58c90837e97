//! What follows from dependencies: which units stop when one does, in which order, and what may start it again.

use super::transaction::{Found, Transaction};
use super::{Dependencies, Edge, Maker, Relation};
use crate::collections::{HashMap, HashSet};
use crate::name::UnitName;

/// When a unit stops, beside the one that is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// It has stopped before that one begins to.
    Before,
    /// At the same time.
    Together,
    /// That one has stopped before it begins to.
    After,
}

/// A unit that stops with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StopsWith {
    /// Its name; a template stands for each of its instances.
    pub unit: UnitName,
    /// The unit whose stop it follows: the one in question, or another that stops with it.
    pub follows: UnitName,
    /// When.
    pub when: When,
    /// The directive that makes it so.
    pub directive: &'static str,
    /// Where that is said.
    pub maker: Maker,
    /// After a restart it is started again.
    pub is_restarted: bool,
}

/// What makes units stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Propagation {
    /// A unit is stopped on request.
    Stop,
    /// A unit is restarted on request, or by `Restart=`.
    Restart,
    /// A unit has ended by itself.
    End,
}

impl Dependencies {
    /// The units that stop when this one does, in the order in which they stop, as far as an order is given.
    /// Units that `is_active` denies are left out, and so is what would stop only with them.
    ///
    /// ```
    /// use unitctl_parser::dependencies::{Dependencies, Propagation};
    /// use unitctl_parser::load::{Loader, Root, SearchPath};
    /// use unitctl_parser::name::UnitName;
    ///
    /// let folder = tempfile::tempdir()?;
    /// std::fs::write(folder.path().join("db.service"), "[Service]\nExecStart=/usr/bin/db\n")?;
    /// std::fs::write(folder.path().join("web.service"), "[Unit]\nRequires=db.service\n[Service]\nExecStart=/usr/bin/web\n")?;
    ///
    /// let loader = Loader::new(SearchPath::new([folder.path().to_owned()]), Root::host());
    /// let all = Dependencies::read(&loader, None, false);
    /// let stopped = all.stopped_with(&UnitName::parse("db.service")?, Propagation::Stop, &|_| true);
    /// assert_eq!((stopped[0].unit.to_string(), stopped[0].directive), ("web.service".into(), "Requires"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn stopped_with(
        &self,
        unit: &UnitName,
        propagation: Propagation,
        is_active: &dyn Fn(&UnitName) -> bool,
    ) -> Vec<StopsWith> {
        let roots = self.places(unit);
        let anchor = roots.iter().map(|&root| (root, unit.clone())).collect();
        let mut transaction = Transaction::new(self, is_active);
        let mut found = transaction.follow(anchor, propagation);
        self.put_in_order(&roots, &mut found);
        if propagation != Propagation::Restart {
            self.add_unneeded(&roots, unit, &mut found, &mut transaction);
        }
        let stops = |found: Found| {
            let edge = &self.edges[found.edge];
            let unneeded =
                self.nodes[found.place].stop_when_unneeded.as_ref().filter(|_| edge.to == found.place);
            let (directive, maker) = match unneeded {
                Some(maker) if is_need(edge.relation) => ("StopWhenUnneeded", maker.clone()),
                _ => (edge.directive, edge.maker.clone()),
            };
            let Found { name: unit, follows, when, is_restarted, .. } = found;
            StopsWith { unit, follows, when, directive, maker, is_restarted }
        };
        found.into_iter().map(stops).collect()
    }

    /// The name of a unit that has to do with `near`, which is shown as `near_name`: where a template has to do
    /// with a template, it is the instance of the same instance.
    pub(super) fn shown(&self, place: usize, near: usize, near_name: &UnitName) -> UnitName {
        let name = &self.nodes[place].name;
        let instance =
            near_name.instance().filter(|_| name.is_template() && self.nodes[near].name.is_template());
        instance.and_then(|instance| name.with_instance(instance).ok()).unwrap_or_else(|| name.clone())
    }

    /// The units that may start this one again once it was stopped, with what makes each do so: what triggers or
    /// upholds it, or another that stopped with it and needs it. Units in `stopped` can do so no more.
    pub fn may_start(&self, unit: &UnitName, stopped: &[StopsWith]) -> Vec<(UnitName, &'static str, &Maker)> {
        let mut found: Vec<(UnitName, &'static str, &Maker)> = Vec::new();
        let mut pulling: Vec<(usize, UnitName)> =
            self.places(unit).into_iter().map(|place| (place, unit.clone())).collect();
        let mut next = 0;
        while let Some((place, near)) = pulling.get(next).cloned() {
            next += 1;
            for edge in self.nodes[place].incoming.iter().map(|&index| &self.edges[index]) {
                let name = self.shown(edge.from, place, &near);
                if stopped.iter().any(|stops| stops.unit == name) {
                    if pulls_in(edge.relation) && !pulling.iter().any(|(known, _)| *known == edge.from) {
                        pulling.push((edge.from, name));
                    }
                    continue;
                }
                let starts = matches!(edge.relation, Relation::Triggers | Relation::Upholds);
                let is_new = name != *unit && !found.iter().any(|(known, ..)| *known == name);
                if starts && self.nodes[edge.from].exists && is_new {
                    found.push((name, edge.directive, &edge.maker));
                }
            }
        }
        found
    }

    /// Where a unit stands: under its own name, and for an instance under that of its template.
    fn places(&self, unit: &UnitName) -> Vec<usize> {
        let own = self.aliases.get(unit).unwrap_or(unit);
        let template = own.template();
        [Some(own), template.as_ref()]
            .into_iter()
            .flatten()
            .filter_map(|name| self.index.get(name).copied())
            .collect()
    }

    /// Units that nobody needs any more (`StopWhenUnneeded=`) stop when all others have, each as if one had asked
    /// for that.
    fn add_unneeded(
        &self,
        roots: &[usize],
        unit: &UnitName,
        found: &mut Vec<Found>,
        transaction: &mut Transaction<'_>,
    ) {
        let mut gone: Vec<(usize, UnitName)> = roots.iter().map(|&root| (root, unit.clone())).collect();
        gone.extend(found.iter().map(|found| (found.place, found.name.clone())));
        let mut next = 0;
        while let Some((place, follows)) = gone.get(next).cloned() {
            next += 1;
            for &index in &self.nodes[place].outgoing {
                let Edge { relation, to, .. } = self.edges[index];
                let is_unneeded = is_need(relation)
                    && self.nodes[to].stop_when_unneeded.is_some()
                    && !self.is_needed(to, &gone, transaction);
                if !is_unneeded {
                    continue;
                }
                let mut stops = transaction.stop(to, index, (place, &follows));
                self.put_in_order(&[], &mut stops);
                gone.extend(stops.iter().map(|found| (found.place, found.name.clone())));
                found.extend(stops.into_iter().map(|found| Found { when: When::After, ..found }));
            }
        }
    }

    /// Whether a unit that is not gone needs this one, or one that is gone and is upheld by one that is not: then
    /// that is started again first, if nothing that it must find active is gone.
    fn is_needed(&self, place: usize, gone: &[(usize, UnitName)], transaction: &Transaction<'_>) -> bool {
        let is_up = |place: usize| {
            !gone.iter().any(|(gone, _)| *gone == place) && transaction.is_active(&self.nodes[place].name)
        };
        let from = |place: usize| self.nodes[place].incoming.iter().map(|&index| &self.edges[index]);
        let is_upheld =
            |place: usize| from(place).any(|edge| edge.relation == Relation::Upholds && is_up(edge.from));
        let can_start = |place: usize| {
            let needs = self.nodes[place].outgoing.iter().map(|&index| &self.edges[index]);
            needs.filter(|need| need.relation == Relation::Requisite).all(|need| is_up(need.to))
        };
        from(place)
            .filter(|need| is_need(need.relation))
            .any(|need| is_up(need.from) || is_upheld(need.from) && can_start(need.from))
    }

    /// Sorts what stops: a unit that is ordered after another stops before it.
    fn put_in_order(&self, roots: &[usize], found: &mut Vec<Found>) {
        // The unit in question, wherever it stands, has position 0.
        let positions = found.iter().zip(1..).map(|(found, position)| (found.place, position));
        let at: HashMap<usize, usize> = positions.chain(roots.iter().map(|&root| (root, 0))).collect();
        let count = found.len() + 1;
        // For each the ones that must have stopped before it begins to.
        let mut first: Vec<Vec<usize>> = vec![Vec::new(); count];
        for &place in at.keys() {
            for edge in self.nodes[place].outgoing.iter().map(|&index| &self.edges[index]) {
                let (Some(&from), Some(&to)) = (at.get(&edge.from), at.get(&edge.to)) else { continue };
                match edge.relation {
                    Relation::After => first[to].push(from),
                    Relation::Before => first[from].push(to),
                    _ => {}
                }
            }
        }
        let mut done = vec![false; count];
        let mut rank = vec![0; count];
        let mut round = 0;
        while done.contains(&false) {
            round += 1;
            let is_free = |position: &usize| first[*position].iter().all(|&other| done[other]);
            let open = || (0..count).filter(|&position| !done[position]);
            let mut next: Vec<usize> = open().filter(is_free).collect();
            if next.is_empty() {
                // In a loop of orders systemd drops one of them; which one is not certain.
                next.extend(open().next());
            }
            for position in next {
                done[position] = true;
                rank[position] = round;
            }
        }
        let before = reached(0, &first);
        for (found, position) in found.iter_mut().zip(1..) {
            found.when = if before.contains(&position) {
                When::Before
            } else if reached(position, &first).contains(&0) {
                When::After
            } else {
                When::Together
            };
        }
        let mut ranks = rank.into_iter().skip(1);
        let mut ranked: Vec<(i32, Found)> =
            found.drain(..).map(|found| (ranks.next().unwrap_or(round), found)).collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        found.extend(ranked.into_iter().map(|(_, found)| found));
    }
}

/// All that must come before `position`.
fn reached(position: usize, first: &[Vec<usize>]) -> HashSet<usize> {
    let mut seen = HashSet::default();
    let mut stack = vec![position];
    while let Some(next) = stack.pop() {
        stack.extend(first[next].iter().copied().filter(|&other| seen.insert(other)));
    }
    seen
}

/// Whether the start of a unit starts the other too.
pub(super) const fn pulls_in(relation: Relation) -> bool {
    matches!(relation, Relation::Requires | Relation::BindsTo | Relation::Wants | Relation::Upholds)
}

/// Whether it keeps a unit with `StopWhenUnneeded=` up.
const fn is_need(relation: Relation) -> bool {
    pulls_in(relation) || matches!(relation, Relation::Requisite)
}
