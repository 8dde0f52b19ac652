//! Which request goes where.

use crate::contract::{CONTRACT, Head, RPC_PATH, TARGET};

const UNKNOWN: &str = "404 UnknownOperationException";
const MALFORMED: &str = "400 MalformedHttpRequestException";
const NOT_IMPLEMENTED: &str = "501 NotImplemented";

#[test]
fn json_is_routed_by_its_target() {
    let json = Head::json(TARGET);
    let organizations = Some("organizations");
    let cases = [
        (json.clone(), "CreatePortfolio()"),
        (json.clone().signed_for(None), "CreatePortfolio()"),
        (
            Head::json("AWSOrganizationsV20161128.CreateOrganization").signed_for(organizations),
            "CreateOrganization()",
        ),
        (Head::json("AWS242ServiceCatalogService.Nothing"), UNKNOWN),
        (Head::json("AWS242ServiceCatalogService."), UNKNOWN),
        (Head::json("CreatePortfolio"), UNKNOWN),
        (Head::json("").clone(), UNKNOWN),
        (Head::json("aws242servicecatalogservice.CreatePortfolio"), UNKNOWN),
        (
            Head::json("AWSOrganizationsV20161128.InviteAccount").signed_for(organizations),
            NOT_IMPLEMENTED,
        ),
        (json.clone().sent_to("GET", "/"), UNKNOWN),
        (json.clone().sent_to("POST", "/elsewhere"), UNKNOWN),
        (json.clone().with("x-amz-target", TARGET), MALFORMED),
        (json.without("x-amz-target"), UNKNOWN),
    ];
    for (at, (head, expected)) in cases.into_iter().enumerate() {
        assert_eq!(head.outcome(b""), expected, "case {at}");
    }
}

#[test]
fn json_needs_its_own_content_type() {
    let bare = Head::json(TARGET).without("content-type");
    let cases = [
        ("application/x-amz-json-1.1", "CreatePortfolio()"),
        ("Application/X-Amz-Json-1.1; charset=UTF-8", "CreatePortfolio()"),
        ("application/x-amz-json-1.0", UNKNOWN),
        ("application/json", UNKNOWN),
        ("application/x-amz-json-1.10", UNKNOWN),
    ];
    for (content_type, expected) in cases {
        assert_eq!(
            bare.clone().with("content-type", content_type).outcome(b"{}"),
            expected,
            "{content_type}"
        );
    }
    assert_eq!(bare.outcome(b"{}"), UNKNOWN);
}

#[test]
fn a_target_of_another_service_than_the_signatures_is_unknown() {
    assert_eq!(
        Head::json(TARGET)
            .signed_for(Some("organizations"))
            .outcome(b"{}"),
        UNKNOWN
    );
    assert_eq!(Head::json(TARGET).signed_for(Some("sts")).outcome(b"{}"), UNKNOWN);
    assert_eq!(
        Head::cbor(RPC_PATH)
            .signed_for(Some("organizations"))
            .outcome(b""),
        UNKNOWN
    );
    let form = b"Action=AssumeRole&Version=2011-06-15";
    assert_eq!(
        Head::query().signed_for(Some("servicecatalog")).outcome(form),
        UNKNOWN
    );
}

#[test]
fn a_service_that_is_not_here_is_not_implemented() {
    for service in ["ec2", "s3", "tagging", "dynamodb", "ServiceCatalog", ""] {
        assert_eq!(
            Head::signed(service, "GET", "/bucket/key").outcome(b""),
            NOT_IMPLEMENTED,
            "{service}"
        );
        assert_eq!(
            Head::json(TARGET).signed_for(Some(service)).outcome(b""),
            NOT_IMPLEMENTED,
            "{service}"
        );
    }
}

#[test]
fn cbor_is_routed_by_the_last_four_segments_of_its_path() {
    let cases = [
        (RPC_PATH, "CreatePortfolio()"),
        (
            "/service/com.amazonaws.servicecatalog.AWS242ServiceCatalogService/operation/ListPortfolios",
            "ListPortfolios()",
        ),
        (
            "/a/prefix/service/AWS242ServiceCatalogService/operation/ListPortfolios",
            "ListPortfolios()",
        ),
        (
            "/service/x/operation/y/service/AWS242ServiceCatalogService/operation/ListPortfolios",
            "ListPortfolios()",
        ),
        (
            "/service/AWS242ServiceCatalogService/operation/com.amazonaws.servicecatalog.ListPortfolios",
            UNKNOWN,
        ),
        (
            "/service/com.example.AWS242ServiceCatalogService/operation/ListPortfolios",
            UNKNOWN,
        ),
        ("/service/AWS242ServiceCatalogService/operation/Nothing", UNKNOWN),
        ("/service/AWS242ServiceCatalogService/operation/", UNKNOWN),
        (
            "/service/AWS242ServiceCatalogService/operation/ListPortfolios/",
            UNKNOWN,
        ),
        (
            "/service/AWSOrganizationsV20161128/operation/CreateOrganization",
            UNKNOWN,
        ),
        ("/", UNKNOWN),
    ];
    for (path, expected) in cases {
        assert_eq!(Head::cbor(path).outcome(b""), expected, "{path}");
    }
}

