//! `ListCreateAccountStatus`.

use domain::Fault;
use shapes::organizations::{
    CreateAccountState, ListCreateAccountStatusRequest, ListCreateAccountStatusResponse,
    operations::ListCreateAccountStatus,
};
use shapes::read::Enumeration as _;
use store::ReadTx;

use super::super::{answer, resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListCreateAccountStatus {
    fn resource(_: &Cx, _: &ReadTx<'_>, _: &ListCreateAccountStatusRequest) -> Result<Resource, Fault> {
        Ok(resource::any())
    }

    /// Source: ListCreateAccountStatus: a page may be empty although more follow. So the states are filtered behind the
    /// page, and no index is needed for them.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListCreateAccountStatusRequest,
    ) -> Result<ListCreateAccountStatusResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        let mut query = vec!["ListCreateAccountStatus"];
        query.extend(input.states.iter().map(|it| it.name()));
        let page = organizations_page(cx, &query, input.max_results, input.next_token.as_deref())?;
        let rows = tx.list_account_creations(&organization.id, &page.after, page.rows())?;
        let creations = page.cut(cx, rows, |it| it.id.as_str());

        let mut create_account_statuses: Vec<_> = creations.items.into_iter().map(answer::creation).collect();
        create_account_statuses.retain(|it| is_asked_for(&input.states, it.state));
        Ok(ListCreateAccountStatusResponse {
            create_account_statuses,
            next_token: creations.next,
        })
    }
}

/// Source: ListCreateAccountStatus, `States`: without any, all are listed.
fn is_asked_for(states: &[CreateAccountState], state: Option<CreateAccountState>) -> bool {
    states.is_empty() || state.is_some_and(|it| states.contains(&it))
}
