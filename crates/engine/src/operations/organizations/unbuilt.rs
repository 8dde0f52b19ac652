//! Organizations operations that are not built yet. They answer so; the list ends when it is empty.

macro_rules! unbuilt {
    ($($operation:ident,)*) => {$(
        impl crate::Unbuilt for shapes::organizations::operations::$operation {}
    )*};
}

unbuilt! {
    AcceptHandshake,
    CancelHandshake,
    DeclineHandshake,
    DescribeHandshake,
    EnableAllFeatures,
    InviteAccountToOrganization,
    ListHandshakesForAccount,
    ListHandshakesForOrganization,
}
