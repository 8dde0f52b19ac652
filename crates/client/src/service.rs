//! The services that speak AWS JSON 1.1.

/// A service that speaks AWS JSON 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// AWS Organizations.
    Organizations,
    /// AWS Service Catalog.
    ServiceCatalog,
}

impl Service {
    /// What stands before an operation's name in `x-amz-target`.
    pub(crate) fn target(self) -> &'static str {
        match self {
            Self::Organizations => "AWSOrganizationsV20161128",
            Self::ServiceCatalog => "AWS242ServiceCatalogService",
        }
    }

    /// What stands in the scope of a signature.
    pub(crate) fn signing_name(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::ServiceCatalog => "servicecatalog",
        }
    }
}
