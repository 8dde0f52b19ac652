//! Pages of a list, and the tokens that lead from one to the next.
//!
//! A token holds the key of the last item and a seal over that key, the caller and the query. A client can neither
//! make nor alter one, nor use it for another list or in another account.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::Fault;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::Cx;

const SEAL_BYTES: usize = 16;

/// What page tokens are sealed with: one key for all replicas, kept in the store.
pub(crate) struct PageKey([u8; 32]);

impl PageKey {
    /// The key made of `bytes`.
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn seal(&self, scope: &str, position: &str) -> [u8; SEAL_BYTES] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(scope.as_bytes());
        mac.update(&[0]);
        mac.update(position.as_bytes());
        let mut seal = [0; SEAL_BYTES];
        seal.copy_from_slice(&mac.finalize().into_bytes()[..SEAL_BYTES]);
        seal
    }
}

/// Which part of a list is asked for.
pub(crate) struct Page {
    /// The key of the last item the client has; empty at the start.
    pub(crate) after: String,
    /// How many items at most.
    pub(crate) size: usize,
    scope: String,
}

/// A part of a list and the way on.
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

impl Page {
    /// The page that a client asks for with `size` and `token`, of the list that `query` names in full.
    ///
    /// `size_max` is also the default: AWS documents no other, and 0 equals unset. A token that is not ours, or ours
    /// for another caller or list, is `None`.
    pub(crate) fn of(
        cx: &Cx,
        query: &[&str],
        size: Option<i32>,
        size_max: usize,
        token: Option<&str>,
    ) -> Option<Self> {
        let scope = format!("{}\0{}\0{}", cx.account(), cx.region(), query.join("\0"));
        let size = usize::try_from(size.unwrap_or(0))
            .ok()
            .filter(|it| *it > 0)
            .unwrap_or(size_max)
            .min(size_max);
        let after = match token {
            None => String::new(),
            Some(token) => open(cx.page_key(), &scope, token)?,
        };
        Some(Self { after, size, scope })
    }

    /// How many rows to read: one more than fits, which tells whether there is a next page.
    pub(crate) fn rows(&self) -> i64 {
        i64::try_from(self.size).unwrap_or(i64::MAX - 1) + 1
    }

    /// Cuts `rows` to the page; `key` names the place of an item in the list.
    pub(crate) fn cut<T>(&self, cx: &Cx, mut rows: Vec<T>, key: impl Fn(&T) -> &str) -> Items<T> {
        if rows.len() <= self.size {
            return Items {
                items: rows,
                next: None,
            };
        }
        rows.truncate(self.size);
        let next = rows
            .last()
            .map(|last| close(cx.page_key(), &self.scope, key(last)));
        Items { items: rows, next }
    }

    /// The page `items`, all that were found up to `position`, at which looking for more was broken off.
    pub(crate) fn broken_off<T>(&self, cx: &Cx, items: Vec<T>, position: &str) -> Items<T> {
        let next = Some(close(cx.page_key(), &self.scope, position));
        Items { items, next }
    }
}

fn close(key: &PageKey, scope: &str, position: &str) -> String {
    let mut token = key.seal(scope, position).to_vec();
    token.extend_from_slice(position.as_bytes());
    URL_SAFE_NO_PAD.encode(token)
}

fn open(key: &PageKey, scope: &str, token: &str) -> Option<String> {
    use subtle::ConstantTimeEq as _;

    let mut seal = URL_SAFE_NO_PAD.decode(token).ok()?;
    let position = String::from_utf8(seal.split_off(SEAL_BYTES.min(seal.len()))).ok()?;
    bool::from(key.seal(scope, &position).ct_eq(&seal)).then_some(position)
}

/// Service Catalog's page, with its error for a token that is not one.
pub(crate) fn catalog_page(
    cx: &Cx,
    query: &[&str],
    size: Option<i32>,
    size_max: usize,
    token: Option<&str>,
) -> Result<Page, Fault> {
    Page::of(cx, query, size, size_max, token).ok_or_else(|| Fault::invalid_parameters("Invalid page token."))
}

/// Organizations' page, with its error for a token that is not one.
///
/// Source: Organizations model, `MaxResults`: 20 at most.
pub(crate) fn organizations_page(
    cx: &Cx,
    query: &[&str],
    size: Option<i32>,
    token: Option<&str>,
) -> Result<Page, Fault> {
    Page::of(cx, query, size, 20, token).ok_or_else(|| {
        Fault::new(
            "InvalidInputException",
            "You provided a next token that is not valid.",
        )
        .because("INVALID_NEXT_TOKEN")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_where_it_was_closed() {
        let key = PageKey::new([7; 32]);
        let token = close(&key, "list of a", "port-1");
        assert_eq!(open(&key, "list of a", &token).as_deref(), Some("port-1"));
        assert_eq!(open(&key, "list of b", &token), None);
        assert_eq!(open(&PageKey::new([8; 32]), "list of a", &token), None);
        assert_eq!(open(&key, "list of a", ""), None);
        assert_eq!(open(&key, "list of a", "????"), None);
        for at in 0..token.len() {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(
                open(&key, "list of a", &String::from_utf8(forged).unwrap()),
                None,
                "at {at}"
            );
        }
    }
}
