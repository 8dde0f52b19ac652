//! Commands that got in each other's way, one behind the other.
//!
//! Commands of one account that count in the same row conflict with each other however often they are tried: with 64
//! clients, one in a hundred took 0.8 s, most of it pauses. So the first that conflicts opens a lane, and whatever is of
//! its kind follows it there, until the lane is empty. Invariant: each lane that is open has one worker that drives it; a
//! transaction is in a lane only while nobody runs it. Deliberately absent: other replicas, with which commands conflict
//! as before, and any promise that commands of different lanes do not conflict.

use std::collections::{HashMap, VecDeque};

use parking_lot::Mutex;

use super::Job;
use super::retry::Attempts;

/// A transaction and how it has fared.
pub(super) struct Run {
    pub(super) job: Job,
    pub(super) attempts: Attempts,
}

/// The lanes that are open, by name.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<String, VecDeque<Run>>>);

impl Lanes {
    /// Leaves `run` to whoever drives its lane; gives it back if nobody does.
    pub(super) fn follow(&self, run: Run) -> Option<Run> {
        let mut lanes = self.0.lock();
        let Some(lane) = run.job.lane.as_ref().and_then(|it| lanes.get_mut(it)) else {
            return Some(run);
        };
        lane.push_back(run);
        None
    }

    /// Like [`Lanes::follow`], but where nobody drives the lane of `run`, its caller does from now on.
    pub(super) fn enter(&self, run: Run) -> Option<Run> {
        let mut lanes = self.0.lock();
        let Some(name) = &run.job.lane else {
            return Some(run);
        };
        if let Some(lane) = lanes.get_mut(name) {
            lane.push_back(run);
            None
        } else {
            lanes.insert(name.clone(), VecDeque::new());
            Some(run)
        }
    }

    /// The next in the lane `name`, for the one who drives it; without any the lane is closed.
    pub(super) fn next(&self, name: &str) -> Option<Run> {
        let mut lanes = self.0.lock();
        let next = lanes.get_mut(name)?.pop_front();
        if next.is_none() {
            lanes.remove(name);
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::Mode;
    use crate::work::{Ending, step};

    fn run(lane: Option<&str>) -> Run {
        let (work, _answer) = step(|_| ((), Ending::Keep));
        let job = Job {
            mode: Mode::Command,
            lane: lane.map(str::to_owned),
            work,
        };
        Run {
            job,
            attempts: Attempts::default(),
        }
    }

    #[test]
    fn a_lane_is_followed_from_its_first_conflict_until_it_is_empty() {
        let lanes = Lanes::default();
        assert!(lanes.follow(run(Some("a"))).is_some(), "nothing has conflicted");
        assert!(lanes.enter(run(Some("a"))).is_some(), "the first drives");
        assert!(lanes.enter(run(Some("a"))).is_none());
        assert!(lanes.follow(run(Some("a"))).is_none());
        assert!(lanes.follow(run(Some("b"))).is_some(), "another lane");
        assert!(lanes.next("a").is_some());
        assert!(lanes.next("a").is_some());
        assert!(lanes.next("a").is_none());
        assert!(lanes.follow(run(Some("a"))).is_some(), "it is closed");
    }

    #[test]
    fn what_has_no_lane_goes_its_own_way() {
        let lanes = Lanes::default();
        assert!(lanes.enter(run(None)).is_some());
        assert!(lanes.enter(run(None)).is_some());
        assert!(lanes.follow(run(None)).is_some());
    }
}
