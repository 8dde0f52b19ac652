//! Somebody signed in: one account's credentials, and the SDK's clients with them.
//!
//! Invariant: an actor is nothing but a client; it knows no state of the server. It derefs to Service Catalog, which is
//! what most stories speak with.

use std::{net::SocketAddr, ops::Deref};

use aws_sdk_organizations as organizations;
use aws_sdk_servicecatalog as servicecatalog;
use aws_sdk_sts as sts;
use identity::SecretKey;

use crate::transport::{Credentials, Transport};

/// Who an actor is and how it reaches the server.
#[derive(Clone, Debug)]
pub struct Actor {
    account_id: String,
    address: SocketAddr,
    transport: Transport,
    catalog: servicecatalog::Client,
    organizations: organizations::Client,
    sts: sts::Client,
}

impl Deref for Actor {
    type Target = servicecatalog::Client;

    fn deref(&self) -> &servicecatalog::Client {
        &self.catalog
    }
}

macro_rules! client {
    ($sdk:ident, $service:literal, $address:expr, $transport:expr) => {{
        let credentials = &$transport.credentials;
        let config = $sdk::Config::builder()
            .behavior_version($sdk::config::BehaviorVersion::latest())
            .region($sdk::config::Region::new($transport.region.clone()))
            .endpoint_url(format!("http://{}", $address))
            .credentials_provider($sdk::config::Credentials::new(
                credentials.access_key_id.clone(),
                credentials.secret.expose(),
                credentials.session_token.clone(),
                None,
                "testkit",
            ))
            .time_source($transport.clock.clone())
            .retry_config($sdk::config::retry::RetryConfig::disabled())
            .stalled_stream_protection($sdk::config::StalledStreamProtectionConfig::disabled())
            .http_client(Transport {
                service: $service,
                ..$transport.clone()
            });
        $sdk::Client::from_conf(config.build())
    }};
}

impl Actor {
    pub(crate) fn new(account_id: String, address: SocketAddr, transport: Transport) -> Self {
        Self {
            account_id,
            address,
            catalog: client!(servicecatalog, "servicecatalog", address, transport),
            organizations: client!(organizations, "organizations", address, transport),
            sts: client!(sts, "sts", address, transport),
            transport,
        }
    }

    /// The account it acts in.
    pub fn account_id(&self) -> &str {
        &self.account_id
    }

    /// Service Catalog.
    pub fn catalog(&self) -> &servicecatalog::Client {
        &self.catalog
    }

    /// Organizations.
    pub fn organizations(&self) -> &organizations::Client {
        &self.organizations
    }

    /// STS.
    pub fn sts(&self) -> &sts::Client {
        &self.sts
    }

    /// The access key's id and secret, for what signs by itself.
    pub fn access_key(&self) -> (&str, &str) {
        let credentials = &self.transport.credentials;
        (&credentials.access_key_id, credentials.secret.expose())
    }

    /// The same actor in another region.
    #[must_use]
    pub fn in_region(&self, region: &str) -> Self {
        let transport = Transport {
            region: region.to_owned(),
            ..self.transport.clone()
        };
        Self::new(self.account_id.clone(), self.address, transport)
    }

    /// Somebody who has this actor's key id and not its secret.
    #[must_use]
    pub fn with_secret(&self, secret: &str) -> Self {
        let credentials = Credentials {
            secret: SecretKey::new(secret),
            ..self.transport.credentials.clone()
        };
        self.with_credentials(credentials)
    }

    /// Somebody who signs with this actor's secret and another key id.
    #[must_use]
    pub fn with_access_key_id(&self, id: &str) -> Self {
        let credentials = Credentials {
            access_key_id: id.to_owned(),
            ..self.transport.credentials.clone()
        };
        self.with_credentials(credentials)
    }

    /// This actor with another session token, or without one.
    #[must_use]
    pub fn with_session_token(&self, token: Option<&str>) -> Self {
        let session_token = token.map(str::to_owned);
        self.with_credentials(Credentials {
            session_token,
            ..self.transport.credentials.clone()
        })
    }

    /// The actor that the account `account_id` becomes through its role `role`.
    pub async fn assume(&self, account_id: &str, role: &str) -> Result<Self, sts::Error> {
        let role = format!("arn:aws:iam::{account_id}:role/{role}");
        let assumed = self
            .sts
            .assume_role()
            .role_arn(role)
            .role_session_name("story")
            .send()
            .await?;
        let key = assumed
            .credentials
            .expect("a role that was assumed has credentials");
        let credentials = Credentials {
            access_key_id: key.access_key_id,
            secret: SecretKey::new(key.secret_access_key),
            session_token: Some(key.session_token),
        };
        let transport = Transport {
            credentials,
            ..self.transport.clone()
        };
        Ok(Self::new(account_id.to_owned(), self.address, transport))
    }

    fn with_credentials(&self, credentials: Credentials) -> Self {
        let transport = Transport {
            credentials,
            ..self.transport.clone()
        };
        Self::new(self.account_id.clone(), self.address, transport)
    }

    pub(crate) fn transport(&self) -> &Transport {
        &self.transport
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}
