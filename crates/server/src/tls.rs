//! TLS: a certificate and its key from PEM files, offering HTTP/2 and HTTP/1.1.
//!
//! Invariant: the files are read once, when the server starts. Deliberately absent: client certificates (signatures say
//! who is asking) and reloading.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::Failure;

/// Where a certificate and its key are.
#[derive(Clone, Debug)]
pub struct TlsFiles {
    /// The certificate, followed by those that vouch for it, in PEM.
    pub certificate: PathBuf,
    /// The private key, in PEM.
    pub key: PathBuf,
}

/// What makes TLS of connections, with these files.
pub(crate) fn acceptor(files: &TlsFiles) -> Result<TlsAcceptor, Failure> {
    let unreadable = |path: &Path, what: &str, source: Box<dyn Error + Send + Sync>| Failure::Tls {
        what: format!("{} {what}", path.display()),
        source,
    };
    let chain = certificates(&files.certificate)
        .map_err(|it| unreadable(&files.certificate, "is not a file of PEM certificates", it))?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|it| unreadable(&files.key, "is not a PEM file with a private key", it.into()))?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("the provider supports the protocols it is built with")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|it| unreadable(&files.certificate, "does not go with the key", it.into()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, Box<dyn Error + Send + Sync>> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(path)?.collect::<Result<_, _>>()?;
    if chain.is_empty() {
        return Err("it holds no certificate".into());
    }
    Ok(chain)
}
