//! What an operation knows besides its input: who asks, where, when, and under which limits.

use std::sync::Arc;

use domain::{AccountId, Caller, Partition, Region, Time};
use uuid::Uuid;

use crate::{Limits, page::PageKey, randomness::Fresh};

/// The circumstances of one request. It exists only after the signature is verified.
#[derive(Clone)]
pub struct Cx {
    pub(crate) caller: Arc<Caller>,
    pub(crate) region: Region,
    pub(crate) now: Time,
    pub(crate) request_id: Uuid,
    pub(crate) fresh: Fresh,
    pub(crate) limits: Arc<Limits>,
    pub(crate) page_key: Arc<PageKey>,
}

impl Cx {
    /// The verified identity behind the request.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// The account the request acts in.
    pub fn account(&self) -> &AccountId {
        &self.caller.account
    }

    /// The region the request was signed for.
    pub fn region(&self) -> &Region {
        &self.region
    }

    /// The partition of the region.
    pub fn partition(&self) -> Partition {
        self.region.partition()
    }

    /// When the request arrived. The same throughout the request, also when it is run again.
    pub fn now(&self) -> Time {
        self.now
    }

    /// The id that the answer carries.
    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    /// Makes new ids and secrets.
    pub fn fresh(&self) -> &Fresh {
        &self.fresh
    }

    /// Quotas and delays.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What page tokens are sealed with.
    pub(crate) fn page_key(&self) -> &PageKey {
        &self.page_key
    }
}