#[test]
fn organizations_does_not_speak_cbor() {
    let path = "/service/AWSOrganizationsV20161128/operation/CreateOrganization";
    assert_eq!(
        Head::cbor(path).signed_for(Some("organizations")).outcome(b""),
        UNKNOWN
    );
}

#[test]
fn cbor_needs_its_headers_and_refuses_a_target() {
    let cbor = Head::cbor(RPC_PATH);
    let cases = [
        (
            cbor.clone().without("content-type"),
            &b""[..],
            "CreatePortfolio()",
        ),
        (cbor.clone().without("content-type"), b"\xa0", MALFORMED),
        (cbor.clone().sent_to("GET", RPC_PATH), b"", UNKNOWN),
        (cbor.clone().without("smithy-protocol"), b"", MALFORMED),
        (
            cbor.clone()
                .without("smithy-protocol")
                .with("smithy-protocol", "rpc-v2-json"),
            b"",
            MALFORMED,
        ),
        (
            cbor.clone().with("smithy-protocol", "rpc-v2-cbor"),
            b"",
            MALFORMED,
        ),
        (cbor.clone().with("x-amz-target", TARGET), b"", MALFORMED),
        (cbor.with("x-amzn-target", TARGET), b"", MALFORMED),
    ];
    for (at, (head, body, expected)) in cases.into_iter().enumerate() {
        assert_eq!(head.outcome(body), expected, "case {at}");
    }
}

#[test]
fn query_is_routed_by_action_and_version() {
    let cases = [
        (
            "Action=AssumeRole&Version=2011-06-15&RoleArn=a",
            "AssumeRole(RoleArn)",
        ),
        ("Action=AssumeRole&Version=2010-05-08", "400 InvalidAction"),
        ("Action=AssumeRole", "400 InvalidAction"),
        ("Action=Nothing&Version=2011-06-15", "400 InvalidAction"),
        ("Action=GetWebIdentityToken&Version=2011-06-15", NOT_IMPLEMENTED),
        ("Version=2011-06-15", "400 MissingAction"),
        ("", "400 MissingAction"),
        (
            "Action=AssumeRole&Action=AssumeRole&Version=2011-06-15",
            "400 MalformedInput",
        ),
    ];
    for (form, expected) in cases {
        assert_eq!(Head::query().outcome(form.as_bytes()), expected, "{form}");
        assert_eq!(
            Head::query().signed_for(None).outcome(form.as_bytes()),
            expected,
            "unsigned {form}"
        );
    }
}

#[test]
fn query_parameters_may_stand_in_the_path() {
    let get = Head::signed(
        "sts",
        "GET",
        "/?Action=AssumeRole&Version=2011-06-15&RoleArn=a&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0",
    );
    assert_eq!(get.outcome(b""), "AssumeRole(RoleArn)");

    let both = Head::query().sent_to("POST", "/?Action=AssumeRole");
    assert_eq!(both.outcome(b"Version=2011-06-15"), "AssumeRole()");
    assert_eq!(
        both.outcome(b"Version=2011-06-15&Action=Forget"),
        "400 MalformedInput"
    );
}

#[test]
fn query_refuses_other_methods_paths_and_bodies() {
    let form = b"Action=AssumeRole&Version=2011-06-15";
    assert_eq!(
        Head::query().sent_to("PUT", "/").outcome(form),
        "400 InvalidAction"
    );
    assert_eq!(
        Head::query().sent_to("POST", "/elsewhere").outcome(form),
        "400 InvalidAction"
    );
    assert_eq!(
        Head::query().without("content-type").outcome(form),
        "400 MalformedInput"
    );
}

#[test]
fn a_body_that_cannot_be_read_is_a_serialization_exception() {
    assert_eq!(Head::json(TARGET).outcome(b"{"), "400 SerializationException");
    assert_eq!(
        Head::cbor(RPC_PATH).outcome(b"\xbf"),
        "400 SerializationException"
    );
}

#[test]
fn every_operation_of_the_contract_is_reached_in_its_services_protocols() {
    for service in CONTRACT {
        let signed = |head: Head| head.signed_for(Some(service.signing_name)).at_the_contract();
        for operation in service.operations {
            let expected = format!("{}()", operation.name);
            let Some(prefix) = service.target_prefix else {
                let form = format!("Action={}&Version={}", operation.name, service.api_version);
                assert_eq!(signed(Head::query()).outcome(form.as_bytes()), expected);
                continue;
            };
            let json = Head::json(&format!("{prefix}.{}", operation.name));
            assert_eq!(signed(json).outcome(b"{}"), expected);
            let cbor = Head::cbor(&format!("/service/{prefix}/operation/{}", operation.name));
            let expected = match service.signing_name {
                "servicecatalog" => expected,
                _ => UNKNOWN.to_owned(),
            };
            assert_eq!(signed(cbor).outcome(b"\xa0"), expected);
        }
        for name in service.unpinned_operations {
            let form = format!("Action={name}&Version={}", service.api_version);
            assert_eq!(signed(Head::query()).outcome(form.as_bytes()), NOT_IMPLEMENTED);
        }
    }
}
