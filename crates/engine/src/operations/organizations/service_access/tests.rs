//! Names of services.

use super::check_principal;

#[test]
fn a_service_is_named_under_amazonaws_com() {
    for principal in [
        "servicecatalog.amazonaws.com",
        "member.org.stacksets.cloudformation.amazonaws.com",
    ] {
        assert!(check_principal(principal).is_ok(), "{principal}");
    }
}

#[test]
fn what_is_no_name_of_a_service_is_unrecognized() {
    for principal in [
        "servicecatalog",
        ".amazonaws.com",
        "amazonaws.com",
        "a..amazonaws.com",
        "s3.example.com",
    ] {
        let fault = check_principal(principal).unwrap_err();
        assert_eq!(
            fault.reason(),
            Some("UNRECOGNIZED_SERVICE_PRINCIPAL"),
            "{principal}"
        );
    }
}
