//! Every operation of the contract: `<service>/<noun>/<operation>.rs`, or a line in the service's `unbuilt.rs`.
//!
//! The tables are made of the contract's own lists, so that an operation without an implementation does not compile.

mod iam;
mod organizations;
mod service_catalog;
mod sts;

use shapes::{OperationDescription, Service};

use crate::handler::{Handler, handler};

macro_rules! handlers {
    ($($operation:ident),* $(,)?) => { &[$(handler::<contract::$operation, _>()),*] };
}

static SERVICE_CATALOG: &[Handler] = {
    use shapes::service_catalog::operations as contract;
    shapes::for_each_service_catalog_operation!(handlers)
};
static ORGANIZATIONS: &[Handler] = {
    use shapes::organizations::operations as contract;
    shapes::for_each_organizations_operation!(handlers)
};
static STS: &[Handler] = {
    use shapes::sts::operations as contract;
    shapes::for_each_sts_operation!(handlers)
};
static IAM: &[Handler] = {
    use shapes::iam::operations as contract;
    shapes::for_each_iam_operation!(handlers)
};

/// The function that carries out `operation`.
pub(crate) fn handler_of(operation: &OperationDescription) -> Handler {
    let handlers = match operation.service {
        Service::ServiceCatalog => SERVICE_CATALOG,
        Service::Organizations => ORGANIZATIONS,
        Service::Sts => STS,
        Service::Iam => IAM,
    };
    handlers[operation.index]
}
