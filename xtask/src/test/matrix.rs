//! The matrix that scenarios run on: every store with every protocol.

use std::fmt::{self, Display};

use clap::ValueEnum;

/// Where the server under test keeps its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Store {
    /// SQLite in the server's own data folder.
    Embedded,
    /// A PostgreSQL that the run starts.
    Postgres,
}

impl Store {
    /// The value of `STORE`.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Embedded => "embedded",
            Self::Postgres => "postgres",
        }
    }
}

/// What the clients speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Protocol {
    /// AWS JSON 1.1.
    Json,
    /// Smithy RPC v2 CBOR.
    Cbor,
}

impl Protocol {
    /// The value of `PROTOCOL`.
    pub(crate) fn value(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Cbor => "cbor",
        }
    }
}

/// One run of the scenarios.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) store: Store,
    pub(crate) protocol: Protocol,
}

impl Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.store.value(), self.protocol.value())
    }
}

/// The cells with this store and this protocol; all of either where it is `None`.
pub(crate) fn cells(store: Option<Store>, protocol: Option<Protocol>) -> Vec<Cell> {
    let mut cells = Vec::new();
    for &each_store in Store::value_variants() {
        for &each_protocol in Protocol::value_variants() {
            let wanted =
                store.is_none_or(|it| it == each_store) && protocol.is_none_or(|it| it == each_protocol);
            if wanted {
                cells.push(Cell {
                    store: each_store,
                    protocol: each_protocol,
                });
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_four_runs() {
        let names: Vec<_> = cells(None, None).iter().map(ToString::to_string).collect();
        assert_eq!(
            names,
            ["embedded json", "embedded cbor", "postgres json", "postgres cbor"]
        );
    }

    #[test]
    fn a_store_and_a_protocol_narrow_the_matrix_to_one_run() {
        let cell = Cell {
            store: Store::Postgres,
            protocol: Protocol::Cbor,
        };
        assert_eq!(cells(Some(Store::Postgres), Some(Protocol::Cbor)), [cell]);
        assert_eq!(cells(None, Some(Protocol::Json)).len(), 2);
    }
}
