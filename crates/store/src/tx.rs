//! Transactions as table functions see them, and the narrow interface an engine gives them.
//!
//! Invariant: **the first statement that fails decides the transaction.** From then on every statement returns that
//! same failure and the transaction cannot commit, whatever its body makes of the error. So a retry after a conflict
//! does not depend on the body passing the error through, and both engines behave alike (PostgreSQL refuses statements
//! after a failed one, SQLite does not). An expected collision is `ON CONFLICT`, not a failure.
//!
//! Deliberately absent: savepoints, begin and commit. A transaction is opened and ended by the engine alone.

use std::cell::{Cell, RefCell};
use std::ops::Deref;

use crate::faults::Faults;
use crate::{Row, StoreError, Value};

/// Receives the rows of an answer, one after the other.
pub(crate) type EachRow<'a> = dyn FnMut(&dyn Row) -> Result<(), StoreError> + 'a;

/// How a table function turns a row into what it returns.
pub(crate) type FromRow<T> = fn(&dyn Row) -> Result<T, StoreError>;

/// One open transaction of an engine: a statement, its values, its rows.
pub(crate) trait Tx {
    /// Runs a statement that returns rows.
    fn query(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError>;

    /// Runs a statement that returns none, and says how many rows it touched.
    fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError>;

    /// Runs such a statement once for each of `rows`, in order, and says how many rows each time touched.
    fn execute_each(&self, sql: &'static str, rows: &[Vec<Value<'_>>]) -> Result<Vec<u64>, StoreError>;
}

/// A transaction that reads: one unchanging view of the store.
pub struct ReadTx<'a> {
    engine: &'a dyn Tx,
    faults: &'a Faults,
    failure: RefCell<Option<StoreError>>,
}

impl<'a> ReadTx<'a> {
    pub(crate) fn new(engine: &'a dyn Tx, faults: &'a Faults) -> Self {
        Self {
            engine,
            faults,
            failure: RefCell::new(None),
        }
    }

    /// The failure that decided this transaction, if there was one.
    pub(crate) fn failure(&self) -> Option<StoreError> {
        self.failure.borrow().clone()
    }

    /// Runs a statement that returns rows.
    pub(crate) fn query(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        each: &mut EachRow<'_>,
    ) -> Result<(), StoreError> {
        self.decided(sql, || self.engine.query(sql, values, each))
    }

    /// The only row of an answer that always has one.
    pub(crate) fn one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        from_row: FromRow<T>,
    ) -> Result<T, StoreError> {
        self.maybe_one(sql, values, from_row)?
            .ok_or_else(|| StoreError::corrupt(format!("no row where one must be: `{sql}`")))
    }

    /// The only row of an answer, if there is one.
    pub(crate) fn maybe_one<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        from_row: FromRow<T>,
    ) -> Result<Option<T>, StoreError> {
        let mut found = None;
        self.query(sql, values, &mut |row| {
            if found.is_some() {
                return Err(StoreError::corrupt(format!(
                    "several rows where one may be: `{sql}`"
                )));
            }
            found = Some(from_row(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// All rows of an answer, in its order.
    pub(crate) fn all<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        from_row: FromRow<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut found = Vec::new();
        self.query(sql, values, &mut |row| {
            found.push(from_row(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Runs `statement` unless one has failed already, and remembers when it fails.
    fn decided<T>(
        &self,
        sql: &'static str,
        statement: impl FnOnce() -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(failure) = self.failure() {
            return Err(failure);
        }
        self.faults
            .before_statement(sql)
            .and_then(|()| statement())
            .inspect_err(|failure| *self.failure.borrow_mut() = Some(failure.clone()))
    }
}

/// A transaction that also writes. It reads through [`ReadTx`], to which it derefs, and sees its own writes.
pub struct WriteTx<'a> {
    read: ReadTx<'a>,
    /// Whether a statement touched a row.
    has_written: Cell<bool>,
}

impl<'a> WriteTx<'a> {
    pub(crate) fn new(engine: &'a dyn Tx, faults: &'a Faults) -> Self {
        Self {
            read: ReadTx::new(engine, faults),
            has_written: Cell::new(false),
        }
    }

    /// Whether there is anything to commit.
    pub(crate) fn has_written(&self) -> bool {
        self.has_written.get()
    }

    /// Runs a statement that writes, and says how many rows it touched.
    pub(crate) fn execute(&self, sql: &'static str, values: &[Value<'_>]) -> Result<u64, StoreError> {
        let touched = self.read.decided(sql, || self.read.engine.execute(sql, values))?;
        self.note(touched > 0);
        Ok(touched)
    }

    /// Runs a statement that writes once for each of `rows`, in order, and says how many rows each time touched.
    ///
    /// An engine that is far away gets them all at once, so many rows cost few round trips.
    pub(crate) fn execute_each(
        &self,
        sql: &'static str,
        rows: &[Vec<Value<'_>>],
    ) -> Result<Vec<u64>, StoreError> {
        let touched = self
            .read
            .decided(sql, || self.read.engine.execute_each(sql, rows))?;
        self.note(touched.iter().any(|it| *it > 0));
        Ok(touched)
    }

    /// Runs a statement that writes and has a `RETURNING` clause; the rows it returned, in no order.
    pub(crate) fn returning<T>(
        &self,
        sql: &'static str,
        values: &[Value<'_>],
        from_row: FromRow<T>,
    ) -> Result<Vec<T>, StoreError> {
        let returned = self.read.all(sql, values, from_row)?;
        self.note(!returned.is_empty());
        Ok(returned)
    }

    fn note(&self, has_written: bool) {
        self.has_written.set(self.has_written.get() || has_written);
    }
}

impl<'a> Deref for WriteTx<'a> {
    type Target = ReadTx<'a>;

    fn deref(&self) -> &Self::Target {
        &self.read
    }
}

/// Declares the statements of one table, and `ALL`, the list a test prepares on both engines.
///
/// ```text
/// statements! {
///     /// The portfolio with an id.
///     FIND = "SELECT name FROM portfolio WHERE portfolio_id = $1";
/// }
/// ```
///
/// Parameters are `$1…$n`, first used in that order, which SQLite needs.
macro_rules! statements {
    ($($(#[$attribute:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$attribute])* const $name: &str = $sql;)+

        /// Every statement of this table, by name.
        #[cfg(test)]
        pub(crate) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}

pub(crate) use statements;
