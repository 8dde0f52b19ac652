//! `ListTagsForResource`.

use domain::Fault;
use shapes::organizations::{
    ListTagsForResourceRequest, ListTagsForResourceResponse, Tag, operations::ListTagsForResource,
};
use store::ReadTx;

use super::{super::resource, check_resource};
use crate::{Cx, Query, Resource, organization_role::administered_organization, page::organizations_page};

impl Query for ListTagsForResource {
    fn resource(cx: &Cx, tx: &ReadTx<'_>, input: &ListTagsForResourceRequest) -> Result<Resource, Fault> {
        resource::taggable(cx, tx, &input.resource_id)
    }

    /// Ours: all tags are on one page, as their number has a quota and no request can ask for fewer. So no token is ever
    /// given out and none can be right.
    fn run(
        cx: &Cx,
        tx: &ReadTx<'_>,
        input: &ListTagsForResourceRequest,
    ) -> Result<ListTagsForResourceResponse, Fault> {
        let organization = administered_organization(cx, tx)?;
        organizations_page(cx, &["ListTagsForResource"], None, input.next_token.as_deref())?;
        check_resource(tx, &organization, &input.resource_id)?;
        let tags = tx.list_organization_tags(&input.resource_id)?;
        Ok(ListTagsForResourceResponse {
            tags: tags
                .into_iter()
                .map(|it| Tag {
                    key: it.key,
                    value: it.value,
                })
                .collect(),
            next_token: None,
        })
    }
}
