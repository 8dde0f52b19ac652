//! Who may reach the port: what stays on this machine unless told otherwise.
//!
//! Invariant: nothing is listened on before [`check`] said yes. Plain HTTP shows every request to the network, so leaving
//! loopback with it takes a flag. Open authentication gives everything to everybody, so leaving loopback with it takes
//! two. Whoever reaches the port may say what goes wrong where that can be said at all, so leaving loopback takes a flag
//! too. Ours: AWS has none of these.

use std::net::SocketAddr;

use engine::Auth;

use crate::Failure;

/// What the person who starts the server agreed to.
#[derive(Clone, Copy, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag that somebody gave or did not"
)]
pub struct Permissions {
    /// Plain HTTP beyond loopback.
    pub remote_plain_http: bool,
    /// Requests without valid signatures from beyond loopback: said once.
    pub remote_open_auth: bool,
    /// And said a second time.
    pub anyone_may_do_anything: bool,
    /// Rules from beyond loopback about what goes wrong on purpose.
    pub remote_faults: bool,
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    Plain,
    Tls,
}

/// Whether faults can be provoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Provocation {
    Off,
    On,
}

/// What whoever reaches the port can do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exposed {
    pub(crate) transport: Transport,
    pub(crate) auth: Auth,
    pub(crate) faults: Provocation,
}

/// Whether a server may listen on `address`.
pub(crate) fn check(address: SocketAddr, exposed: Exposed, permitted: Permissions) -> Result<(), Failure> {
    if address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    let missing = missing(exposed, permitted);
    if missing.is_empty() {
        return Ok(());
    }
    Err(Failure::Refused(format!(
        "{address} can be reached from other machines: {}",
        missing.join("; and ")
    )))
}

/// All that stands in the way, so that nobody learns of it one start at a time.
fn missing(exposed: Exposed, permitted: Permissions) -> Vec<&'static str> {
    let Exposed {
        transport,
        auth,
        faults,
    } = exposed;
    let mut missing = Vec::new();
    if transport == Transport::Plain && !permitted.remote_plain_http {
        missing.push(
            "plain HTTP shows them every request, so give --tls-cert and --tls-key, or --allow-remote-plain-http if \
             something else protects the connection",
        );
    }
    if auth == Auth::Open && !(permitted.remote_open_auth && permitted.anyone_may_do_anything) {
        missing.push(
            "--auth open checks no signature, so give both --allow-remote-open-auth and --anyone-may-do-anything if \
             that is what you want",
        );
    }
    if faults == Provocation::On && !permitted.remote_faults {
        missing.push(
            "--faults lets whoever reaches the port break what they like, so give --allow-remote-faults if that is what \
             you want",
        );
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Permissions = Permissions {
        remote_plain_http: false,
        remote_open_auth: false,
        anyone_may_do_anything: false,
        remote_faults: false,
    };

    fn refusal(address: &str, transport: Transport, auth: Auth, permitted: Permissions) -> Option<String> {
        let exposed = Exposed {
            transport,
            auth,
            faults: Provocation::Off,
        };
        let checked = check(address.parse().unwrap(), exposed, permitted);
        checked.err().map(|it| it.to_string())
    }

    #[test]
    fn everything_may_stay_on_loopback() {
        for address in ["127.0.0.1:0", "127.8.8.8:1", "[::1]:0", "[::ffff:127.0.0.1]:0"] {
            assert_eq!(
                refusal(address, Transport::Plain, Auth::Open, NOTHING),
                None,
                "{address}"
            );
        }
    }

    #[test]
    fn plain_http_leaves_loopback_only_when_told() {
        let refused = refusal("0.0.0.0:80", Transport::Plain, Auth::Enforced, NOTHING).unwrap();
        assert!(refused.contains("--allow-remote-plain-http"), "{refused}");
        let permitted = Permissions {
            remote_plain_http: true,
            ..NOTHING
        };
        assert_eq!(
            refusal("[::]:80", Transport::Plain, Auth::Enforced, permitted),
            None
        );
        assert_eq!(
            refusal("10.0.0.1:443", Transport::Tls, Auth::Enforced, NOTHING),
            None
        );
    }

    #[test]
    fn open_authentication_leaves_loopback_only_when_told_twice() {
        let once = Permissions {
            remote_open_auth: true,
            ..NOTHING
        };
        let refused = refusal("10.0.0.1:443", Transport::Tls, Auth::Open, once).unwrap();
        assert!(refused.contains("--anyone-may-do-anything"), "{refused}");
        let other = Permissions {
            anyone_may_do_anything: true,
            ..NOTHING
        };
        assert!(refusal("10.0.0.1:443", Transport::Tls, Auth::Open, other).is_some());
        let twice = Permissions {
            anyone_may_do_anything: true,
            ..once
        };
        assert_eq!(refusal("10.0.0.1:443", Transport::Tls, Auth::Open, twice), None);
        assert!(refusal("10.0.0.1:80", Transport::Plain, Auth::Open, twice).is_some());
    }

    #[test]
    fn faults_leave_loopback_only_when_told() {
        let exposed = Exposed {
            transport: Transport::Tls,
            auth: Auth::Enforced,
            faults: Provocation::On,
        };
        let checked = |address: &str, permitted| check(address.parse().unwrap(), exposed, permitted);
        assert!(checked("127.0.0.1:0", NOTHING).is_ok());
        let refused = checked("10.0.0.1:443", NOTHING).unwrap_err().to_string();
        assert!(refused.contains("--allow-remote-faults"), "{refused}");
        let permitted = Permissions {
            remote_faults: true,
            ..NOTHING
        };
        assert!(checked("10.0.0.1:443", permitted).is_ok());
    }

    #[test]
    fn all_that_is_missing_is_said_at_once() {
        let refused = refusal("10.0.0.1:80", Transport::Plain, Auth::Open, NOTHING).unwrap();
        for flag in [
            "--tls-cert",
            "--allow-remote-plain-http",
            "--allow-remote-open-auth",
            "--anyone-may-do-anything",
        ] {
            assert!(refused.contains(flag), "{flag} in {refused}");
        }
    }
}
