//! The server's clock, which can be stopped and moved forward.
//!
//! Invariant: it never goes back: what was written stays in the past, and nothing that is due is put off. It says what
//! time operations see; signatures are checked and leases are held by the machine's clock, so that clients are believed
//! and jobs go on whatever it says.

use std::time::Duration;

use domain::Time;
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

/// How a clock is to be changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClockChange {
    /// It stands still from now on.
    Freeze {
        /// At this time, which is not before the time it shows; at that one if absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<jiff::Timestamp>,
    },
    /// It moves forward, and stands still or goes on as before.
    Advance {
        /// How far.
        seconds: f64,
    },
    /// It goes on from the time it shows.
    Resume {},
}

/// What a clock shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockReading {
    /// The time.
    pub now: jiff::Timestamp,
    /// Whether it stands still.
    pub frozen: bool,
    /// How far it is ahead of the machine's clock; negative if it is behind.
    pub ahead_seconds: f64,
}

/// Why a clock was not changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidClockChange(String);

/// A clock over the machine's.
#[derive(Default)]
pub(crate) struct SetClock(RwLock<Setting>);

#[derive(Clone, Copy)]
enum Setting {
    /// It is so many microseconds ahead.
    Ahead(i64),
    Frozen(Time),
}

impl Default for Setting {
    fn default() -> Self {
        Self::Ahead(0)
    }
}

impl Setting {
    fn now(self, machine: Time) -> Time {
        match self {
            Self::Ahead(ahead) => Time::from_microseconds(machine.microseconds().saturating_add(ahead)),
            Self::Frozen(at) => at,
        }
    }

    fn reading(self, machine: Time) -> ClockReading {
        let now = self.now(machine);
        let ahead = now.microseconds().saturating_sub(machine.microseconds());
        ClockReading {
            now: jiff::Timestamp::from_microsecond(now.microseconds()).unwrap_or(jiff::Timestamp::MAX),
            frozen: matches!(self, Self::Frozen(_)),
            ahead_seconds: jiff::SignedDuration::from_micros(ahead).as_secs_f64(),
        }
    }
}

impl SetClock {
    /// The time, while the machine's clock shows `machine`.
    pub(crate) fn now(&self, machine: Time) -> Time {
        self.0.read().now(machine)
    }

    /// What it shows.
    pub(crate) fn reading(&self, machine: Time) -> ClockReading {
        self.0.read().reading(machine)
    }

    /// Changes it. Returns what it shows then.
    pub(crate) fn change(
        &self,
        change: &ClockChange,
        machine: Time,
    ) -> Result<ClockReading, InvalidClockChange> {
        let mut setting = self.0.write();
        let now = setting.now(machine);
        let changed = match change {
            ClockChange::Freeze { at: None } => Setting::Frozen(now),
            ClockChange::Freeze { at: Some(at) } if Time::from(*at) >= now => {
                Setting::Frozen(writable((*at).into())?)
            }
            ClockChange::Freeze { at: Some(at) } => {
                return Err(InvalidClockChange(format!(
                    "the clock does not go back: it shows {now}, which is after {at}"
                )));
            }
            ClockChange::Advance { seconds } => {
                let by = forward(*seconds)?;
                writable(now.after(by))?;
                match *setting {
                    Setting::Ahead(ahead) => {
                        Setting::Ahead(Time::from_microseconds(ahead).after(by).microseconds())
                    }
                    Setting::Frozen(at) => Setting::Frozen(at.after(by)),
                }
            }
            ClockChange::Resume {} => Setting::Ahead(now.microseconds() - machine.microseconds()),
        };
        *setting = changed;
        Ok(changed.reading(machine))
    }
}

fn forward(seconds: f64) -> Result<Duration, InvalidClockChange> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        InvalidClockChange(format!(
            "{seconds} is not a length of time in seconds; the clock does not go back"
        ))
    })
}

/// `time`, if it can be written in AWS's formats. Ours: beyond it, every answer with a time would fail.
fn writable(time: Time) -> Result<Time, InvalidClockChange> {
    let latest: jiff::Timestamp = "9000-01-01T00:00:00Z".parse().expect("it is a time");
    if time > Time::from(latest) {
        return Err(InvalidClockChange(
            "the clock does not go beyond the year 9000".to_owned(),
        ));
    }
    Ok(time)
}
