//! The tree of a file, walked while it is read.
//!
//! Objects are read member by member, in any order: what lies in a unit knows the unit by its place in the plan, which
//! is taken when its object begins.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, HashSet};
use std::fmt;

use domain::{AccountId, OrganizationId, RootId, UNIT_DEPTH_MAX, UnitId};
use engine::{Line, OrganizationPlan, PlannedAccount, PlannedUnit, Under};
use serde::Deserialize as _;
use serde::de::value::MapAccessDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::entry::{AccountEntry, Id, fault_of_name};
use super::{FileError, shortened};

/// The members of the whole.
const TREE: &[&str] = &[
    "ManagementAccountId",
    "OrganizationId",
    "RootId",
    "Accounts",
    "OrganizationalUnits",
];
/// The members of a unit.
const UNIT: &[&str] = &["Id", "Arn", "Path", "Name", "Accounts", "OrganizationalUnits"];

/// What has been read so far.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) plan: OrganizationPlan,
    /// What was wrong, and where it began. The parser only knows how far it came.
    pub(super) refusal: Option<FileError>,
    ids: HashMap<AccountId, Line>,
    emails: HashMap<String, Line>,
    unit_ids: HashMap<UnitId, Line>,
    unit_names: HashSet<(Under, String)>,
}

/// The whole file.
#[derive(Clone, Copy)]
pub(super) struct Tree<'r> {
    pub(super) line: &'r Cell<Line>,
    pub(super) reading: &'r RefCell<Reading>,
}

/// The accounts directly under something.
struct Accounts<'r>(Tree<'r>, Under);
/// One of them.
struct Account<'r>(Tree<'r>, Under);
/// The units directly under something, which has `above` units from the root down to itself.
struct Units<'r>(Tree<'r>, Under, usize);
/// One of them.
struct Unit<'r>(Tree<'r>, Under, usize);

impl Tree<'_> {
    /// Notes what is wrong with what began on `line`, and ends the reading.
    fn refuse<E: Error>(self, line: Line, reason: String) -> E {
        let reason = shortened(&reason);
        self.reading.borrow_mut().refusal = Some(FileError { line, reason });
        E::custom("refused")
    }

    fn add_account<E: Error>(self, line: Line, under: Under, entry: AccountEntry) -> Result<(), E> {
        if let Some(fault) = entry.fault() {
            return Err(self.refuse(line, fault));
        }
        let mut reading = self.reading.borrow_mut();
        let Reading {
            plan, ids, emails, ..
        } = &mut *reading;
        let (state, joined_method) = (entry.state(), entry.joined_method());
        let id = entry.id.map(|it| it.0);
        let earlier = id
            .as_ref()
            .and_then(|it| ids.insert(it.clone(), line).map(|at| (it.to_string(), at)));
        let same_email = |it: &String| emails.insert(it.clone(), line).map(|at| (it.clone(), at));
        let earlier = earlier.or_else(|| entry.email.as_ref().and_then(same_email));
        if let Some((what, at)) = earlier {
            drop(reading);
            return Err(self.refuse(line, format!("{what} stands on line {at} already")));
        }
        plan.accounts.push(PlannedAccount {
            under,
            id,
            name: entry.name,
            email: entry.email,
            state,
            joined_method,
            line,
        });
        Ok(())
    }

    /// Takes the place of a unit whose object begins.
    fn begin_unit<E: Error>(self, under: Under, above: usize) -> Result<usize, E> {
        let line = self.line.get();
        if above >= UNIT_DEPTH_MAX {
            return Err(self.refuse(line, format!("units nest {UNIT_DEPTH_MAX} deep at most")));
        }
        let units = &mut self.reading.borrow_mut().plan.units;
        units.push(PlannedUnit {
            under,
            id: None,
            name: String::new(),
            line,
        });
        Ok(units.len() - 1)
    }

    fn identify_unit<E: Error>(self, at: usize, id: UnitId) -> Result<(), E> {
        let mut reading = self.reading.borrow_mut();
        let line = reading.plan.units[at].line;
        if let Some(earlier) = reading.unit_ids.insert(id.clone(), line) {
            drop(reading);
            return Err(self.refuse(line, format!("{id} stands on line {earlier} already")));
        }
        reading.plan.units[at].id = Some(id);
        Ok(())
    }

    /// Names the unit whose object has ended.
    fn end_unit<E: Error>(self, at: usize, name: Option<String>) -> Result<(), E> {
        let mut reading = self.reading.borrow_mut();
        let PlannedUnit { under, line, .. } = reading.plan.units[at];
        let fault = match &name {
            None => Some("a unit has a Name".to_owned()),
            Some(name) => fault_of_name("a unit", name),
        };
        let name = name.unwrap_or_default();
        let fault = fault.or_else(|| {
            let is_new = reading.unit_names.insert((under, name.clone()));
            (!is_new).then(|| format!("there is another unit '{name}' under the same parent"))
        });
        if let Some(fault) = fault {
            drop(reading);
            return Err(self.refuse(line, fault));
        }
        reading.plan.units[at].name = name;
        Ok(())
    }
}

