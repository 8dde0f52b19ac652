//! Commands that got in each other's way, one behind the other.
//!
//! Commands of one account that count in the same row conflict with each other however often they are tried: with 64
//! clients, one in a hundred took 0.8 s, most of it pauses. So the first that conflicts opens a lane, and for a moment
//! whatever is of its kind follows it there. Then the lane is closed, those in it go back to the queue's end, and all of
//! them try side by side again: one accident holds up nobody for long, and who drives a lane is soon there for others.
//! Invariant: each lane that is open has one worker that drives it; a transaction is in a lane only while nobody runs it;
//! a lane is short. Deliberately absent: other replicas, with which commands conflict as before, and any promise that
//! commands of different lanes do not conflict.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::Run;
use crate::queue::Queue;

/// How long a lane is open. Ours: fifty commands' time.
const OPEN_MAX: Duration = Duration::from_millis(100);

/// How many wait in a lane; others try beside it. Ours: as many as it gets done while it is open.
const LENGTH_MAX: usize = 64;

/// The lanes that are open, by name.
#[derive(Default)]
pub(super) struct Lanes(Mutex<HashMap<String, VecDeque<Run>>>);

/// A lane that its holder drives. Dropping it closes the lane.
pub(super) struct Drive<'a> {
    lanes: &'a Lanes,
    queue: &'a Queue<Run>,
    name: String,
    since: Instant,
}

/// What becomes of a transaction that met another.
pub(super) enum Met<'a> {
    /// Somebody drives its lane, and it is in there.
    Follows,
    /// It is the first, and whoever has it drives its lane from now on.
    Drives(Run, Drive<'a>),
    /// It has no lane, or no room there.
    Alone(Run),
}

impl Lanes {
    /// Leaves `run` to whoever drives its lane; gives it back if nobody does, or if there is no room.
    pub(super) fn follow(&self, run: Run) -> Option<Run> {
        let Some(name) = &run.lane else {
            return Some(run);
        };
        match self.0.lock().get_mut(name) {
            Some(lane) if lane.len() < LENGTH_MAX => lane.push_back(run),
            _ => return Some(run),
        }
        None
    }

    /// Puts `run`, which met another, into its lane, or opens one.
    pub(super) fn enter<'a>(&'a self, run: Run, queue: &'a Queue<Run>) -> Met<'a> {
        let Some(name) = run.lane.clone() else {
            return Met::Alone(run);
        };
        let mut lanes = self.0.lock();
        match lanes.get_mut(&name) {
            Some(lane) if lane.len() < LENGTH_MAX => {
                lane.push_back(run);
                Met::Follows
            }
            Some(_) => Met::Alone(run),
            None => {
                lanes.insert(name.clone(), VecDeque::new());
                let since = Instant::now();
                let lanes = self;
                Met::Drives(
                    run,
                    Drive {
                        lanes,
                        queue,
                        name,
                        since,
                    },
                )
            }
        }
    }
}

impl Drive<'_> {
    /// The next in the lane; `None` if there is none, or the lane has been open for long enough.
    pub(super) fn next(&self) -> Option<Run> {
        if self.since.elapsed() > OPEN_MAX {
            return None;
        }
        self.lanes.0.lock().get_mut(&self.name)?.pop_front()
    }
}

impl Drop for Drive<'_> {
    fn drop(&mut self) {
        let left = self.lanes.0.lock().remove(&self.name);
        self.queue.put_back(left.unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::postgres::{Attempts, Mode};
    use crate::work::{Ending, step};

    fn run(lane: Option<&str>) -> Run {
        let (work, _answer) = step(|_| ((), Ending::Keep));
        Run {
            mode: Mode::Command,
            lane: lane.map(str::to_owned),
            work,
            attempts: Attempts::default(),
        }
    }

    #[test]
    fn a_lane_is_followed_from_its_first_conflict_until_its_driver_is_gone() {
        let (lanes, queue) = (Lanes::default(), Queue::new(1));
        assert!(lanes.follow(run(Some("a"))).is_some(), "nothing has conflicted");
        let Met::Drives(_, drive) = lanes.enter(run(Some("a")), &queue) else {
            panic!("the first drives");
        };
        assert!(matches!(lanes.enter(run(Some("a")), &queue), Met::Follows));
        for _ in 0..2 {
            assert!(lanes.follow(run(Some("a"))).is_none());
        }
        assert!(lanes.follow(run(Some("b"))).is_some(), "another lane");
        assert!(drive.next().is_some());

        drop(drive);

        assert_eq!(queue.len(), 2, "those that were left wait for whoever is free");
        assert!(lanes.follow(run(Some("a"))).is_some(), "it is closed");
    }

    #[test]
    fn a_lane_is_short() {
        let (lanes, queue) = (Lanes::default(), Queue::new(1));
        let first = lanes.enter(run(Some("a")), &queue);
        for _ in 0..LENGTH_MAX {
            assert!(lanes.follow(run(Some("a"))).is_none());
        }
        assert!(lanes.follow(run(Some("a"))).is_some());
        assert!(matches!(lanes.enter(run(Some("a")), &queue), Met::Alone(_)));
        drop(first);
        assert_eq!(queue.len(), LENGTH_MAX);
    }

    #[test]
    fn what_has_no_lane_goes_its_own_way() {
        let (lanes, queue) = (Lanes::default(), Queue::new(1));
        assert!(matches!(lanes.enter(run(None), &queue), Met::Alone(_)));
        assert!(lanes.follow(run(None)).is_some());
    }
}
