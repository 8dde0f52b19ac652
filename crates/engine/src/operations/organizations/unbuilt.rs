//! Organizations operations that are not built yet. They answer so; the list ends when it is empty.

macro_rules! unbuilt {
    ($($operation:ident,)*) => {$(
        impl crate::Unbuilt for shapes::organizations::operations::$operation {}
    )*};
}

unbuilt! {
    AcceptHandshake,
    AttachPolicy,
    CancelHandshake,
    CloseAccount,
    CreateGovCloudAccount,
    CreatePolicy,
    DeclineHandshake,
    DeletePolicy,
    DeleteResourcePolicy,
    DescribeEffectivePolicy,
    DescribeHandshake,
    DescribePolicy,
    DescribeResourcePolicy,
    DescribeResponsibilityTransfer,
    DetachPolicy,
    DisablePolicyType,
    EnableAllFeatures,
    EnablePolicyType,
    InviteAccountToOrganization,
    InviteOrganizationToTransferResponsibility,
    ListAccountsWithInvalidEffectivePolicy,
    ListEffectivePolicyValidationErrors,
    ListHandshakesForAccount,
    ListHandshakesForOrganization,
    ListInboundResponsibilityTransfers,
    ListOutboundResponsibilityTransfers,
    ListPolicies,
    ListPoliciesForTarget,
    ListTagsForResource,
    ListTargetsForPolicy,
    PutResourcePolicy,
    TagResource,
    TerminateResponsibilityTransfer,
    UntagResource,
    UpdatePolicy,
    UpdateResponsibilityTransfer,
}