/// Checks that no member stands twice in one object.
fn once<E: Error>(seen: &mut HashSet<String>, member: &str) -> Result<(), E> {
    if seen.insert(member.to_owned()) {
        return Ok(());
    }
    Err(E::custom(format_args!("duplicate field `{member}`")))
}

/// A seed that reads by visiting.
macro_rules! seed {
    ($type:ident, $deserialize:ident) => {
        impl<'de> DeserializeSeed<'de> for $type<'_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
                from.$deserialize(self)
            }
        }
    };
}

seed!(Tree, deserialize_map);
seed!(Accounts, deserialize_seq);
seed!(Account, deserialize_map);
seed!(Units, deserialize_seq);
seed!(Unit, deserialize_map);

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with the organization")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(member) = members.next_key::<String>()? {
            once(&mut seen, &member)?;
            match member.as_str() {
                "ManagementAccountId" => {
                    let id = members.next_value::<Id<AccountId>>()?.0;
                    self.reading.borrow_mut().plan.management = Some((id, self.line.get()));
                }
                "OrganizationId" => {
                    let id = members.next_value::<Id<OrganizationId>>()?.0;
                    self.reading.borrow_mut().plan.organization = Some((id, self.line.get()));
                }
                "RootId" => {
                    let id = members.next_value::<Id<RootId>>()?.0;
                    self.reading.borrow_mut().plan.root = Some((id, self.line.get()));
                }
                "Accounts" => members.next_value_seed(Accounts(self, None))?,
                "OrganizationalUnits" => members.next_value_seed(Units(self, None, 0))?,
                other => return Err(A::Error::unknown_field(other, TREE)),
            }
        }
        Ok(())
    }
}

impl<'de> Visitor<'de> for Accounts<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of accounts")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Account(self.0, self.1))?.is_some() {}
        Ok(())
    }
}

impl<'de> Visitor<'de> for Account<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an account, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<(), A::Error> {
        let line = self.0.line.get();
        let entry = AccountEntry::deserialize(MapAccessDeserializer::new(members))?;
        self.0.add_account(line, self.1, entry)
    }
}

impl<'de> Visitor<'de> for Units<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of units")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(Unit(self.0, self.1, self.2))?.is_some() {}
        Ok(())
    }
}

impl<'de> Visitor<'de> for Unit<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a unit, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self(tree, under, above) = self;
        let at = tree.begin_unit(under, above)?;
        let (mut name, mut seen) = (None, HashSet::new());
        while let Some(member) = members.next_key::<String>()? {
            once(&mut seen, &member)?;
            match member.as_str() {
                "Id" => tree.identify_unit(at, members.next_value::<Id<UnitId>>()?.0)?,
                "Name" => name = Some(members.next_value::<String>()?),
                "Accounts" => members.next_value_seed(Accounts(tree, Some(at)))?,
                "OrganizationalUnits" => members.next_value_seed(Units(tree, Some(at), above + 1))?,
                "Arn" | "Path" => drop(members.next_value::<IgnoredAny>()?),
                other => return Err(A::Error::unknown_field(other, UNIT)),
            }
        }
        tree.end_unit(at, name)
    }
}
