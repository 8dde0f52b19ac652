//! What verification costs: `cargo bench -p chandlery-identity`, on a quiet machine.
#![allow(
    clippy::unwrap_used,
    dead_code,
    unused_imports,
    reason = "shares the tests' requests, of which it needs a part"
)]

use std::hint::black_box;
use std::time::Instant;

use chandlery_identity::{SecretKey, SigningKeys};

#[path = "../tests/it/oracle_scratchstack.rs"]
mod oracle_scratchstack;
#[path = "../tests/it/request.rs"]
mod request;

use oracle_scratchstack::believes;
use request::{Request, SECRET, SKEW, now};

/// Prints the median of eleven rounds, in microseconds per call.
fn measure(what: &str, mut call: impl FnMut()) {
    const CALLS: u32 = 20_000;
    let mut rounds: Vec<f64> = (0..11)
        .map(|_| {
            let start = Instant::now();
            for _ in 0..CALLS {
                call();
            }
            start.elapsed().as_secs_f64() * 1e6 / f64::from(CALLS)
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    println!("{:6.2} µs  {what}  (best {:.2})", rounds[5], rounds[0]);
}

fn main() {
    let request = Request::signed();
    let secret = SecretKey::new(SECRET);
    let keys = SigningKeys::default();
    let verify = |keys: &SigningKeys, secret: Option<&SecretKey>, body: &[u8]| {
        black_box(request.claim().unwrap().verify(secret, keys, body, now(), SKEW))
    };
    measure("verify, key in the cache", || {
        verify(&keys, Some(&secret), &request.body).unwrap();
    });
    measure("verify, key not in the cache", || {
        verify(&SigningKeys::default(), Some(&secret), &request.body).unwrap();
    });
    measure("refuse a changed body, key in the cache", || {
        verify(&keys, Some(&secret), b"changed").unwrap_err();
    });
    let wrong = SecretKey::new("wrong");
    measure("refuse a wrong secret", || {
        verify(&keys, Some(&wrong), &request.body).unwrap_err();
    });
    measure("refuse an unknown key", || {
        verify(&keys, None, &request.body).unwrap_err();
    });
    measure("scratchstack-aws-signature", || assert!(believes(&request)));
}
