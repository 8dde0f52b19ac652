//! STS operations that are not built yet. They answer so; the list ends when it is empty.

macro_rules! unbuilt {
    ($($operation:ident,)*) => {$(
        impl crate::Unbuilt for shapes::sts::operations::$operation {}
    )*};
}

unbuilt! {
    AssumeRoleWithSAML,
    AssumeRoleWithWebIdentity,
    AssumeRoot,
    DecodeAuthorizationMessage,
    GetAccessKeyInfo,
    GetDelegatedAccessToken,
    GetFederationToken,
    GetSessionToken,
    GetWebIdentityToken,
}
