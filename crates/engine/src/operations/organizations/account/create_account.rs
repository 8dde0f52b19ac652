//! `CreateAccount`.

use domain::{AccountCreation, CreationState, Fault};
use shapes::organizations::{CreateAccountRequest, CreateAccountResponse, operations::CreateAccount};
use store::{JobKind, ReadTx, WriteTx};

use super::super::{answer, resource, tag};
use crate::{
    Command, Cx, Resource,
    organization_membership::{self, ACCESS_ROLE},
    organization_role::managed_organization,
};

impl Command for CreateAccount {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &CreateAccountRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Records the request; a job carries it out. Whether the address is taken is for the job to find.
    fn run(cx: &Cx, tx: &WriteTx<'_>, input: &CreateAccountRequest) -> Result<CreateAccountResponse, Fault> {
        let organization = managed_organization(cx, tx)?;
        if !organization_membership::has_space(cx, tx, &organization)? {
            return Err(Fault::new(
                "ConstraintViolationException",
                "You have exceeded the allowed number of AWS accounts",
            )
            .because("ACCOUNT_NUMBER_LIMIT_EXCEEDED"));
        }
        let tags = tag::check_new(cx, &input.tags)?;
        let creation = AccountCreation {
            id: cx.fresh().account_creation(),
            organization: organization.id,
            account_name: input.account_name.clone(),
            email: input.email.clone(),
            role_name: input.role_name.as_deref().unwrap_or(ACCESS_ROLE).to_owned(),
            state: CreationState::InProgress,
            account: None,
            failure_reason: None,
            requested_at: cx.now(),
            completed_at: None,
        };
        tx.insert_account_creation(&creation)?;
        // The job hands them over to the account.
        tag::put(tx, &creation.organization, creation.id.as_str(), &tags)?;
        let due_at = cx.now().after(cx.limits().account_creation_delay);
        let job = cx.fresh().job();
        tx.insert_job(
            &job,
            JobKind::AccountCreation,
            creation.id.as_str(),
            due_at,
            cx.now(),
        )?;
        Ok(CreateAccountResponse {
            create_account_status: Some(answer::creation(creation)),
        })
    }
}
