//! Which shapes of a contract become which Rust types, and where they stand.
//!
//! A structure that only one operation takes or answers stands in that operation's file, all others in `types.rs`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

use super::{
    contract::{Contract, Kind, Shape},
    names,
    services::PinnedService,
};

/// A service's contract, and how its shapes are used.
pub(super) struct Plan<'s> {
    pub(super) service: &'s PinnedService,
    pub(super) contract: Contract,
    /// Shapes that requests carry.
    read: BTreeSet<String>,
    /// Shapes that answers carry.
    written: BTreeSet<String>,
    /// The operations that take or answer a structure directly, by structure.
    users: BTreeMap<String, Vec<String>>,
    answers: BTreeSet<String>,
}

impl<'s> Plan<'s> {
    pub(super) fn new(service: &'s PinnedService, contract: Contract) -> Result<Self> {
        let (mut read, mut written) = (BTreeSet::new(), BTreeSet::new());
        let mut users: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut answers = BTreeSet::new();
        for (name, operation) in &contract.operations {
            if let Some(input) = &operation.input {
                contract.collect(&input.shape, &mut read)?;
                users.entry(input.shape.clone()).or_default().push(name.clone());
            }
            if let Some(output) = &operation.output {
                contract.collect(&output.shape, &mut written)?;
                users.entry(output.shape.clone()).or_default().push(name.clone());
                answers.insert(output.shape.clone());
            }
        }
        let plan = Self {
            service,
            contract,
            read,
            written,
            users,
            answers,
        };
        plan.check_names()?;
        Ok(plan)
    }

    /// Two shapes, or a shape and an operation, must not become the same Rust name.
    fn check_names(&self) -> Result<()> {
        let types = self.structures().chain(self.enumerations());
        let mut taken: BTreeSet<String> = self.contract.operations.keys().cloned().collect();
        for (name, _) in types {
            let name = names::type_name(name);
            ensure!(taken.insert(name.clone()), "two things are called {name}");
        }
        Ok(())
    }

    fn structures(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.used().filter(|(_, shape)| shape.kind == Kind::Structure)
    }

    /// The structures of `types.rs`.
    pub(super) fn shared_structures(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.structures()
            .filter(|(name, _)| self.users.get(*name).is_none_or(|it| it.len() > 1))
    }

    pub(super) fn enumerations(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.used().filter(|(_, shape)| shape.is_enumeration())
    }

    /// The shapes of requests with their constraints.
    pub(super) fn read_shapes(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.used().filter(|(name, _)| self.is_read(name))
    }

    fn used(&self) -> impl Iterator<Item = (&str, &Shape)> {
        let shapes = self.contract.shapes.iter();
        shapes
            .filter(|(name, _)| self.is_read(name) || self.is_written(name))
            .map(|(name, shape)| (name.as_str(), shape))
    }

    pub(super) fn is_read(&self, shape: &str) -> bool {
        self.read.contains(shape)
    }

    pub(super) fn is_written(&self, shape: &str) -> bool {
        self.written.contains(shape)
    }

    /// Whether an operation answers `shape` itself.
    pub(super) fn is_answer(&self, shape: &str) -> bool {
        self.answers.contains(shape)
    }

    /// Whether `shape` stands in the file of the one operation that uses it.
    pub(super) fn has_one_user(&self, shape: &str) -> bool {
        self.users.get(shape).is_some_and(|it| it.len() == 1)
    }

    /// Whether `shape` is or holds text that must not be printed.
    pub(super) fn is_sensitive(&self, name: &str) -> Result<bool> {
        let shape = self.contract.shape(name)?;
        Ok(match shape.kind {
            Kind::List => self.is_sensitive(shape.item()?)?,
            Kind::Map => self.is_sensitive(shape.entry()?.1)?,
            _ => shape.sensitive || self.service.also_sensitive.contains(&name),
        })
    }
}
