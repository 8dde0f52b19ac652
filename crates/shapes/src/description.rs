//! What the contract says about a service and an operation, as static facts, and the traits that tie the generated
//! types to them.

use serde::Serialize;

use crate::{iam, organizations, read::Structure, service_catalog, sts};

/// One AWS service of the pinned contracts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Service {
    /// AWS Service Catalog, API version 2015-12-10.
    ServiceCatalog,
    /// AWS Organizations, API version 2016-11-28.
    Organizations,
    /// AWS Security Token Service, API version 2011-06-15.
    Sts,
    /// AWS Identity and Access Management, API version 2010-05-08.
    Iam,
}

impl Service {
    /// Every service of the pinned contracts.
    pub const ALL: [Self; 4] = [Self::ServiceCatalog, Self::Organizations, Self::Sts, Self::Iam];

    /// What the contract says about it.
    pub fn description(self) -> &'static ServiceDescription {
        match self {
            Self::ServiceCatalog => &service_catalog::DESCRIPTION,
            Self::Organizations => &organizations::DESCRIPTION,
            Self::Sts => &sts::DESCRIPTION,
            Self::Iam => &iam::DESCRIPTION,
        }
    }
}

/// What the contract says about a service.
#[derive(Debug)]
pub struct ServiceDescription {
    /// Which service.
    pub service: Service,
    /// The name in a signature's scope and before the colon of an IAM action: `servicecatalog`.
    pub signing_name: &'static str,
    /// What stands before the dot in `X-Amz-Target` (AWS JSON), also the service segment of an RPC v2 path.
    pub target_prefix: Option<&'static str>,
    /// The namespace of absolute shape ids: `com.amazonaws.servicecatalog`.
    pub shape_namespace: &'static str,
    /// The XML namespace of Query answers.
    pub xml_namespace: Option<&'static str>,
    /// The API version a Query request names.
    pub api_version: &'static str,
    /// Every operation of the contract, in the order of their names, which is also the order of their indices.
    pub operations: &'static [OperationDescription],
    /// Names of operations the service has on AWS but of which no shapes are pinned.
    pub unpinned_operations: &'static [&'static str],
    /// Errors that the contract models, in the order of their names.
    pub errors: &'static [ErrorDescription],
}

/// What the contract says about an operation.
#[derive(Debug)]
pub struct OperationDescription {
    /// The service it belongs to.
    pub service: Service,
    /// Its place among the service's operations.
    pub index: usize,
    /// Its name as on the wire.
    pub name: &'static str,
    /// The names of the errors it lists.
    pub errors: &'static [&'static str],
    /// The element around a Query answer's members: `GetCallerIdentityResult`.
    pub result_wrapper: Option<&'static str>,
}

/// What the contract says about a modelled error.
#[derive(Debug)]
pub struct ErrorDescription {
    /// The shape's name, which JSON and CBOR put into `__type`.
    pub name: &'static str,
    /// The code that Query answers carry, where it differs from the name.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
}

impl ServiceDescription {
    /// The operation called `name`, exactly as written.
    pub fn operation(&self, name: &str) -> Option<&'static OperationDescription> {
        let at = self.operations.binary_search_by(|it| it.name.cmp(name)).ok()?;
        Some(&self.operations[at])
    }

    /// The modelled error called `name`.
    pub fn error(&self, name: &str) -> Option<&'static ErrorDescription> {
        let at = self.errors.binary_search_by(|it| it.name.cmp(name)).ok()?;
        Some(&self.errors[at])
    }
}

/// An operation of the contract as a type. The generated types implement it; they are never constructed.
pub trait Operation: 'static {
    /// What the contract says about it.
    const DESCRIPTION: &'static OperationDescription;
    /// What a request carries.
    type Input: Structure + Send + 'static;
    /// What an answer carries.
    type Output: Serialize + Send + 'static;
}

/// An error on its way to the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorAnswer<'a> {
    /// The shape's name where the service models the error, else AWS's common code.
    pub code: &'a str,
    /// For the caller to read.
    pub message: &'a str,
    /// The `Reason` member some errors of Organizations carry.
    pub reason: Option<&'a str>,
    /// The HTTP status.
    pub status: u16,
}
