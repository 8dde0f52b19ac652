//! `chandlery clock`: the clock of a running server, stopped and moved.

use clap::Subcommand;
use engine::{ClockChange, ClockReading};
use jiff::{SignedDuration, Timestamp};

use super::command::{ask, unexpected};
use super::seconds::Seconds;
use super::{Reply, Request};
use crate::Failure;
use crate::config::PlaceFlags;

/// What can be done with the clock.
#[derive(Debug, Subcommand)]
pub enum ClockCommand {
    /// Print what the clock shows
    Show {
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Stop the clock
    Freeze {
        /// At this time, which lies ahead: `2030-01-01T00:00:00Z`; now if left out
        #[arg(long, value_name = "TIME")]
        at: Option<Timestamp>,
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Move the clock forward
    Advance {
        /// How far: `90`, `1h 30m`, `4d`
        length: Seconds,
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
    /// Let the clock go on from the time it shows
    Resume {
        /// Which server
        #[command(flatten)]
        place: PlaceFlags,
    },
}

/// Does what `command` says. Returns what is to be printed.
pub async fn clock(command: ClockCommand) -> Result<String, Failure> {
    let (place, request) = match command {
        ClockCommand::Show { place } => (place, Request::Clock {}),
        ClockCommand::Freeze { at, place } => (place, Request::SetClock(ClockChange::Freeze { at })),
        ClockCommand::Advance { length, place } => {
            let seconds = length.0;
            (place, Request::SetClock(ClockChange::Advance { seconds }))
        }
        ClockCommand::Resume { place } => (place, Request::SetClock(ClockChange::Resume {})),
    };
    match ask(&place, request).await? {
        Reply::Clock(reading) => Ok(told(&reading)),
        other => Err(unexpected(other)),
    }
}

fn told(reading: &ClockReading) -> String {
    let how = if reading.frozen { ", and stands still" } else { "" };
    let ahead = SignedDuration::try_from_secs_f64(reading.ahead_seconds).unwrap_or(SignedDuration::MAX);
    let ahead = SignedDuration::from_millis(i64::try_from(ahead.as_millis()).unwrap_or(i64::MAX));
    match ahead {
        SignedDuration::ZERO => format!("{}{how}\n", reading.now),
        ahead if ahead.is_negative() => {
            format!("{}, {:#} behind the machine{how}\n", reading.now, ahead.abs())
        }
        ahead => format!("{}, {ahead:#} ahead of the machine{how}\n", reading.now),
    }
}
