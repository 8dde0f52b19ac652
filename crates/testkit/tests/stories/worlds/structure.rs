//! Where accounts and units are: once as Organizations has it, once as Service Catalog has copied it.
//!
//! Invariant: an id has one place at most. Deliberately absent: who may change it, and when the copy follows.

use std::collections::BTreeMap;

/// The id of anything.
pub(super) type Id = String;

/// Where something is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) organization: Id,
    /// A root or a unit.
    pub(super) parent: Id,
}

/// The places of accounts and units.
#[derive(Clone, Debug, Default)]
pub(super) struct Structure {
    places: BTreeMap<Id, Place>,
}

impl Structure {
    pub(super) fn place(&self, id: &str) -> Option<&Place> {
        self.places.get(id)
    }

    pub(super) fn organization_of(&self, id: &str) -> Option<&Id> {
        self.places.get(id).map(|it| &it.organization)
    }

    /// Puts `id` there, or nowhere.
    pub(super) fn put(&mut self, id: &str, place: Option<Place>) {
        match place {
            Some(place) => self.places.insert(id.to_owned(), place),
            None => self.places.remove(id),
        };
    }

    /// What is above `id`, from its parent to the root.
    pub(super) fn above(&self, id: &str) -> Vec<Id> {
        let mut above = Vec::new();
        let mut next = self.place(id);
        while let Some(place) = next {
            above.push(place.parent.clone());
            next = self.place(&place.parent);
        }
        above
    }

    /// Whether anything is directly under `parent`.
    pub(super) fn is_empty(&self, parent: &str) -> bool {
        self.places.values().all(|it| it.parent != parent)
    }

    /// All that is in `organization`.
    pub(super) fn members(&self, organization: &str) -> Vec<Id> {
        let members = self.places.iter();
        let members = members.filter(|(_, place)| place.organization == organization);
        members.map(|(id, _)| id.clone()).collect()
    }

    /// Everything in `organization` is nowhere from now on.
    pub(super) fn forget(&mut self, organization: &str) {
        self.places.retain(|_, place| place.organization != organization);
    }
}
