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
    CreatePolicy,
    DeclineHandshake,
    DeletePolicy,
    DeleteResourcePolicy,
    DescribeEffectivePolicy,
    DescribeHandshake,
    DescribePolicy,
    DescribeResourcePolicy,
    DetachPolicy,
    DisablePolicyType,
    EnableAllFeatures,
    EnablePolicyType,
    InviteAccountToOrganization,
    ListHandshakesForAccount,
    ListHandshakesForOrganization,
    ListPolicies,
    ListPoliciesForTarget,
    ListTagsForResource,
    ListTargetsForPolicy,
    PutResourcePolicy,
    TagResource,
    UntagResource,
    UpdatePolicy,
}
