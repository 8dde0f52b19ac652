//! Three small services made by hand, one for each way of speaking, and requests to them.

use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use shapes::{ErrorDescription, OperationDescription, Service, ServiceDescription, Value};
use wire::{Call, Envelope, ErrorEnvelope, WireError};

const fn operation(service: Service, index: usize, name: &'static str) -> OperationDescription {
    OperationDescription {
        service,
        index,
        name,
        errors: &[],
        result_wrapper: None,
    }
}

static CATALOG: ServiceDescription = ServiceDescription {
    service: Service::ServiceCatalog,
    signing_name: "servicecatalog",
    target_prefix: Some("AWS242ServiceCatalogService"),
    shape_namespace: "com.amazonaws.servicecatalog",
    xml_namespace: None,
    api_version: "2015-12-10",
    operations: &[
        operation(Service::ServiceCatalog, 0, "CreatePortfolio"),
        operation(Service::ServiceCatalog, 1, "ListPortfolios"),
    ],
    unpinned_operations: &[],
    errors: &[ErrorDescription {
        name: "ResourceNotFoundException",
        code: "ResourceNotFoundException",
        status: 400,
    }],
};

static ORGANIZATIONS: ServiceDescription = ServiceDescription {
    service: Service::Organizations,
    signing_name: "organizations",
    target_prefix: Some("AWSOrganizationsV20161128"),
    shape_namespace: "com.amazonaws.organizations",
    xml_namespace: None,
    api_version: "2016-11-28",
    operations: &[operation(Service::Organizations, 0, "CreateOrganization")],
    unpinned_operations: &["InviteAccount"],
    errors: &[ErrorDescription {
        name: "ConstraintViolationException",
        code: "ConstraintViolationException",
        status: 400,
    }],
};

static STS: ServiceDescription = ServiceDescription {
    service: Service::Sts,
    signing_name: "sts",
    target_prefix: None,
    shape_namespace: "com.amazonaws.sts",
    xml_namespace: Some("https://sts.amazonaws.com/doc/2011-06-15/"),
    api_version: "2011-06-15",
    operations: &[
        OperationDescription {
            result_wrapper: Some("AssumeRoleResult"),
            ..operation(Service::Sts, 0, "AssumeRole")
        },
        operation(Service::Sts, 1, "Forget"),
    ],
    unpinned_operations: &["GetWebIdentityToken"],
    errors: &[ErrorDescription {
        name: "ExpiredTokenException",
        code: "ExpiredToken",
        status: 400,
    }],
};

static SERVICES: &[&ServiceDescription] = &[&CATALOG, &ORGANIZATIONS, &STS];

pub(crate) static CONTRACT: &[&ServiceDescription] = &[
    &shapes::service_catalog::DESCRIPTION,
    &shapes::organizations::DESCRIPTION,
    &shapes::sts::DESCRIPTION,
    &shapes::iam::DESCRIPTION,
];

pub(crate) const TARGET: &str = "AWS242ServiceCatalogService.CreatePortfolio";
pub(crate) const RPC_PATH: &str = "/service/AWS242ServiceCatalogService/operation/CreatePortfolio";

/// A request's head, and who signed it for what.
#[derive(Clone)]
pub(crate) struct Head {
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    signing_name: Option<&'static str>,
    services: &'static [&'static ServiceDescription],
}

impl Head {
    pub(crate) fn unsigned(method: &str, uri: &str) -> Self {
        Self {
            method: method.parse().unwrap(),
            uri: uri.parse().unwrap(),
            headers: HeaderMap::new(),
            signing_name: None,
            services: SERVICES,
        }
    }

    pub(crate) fn signed(signing_name: &'static str, method: &str, uri: &str) -> Self {
        Self {
            signing_name: Some(signing_name),
            ..Self::unsigned(method, uri)
        }
    }

    pub(crate) fn json(target: &str) -> Self {
        Self::signed("servicecatalog", "POST", "/")
            .with("x-amz-target", target)
            .with("content-type", "application/x-amz-json-1.1")
    }

    pub(crate) fn cbor(path: &str) -> Self {
        Self::signed("servicecatalog", "POST", path)
            .with("smithy-protocol", "rpc-v2-cbor")
            .with("content-type", "application/cbor")
    }

    pub(crate) fn query() -> Self {
        Self::signed("sts", "POST", "/").with("content-type", "application/x-www-form-urlencoded")
    }

    /// Adds a header, beside one that is there already.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        let name: HeaderName = name.parse().unwrap();
        self.headers.append(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    pub(crate) fn sent_to(mut self, method: &str, uri: &str) -> Self {
        self.method = method.parse().unwrap();
        self.uri = uri.parse().unwrap();
        self
    }

    pub(crate) fn signed_for(mut self, signing_name: Option<&'static str>) -> Self {
        self.signing_name = signing_name;
        self
    }

    /// Sends it to the services of the contract instead of those made by hand.
    pub(crate) fn at_the_contract(mut self) -> Self {
        self.services = CONTRACT;
        self
    }

    pub(crate) fn envelope(&self) -> Result<Envelope, WireError> {
        Envelope::of(
            &self.method,
            &self.uri,
            &self.headers,
            self.signing_name,
            self.services,
        )
    }

    pub(crate) fn guess(&self) -> ErrorEnvelope {
        ErrorEnvelope::guess(&self.uri, &self.headers, self.signing_name, self.services)
    }

    /// `Operation(members)` of a good request, `status code` of one that is not.
    pub(crate) fn outcome(&self, body: &[u8]) -> String {
        match self
            .envelope()
            .and_then(|it| it.call(body).map(|call| shown(&call)))
        {
            Ok(shown) => shown,
            Err(error) => format!("{} {}", error.status, error.code),
        }
    }
}

fn shown(call: &Call<'_>) -> String {
    let Value::Map(members) = &call.input else {
        panic!("an input is a structure, not {:?}", call.input);
    };
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_ref()).collect();
    format!("{}({})", call.route.operation.name, names.join(", "))
}

pub(crate) fn text(text: &str) -> Value<'_> {
    Value::Text(text.into())
}

pub(crate) fn untyped(text: &str) -> Value<'_> {
    Value::Untyped(text.into())
}

pub(crate) fn map<'a>(members: impl IntoIterator<Item = (&'a str, Value<'a>)>) -> Value<'a> {
    let members = members.into_iter();
    Value::Map(members.map(|(name, value)| (name.into(), value)).collect())
}
