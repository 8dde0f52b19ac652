//! Organizations operations that Chandlery will not have, with the reason that callers are told.
//!
//! They answer `UnsupportedAPIEndpointException`, which the contract lists for each of them. What is merely not built
//! yet stands in `unbuilt.rs`.

macro_rules! unsupported {
    ($($why:literal: $($operation:ident),+;)*) => {$($(
        impl crate::Unsupported for shapes::organizations::operations::$operation {
            const WHY: &'static str = $why;
        }
    )+)*};
}

unsupported! {
    "there is no billing to hand over":
        DescribeResponsibilityTransfer,
        InviteOrganizationToTransferResponsibility,
        ListInboundResponsibilityTransfers,
        ListOutboundResponsibilityTransfers,
        TerminateResponsibilityTransfer,
        UpdateResponsibilityTransfer;
    "there is no AWS GovCloud (US) beside it":
        CreateGovCloudAccount;
    "effective policies are not validated":
        ListAccountsWithInvalidEffectivePolicy,
        ListEffectivePolicyValidationErrors;
}
