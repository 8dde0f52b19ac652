//! Table `request` (migration 1): the answers of commands, by idempotency token.
//!
//! Invariant: an answer is there exactly when what its command changed is. The row is written first and the answer filled
//! in last, so that two runs of one request meet at the key before either does anything; a row without an answer counts
//! as absent. Deliberately absent: requests in progress and requests refused.

use crate::command::{Claim, RequestRow};
use crate::work::LastStatement;
use crate::{Row, StoreError, ToValue, WriteTx, statements, values};

statements! {
    /// A new row, or one without a live answer made new again; touches none where a live answer is.
    CLAIM = "INSERT INTO request (scope, token, fingerprint, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (scope, token) DO UPDATE
             SET fingerprint = excluded.fingerprint, expires_at = excluded.expires_at, answer = NULL
             WHERE request.expires_at <= $5 OR request.answer IS NULL";

    FIND = "SELECT fingerprint, answer FROM request WHERE scope = $1 AND token = $2";

    KEEP_ANSWER = "UPDATE request SET answer = $1 WHERE scope = $2 AND token = $3";

    /// The row is looked at again when it is removed: its token may have been used anew since it was found.
    REMOVE_EXPIRED = "DELETE FROM request WHERE expires_at <= $1 AND (scope, token) IN
                      (SELECT scope, token FROM request WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)";
}

impl WriteTx<'_> {
    /// Makes `request`'s row this transaction's, unless it holds an answer that is not forgotten yet.
    pub(crate) fn claim_request(&self, request: &RequestRow) -> Result<Claim, StoreError> {
        let RequestRow {
            scope,
            token,
            fingerprint,
            ..
        } = request;
        let rows = self.execute(
            CLAIM,
            values![scope, token, fingerprint, request.expires_at_us, request.now_us],
        )?;
        if rows == 1 {
            return Ok(Claim::New);
        }
        let (found, answer) = self.one(FIND, values![scope, token], fingerprint_and_answer)?;
        Ok(if found == *fingerprint {
            Claim::Answered(answer)
        } else {
            Claim::OtherInput
        })
    }

    /// Removes at most `rows_max` answers that were to be kept until `now_us` or less; says how many there were.
    pub fn remove_expired_requests(&self, now_us: i64, rows_max: u32) -> Result<u64, StoreError> {
        self.execute(REMOVE_EXPIRED, values![now_us, rows_max])
    }
}

impl RequestRow {
    /// The statement that fills in the answer.
    pub(crate) fn keep<'a>(&'a self, answer: &'a [u8]) -> LastStatement<'a> {
        LastStatement {
            sql: KEEP_ANSWER,
            values: vec![answer.to_value(), self.scope.to_value(), self.token.to_value()],
        }
    }
}

fn fingerprint_and_answer(row: &dyn Row) -> Result<(Vec<u8>, Vec<u8>), StoreError> {
    Ok((row.bytes(0)?.to_vec(), row.bytes(1)?.to_vec()))
}
