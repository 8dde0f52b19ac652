//! One run: what is measured, and in which order.

use std::path::Path;
use std::time::Instant;

use anyhow::Result;
use client::Signed;

use crate::hello::Hello;
use crate::load::{Load, Reading, read};
use crate::options::{Name, Options};
use crate::readings::{self, World};
use crate::report::{self, Aim, Line, Report};
use crate::rounds::Rounds;
use crate::scale::Scale;
use crate::server::Server;
use crate::{machine, postgres};

/// wrk's connections for reading: what the limits of the machine were measured with.
const READERS: usize = 16;

/// What every reading needs.
pub(crate) struct Bench {
    pub(crate) options: Options,
    pub(crate) scale: Scale,
    pub(crate) report: Report,
    hello: Hello,
}

/// A request that is sent over and over, and where to.
pub(crate) struct Subject<'a> {
    pub(crate) endpoint: &'a str,
    pub(crate) request: &'a Signed,
}

/// Readings of one subject, each with how many hellos there were in a second beside it.
pub(crate) struct Compared(Vec<(Reading, f64)>);

/// Measures what is wanted, prints it, and writes it where there is a folder for it.
pub(crate) async fn measure(options: Options) -> Result<()> {
    let begun = Instant::now();
    let machine = machine::described(&options).await?;
    println!("{machine}");
    let method = format!(
        "Figures are medians of {} rounds; a reading takes {} s.",
        options.rounds(),
        options.time().as_secs()
    );
    let mut bench = Bench {
        scale: options.scale(),
        report: Report::new(machine, method),
        hello: Hello::start()?,
        options,
    };
    bench.all().await?;
    println!("\n{:.0} s", begun.elapsed().as_secs_f64());
    match &bench.options.out {
        Some(folder) => report::write(&bench.report, folder),
        None => Ok(()),
    }
}

impl Bench {
    async fn all(&mut self) -> Result<()> {
        if self.wants(Name::Start) {
            readings::start(self).await?;
        }
        if self.wants(Name::Describe) {
            readings::describe(self).await?;
        }
        if self.wants(Name::Shares) {
            readings::shares(self).await?;
        }
        self.organizations().await?;
        if self.wants(Name::Writes) {
            readings::writes(self).await?;
        }
        if let (true, Some(moto)) = (self.wants(Name::Moto), self.options.moto.clone()) {
            readings::moto(self, &moto).await?;
        }
        Ok(())
    }

    /// What needs an organization: they are loaded once for all of it.
    async fn organizations(&mut self) -> Result<()> {
        let small = if self.wants(Name::Lists) || self.wants(Name::Accepted) {
            Some(World::small(self).await?)
        } else {
            None
        };
        if let (Some(small), true) = (&small, self.wants(Name::Accepted)) {
            readings::accepted(self, small).await?;
        }
        if !self.wants(Name::Lists) && !self.wants(Name::Operations) {
            return Ok(());
        }
        let large = World::large(self).await?;
        if let (Some(small), true) = (&small, self.wants(Name::Lists)) {
            readings::lists(self, small, &large).await?;
        }
        drop(small);
        if self.wants(Name::Operations) {
            self.operations(large).await?;
        }
        Ok(())
    }

    async fn operations(&mut self, large: World) -> Result<()> {
        let units = World::units(self).await?;
        readings::operations_with_units(self, &units, None).await?;
        drop(units);
        readings::operations_in_large(self, &large).await?;
        drop(large);
        let Some(url) = self.options.postgres_url.clone() else {
            return Ok(());
        };
        let database = postgres::Database::create(&url, "operations").await?;
        let measured = match World::on_postgres(self, &database).await {
            Ok(world) => readings::operations_with_units(self, &world, Some(&database)).await,
            Err(reason) => Err(reason),
        };
        measured.and(database.remove().await)
    }

    fn wants(&self, name: Name) -> bool {
        self.options.wants(name)
    }

    /// The server's executable.
    pub(crate) fn executable(&self) -> &Path {
        &self.options.server
    }

    /// A server on an empty SQLite.
    pub(crate) async fn server(&self) -> Result<Server> {
        Server::start(self.executable()).await
    }

    /// Runs `round` as often as there are rounds.
    pub(crate) fn rounds<T>(&self, mut round: impl FnMut() -> Result<T>) -> Result<Vec<T>> {
        (0..self.options.rounds()).map(|_| round()).collect()
    }

    /// Reads each of `subjects` in every round, so that what slows the machine for a while slows all of them.
    pub(crate) fn compared(&self, subjects: &[Subject<'_>]) -> Result<Vec<Compared>> {
        let mut compared: Vec<Compared> = subjects.iter().map(|_| Compared(Vec::new())).collect();
        for _ in 0..self.options.rounds() {
            for (Subject { endpoint, request }, found) in subjects.iter().zip(&mut compared) {
                let hello = read(&self.hello.endpoint, &Load::Hello, READERS, self.options.time())?;
                let ours = self.reading(endpoint, request)?;
                found.0.push((ours, hello.per_second));
            }
        }
        Ok(compared)
    }

    /// One reading of one request.
    pub(crate) fn reading(&self, endpoint: &str, request: &Signed) -> Result<Reading> {
        read(endpoint, &Load::Same(request), READERS, self.options.time())
    }
}

impl Compared {
    /// As a line of the report.
    pub(crate) fn line(&self, name: impl Into<String>, aim: Option<Aim>) -> Line {
        let rounds = |part: fn(&(Reading, f64)) -> f64| Rounds::of(self.0.iter().map(part));
        Line::new(name)
            .with("of hello", rounds(|(ours, hello)| ours.per_second / hello))
            .aiming(aim)
            .with("per second", rounds(|(ours, _)| ours.per_second))
            .with("p50, µs", rounds(|(ours, _)| ours.p50_us))
            .with("p99, µs", rounds(|(ours, _)| ours.p99_us))
    }

    /// What half of the requests took at most, in microseconds.
    pub(crate) fn p50_us(&self) -> Rounds {
        Rounds::of(self.0.iter().map(|(ours, _)| ours.p50_us))
    }

    /// How many times as long as in `small` half of the requests took here, round by round.
    pub(crate) fn times(&self, small: &Self) -> Rounds {
        let pairs = self.0.iter().zip(&small.0);
        Rounds::of(pairs.map(|((large, _), (small, _))| large.p50_us / small.p50_us))
    }
}
