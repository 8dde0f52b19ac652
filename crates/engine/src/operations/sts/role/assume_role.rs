//! `AssumeRole`.
//!
//! Deliberately absent, until identity policies are enforced: session policies and session tags, which are read and not
//! kept.

use std::time::Duration;

use domain::{Arn, Caller, Fault, Identity};
use shapes::sts::{
    AssumeRoleRequest, AssumeRoleResponse, AssumedRoleUser, Credentials, operations::AssumeRole,
};
use store::{ReadTx, Role, Session, WriteTx};

use super::RoleName;
use crate::{Command, Cx, Resource, convert::timestamp};

/// Source: AssumeRole, `DurationSeconds`. It is also all that a role assumed by a role's session gets.
const DEFAULT_SESSION: Duration = Duration::from_hours(1);

impl Command for AssumeRole {
    fn resource(cx: &Cx, _: &ReadTx<'_>, input: &AssumeRoleRequest) -> Result<Resource, Fault> {
        Ok(RoleName::of(&input.role_arn, cx.partition())?
            .arn(cx.partition())
            .into())
    }

    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &AssumeRoleRequest) -> Result<AssumeRoleResponse, Fault> {
        let named = RoleName::of(&input.role_arn, cx.partition())?;
        let role = tx
            .find_role(&named.account, &named.name)?
            .filter(|it| it.path == named.path && trusts(it, cx.caller()))
            .ok_or_else(|| denied(cx, &named.arn(cx.partition())))?;
        if tx.account_is_closed(&role.account, cx.now())? {
            return Err(denied(cx, &named.arn(cx.partition())));
        }
        if cx.caller().identity == Identity::Root {
            // Observed: STS says this of every role that the root user could otherwise assume.
            return Err(Fault::access_denied("Roles may not be assumed by root accounts."));
        }
        let duration = session_duration(cx.caller(), &role, input.duration_seconds)?;

        let fresh = cx.fresh();
        let session = Session {
            access_key_id: fresh.session_key(),
            account: role.account,
            role: role.name,
            role_id: role.id,
            name: input.role_session_name.clone(),
            secret: fresh.secret(),
            token: fresh.session_token(),
            expires_at: cx.now().after(duration),
        };
        tx.insert_session(&session)?;
        Ok(answer(cx, session, input.source_identity.clone()))
    }
}

fn answer(cx: &Cx, session: Session, source_identity: Option<String>) -> AssumeRoleResponse {
    let becomes = Caller {
        account: session.account,
        identity: Identity::Session {
            role_id: session.role_id,
            role: session.role,
            session: session.name,
        },
    };
    AssumeRoleResponse {
        credentials: Some(Credentials {
            access_key_id: session.access_key_id.into(),
            secret_access_key: session.secret,
            session_token: session.token,
            expiration: timestamp(session.expires_at),
        }),
        assumed_role_user: Some(AssumedRoleUser {
            assumed_role_id: becomes.user_id(),
            arn: becomes.arn(cx.partition()).into(),
        }),
        source_identity,
        ..AssumeRoleResponse::default()
    }
}

/// Whether `role` lets `caller` become it. Source: the trust policy of the role that CreateAccount makes names the
/// management account alone.
fn trusts(role: &Role, caller: &Caller) -> bool {
    caller.account == role.trusted_account
}

/// How long the session may last, of which `seconds` is what the caller asked for.
pub(super) fn session_duration(
    caller: &Caller,
    role: &Role,
    seconds: Option<i32>,
) -> Result<Duration, Fault> {
    let Some(seconds) = seconds else {
        return Ok(DEFAULT_SESSION.min(role.session_max));
    };
    // The contract allows 900 and more.
    let asked = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
    if matches!(caller.identity, Identity::Session { .. }) && asked > DEFAULT_SESSION {
        return Err(Fault::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
        ));
    }
    if asked > role.session_max {
        return Err(Fault::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(asked)
}

fn denied(cx: &Cx, role: &Arn) -> Fault {
    let caller = cx.caller().arn(cx.partition());
    Fault::access_denied(format!(
        "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {role}"
    ))
}
