//! TLS to the database server, where the URL asks for it with `sslmode=require`.
//!
//! Ours: `require` also verifies the certificate and the host's name (what libpq calls `verify-full`), because
//! encryption to whoever answers protects nothing. Without it the connection is plain; there is no `prefer`, which
//! would be plain whenever somebody in between wants it to be.

use std::path::Path;
use std::sync::Arc;

use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::OpenError;

/// A connector that trusts the certificates in `roots`, or the system's.
pub(super) fn connector(roots: Option<&Path>) -> Result<MakeRustlsConnect, OpenError> {
    let roots = match roots {
        Some(path) => roots_of(path)?,
        None => system_roots(),
    };
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports the versions rustls calls safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    // For servers that speak TLS from the first byte on.
    config.alpn_protocols = vec![b"postgresql".to_vec()];
    Ok(MakeRustlsConnect::new(config))
}

fn roots_of(path: &Path) -> Result<RootCertStore, OpenError> {
    let unusable = |source| OpenError::Certificates {
        path: path.to_path_buf(),
        source,
    };
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(path).map_err(|error| unusable(Arc::new(error)))?;
    for certificate in certificates {
        let certificate = certificate.map_err(|error| unusable(Arc::new(error)))?;
        roots
            .add(certificate)
            .map_err(|error| unusable(Arc::new(error)))?;
    }
    Ok(roots)
}

/// The system's certificates, as far as they can be read: the handshake says which one is missing.
fn system_roots() -> RootCertStore {
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "a certificate of the system could not be read");
    }
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    roots
}
