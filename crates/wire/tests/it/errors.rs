//! What errors look like, and in whose words.

use http::Response;
use shapes::{ErrorAnswer, Value};
use wire::{ErrorEnvelope, ErrorStyle};

use crate::contract::{Head, RPC_PATH, TARGET, map, text};

fn error(code: &str) -> ErrorAnswer<'_> {
    ErrorAnswer {
        code,
        message: "Not <here>.",
        reason: None,
        status: 400,
    }
}

fn body(response: Response<Vec<u8>>) -> String {
    String::from_utf8(response.into_body()).unwrap()
}

fn header<'r>(response: &'r Response<Vec<u8>>, name: &str) -> Option<&'r str> {
    response.headers().get(name).map(|it| it.to_str().unwrap())
}

fn of(head: &Head) -> ErrorEnvelope {
    head.envelope().unwrap().error_envelope()
}

#[test]
fn json_writes_message_as_the_service_models_it() {
    let envelope = of(&Head::json(TARGET));
    let response = envelope.answer(&error("ResourceNotFoundException"), "request-1");
    assert_eq!(response.status(), 400);
    assert_eq!(
        header(&response, "content-type"),
        Some("application/x-amz-json-1.1")
    );
    assert_eq!(
        header(&response, "x-amzn-errortype"),
        Some("ResourceNotFoundException")
    );
    assert_eq!(header(&response, "x-amzn-requestid"), Some("request-1"));
    assert_eq!(
        body(response),
        r#"{"__type":"ResourceNotFoundException","Message":"Not <here>."}"#
    );

    let response = envelope.answer(&error("AccessDeniedException"), "request-1");
    assert_eq!(
        body(response),
        r#"{"__type":"AccessDeniedException","message":"Not <here>."}"#
    );
}

#[test]
fn a_reason_is_written_where_there_is_one() {
    let head = Head::json("AWSOrganizationsV20161128.CreateOrganization").signed_for(Some("organizations"));
    let error = ErrorAnswer {
        reason: Some("WAIT_PERIOD_ACTIVE"),
        ..error("ConstraintViolationException")
    };
    assert_eq!(
        body(of(&head).answer(&error, "r")),
        r#"{"__type":"ConstraintViolationException","Message":"Not <here>.","Reason":"WAIT_PERIOD_ACTIVE"}"#
    );
}

#[test]
fn cbor_names_modelled_errors_absolutely() {
    let envelope = of(&Head::cbor(RPC_PATH));
    let cases = [
        (
            "ResourceNotFoundException",
            "com.amazonaws.servicecatalog#ResourceNotFoundException",
        ),
        ("AccessDeniedException", "AccessDeniedException"),
    ];
    for (code, kind) in cases {
        let response = envelope.answer(&error(code), "request-1");
        assert_eq!(response.status(), 400);
        assert_eq!(header(&response, "content-type"), Some("application/cbor"));
        assert_eq!(header(&response, "smithy-protocol"), Some("rpc-v2-cbor"));
        assert_eq!(header(&response, "x-amzn-errortype"), None);
        let expected = map([
            ("__type", text(kind)),
            ("Message", text("Not <here>.")),
            ("message", text("Not <here>.")),
        ]);
        assert_eq!(wire::cbor::decode(response.body()).unwrap(), expected);
    }
}

#[test]
fn query_writes_the_code_of_the_model_and_whose_fault_it_is() {
    let envelope = of(&Head::query());
    let response = envelope.answer(&error("ExpiredTokenException"), "request-1");
    assert_eq!(header(&response, "content-type"), Some("text/xml"));
    assert_eq!(
        body(response),
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>ExpiredToken</Code><Message>Not &lt;here&gt;.</Message></Error>\
         <RequestId>request-1</RequestId></ErrorResponse>"
    );
    let failure = ErrorAnswer {
        status: 500,
        ..error("InternalFailure")
    };
    let failure = body(envelope.answer(&failure, "request-1"));
    assert!(
        failure.contains("<Type>Receiver</Type><Code>InternalFailure</Code>"),
        "{failure}"
    );
}

#[test]
fn an_unsigned_query_error_has_no_namespace() {
    let envelope = of(&Head::query().signed_for(None));
    let answer = body(envelope.answer(&error("MissingAction"), "r"));
    assert!(answer.starts_with("<ErrorResponse><Error>"), "{answer}");
}

#[test]
fn services_that_are_not_here_are_answered_in_their_own_words() {
    let form = |service| Head::query().signed_for(Some(service));
    let cases = [
        (
            form("ec2"),
            "text/xml",
            "<Response><Errors><Error><Code>NotImplemented</Code><Message>Chandlery does not have the service ec2.\
             </Message></Error></Errors><RequestID>r</RequestID></Response>",
        ),
        (
            Head::signed("s3", "GET", "/bucket"),
            "application/xml",
            "<Error><Code>NotImplemented</Code><Message>Chandlery does not have the service s3.</Message>\
             <RequestId>r</RequestId></Error>",
        ),
        (
            form("sns"),
            "text/xml",
            "<ErrorResponse><Error><Type>Receiver</Type><Code>NotImplemented</Code>\
             <Message>Chandlery does not have the service sns.</Message></Error><RequestId>r</RequestId></ErrorResponse>",
        ),
        (
            Head::json("ResourceGroupsTaggingAPI_20170126.GetResources").signed_for(Some("tagging")),
            "application/x-amz-json-1.1",
            r#"{"__type":"NotImplemented","message":"Chandlery does not have the service tagging."}"#,
        ),
        (
            Head::signed("lambda", "GET", "/2015-03-31/functions"),
            "application/json",
            r#"{"__type":"NotImplemented","message":"Chandlery does not have the service lambda."}"#,
        ),
    ];
    for (head, content_type, expected) in cases {
        let error = head.envelope().unwrap_err();
        let response = head.guess().answer(&error.answer(), "r");
        assert_eq!(response.status(), 501);
        assert_eq!(header(&response, "content-type"), Some(content_type));
        let is_json = content_type.contains("json");
        assert_eq!(
            header(&response, "x-amzn-errortype"),
            is_json.then_some("NotImplemented")
        );
        assert_eq!(body(response), expected);
    }

    let head = Head::cbor("/service/GraniteServiceVersion20100801/operation/ListMetrics")
        .signed_for(Some("monitoring"));
    let response = head.guess().answer(&head.envelope().unwrap_err().answer(), "r");
    assert_eq!(header(&response, "smithy-protocol"), Some("rpc-v2-cbor"));
    let Value::Map(members) = wire::cbor::decode(response.body()).unwrap() else {
        panic!("not a map");
    };
    assert_eq!(members[0], ("__type".into(), text("NotImplemented")));
}

#[test]
fn the_style_is_guessed_from_the_head_alone() {
    let cbor = Head::cbor(RPC_PATH);
    let cases = [
        (Head::json(TARGET), ErrorStyle::Json),
        (Head::json(TARGET).signed_for(None), ErrorStyle::Json),
        (
            Head::json(TARGET).without("x-amz-target").signed_for(None),
            ErrorStyle::Json,
        ),
        (Head::signed("servicecatalog", "GET", "/"), ErrorStyle::Json),
        (Head::signed("organizations", "POST", "/"), ErrorStyle::Json),
        (cbor.clone(), ErrorStyle::Cbor),
        (cbor.clone().with("x-amz-target", TARGET), ErrorStyle::Cbor),
        (cbor.clone().without("smithy-protocol"), ErrorStyle::Cbor),
        (
            cbor.without("smithy-protocol")
                .without("content-type")
                .with("content-type", "text/plain"),
            ErrorStyle::Json,
        ),
        (Head::query(), ErrorStyle::Query),
        (Head::query().signed_for(None), ErrorStyle::Query),
        (Head::signed("sts", "PUT", "/x"), ErrorStyle::Query),
        (
            Head::unsigned("GET", "/?Version=1&Action=AssumeRole"),
            ErrorStyle::Query,
        ),
        (Head::signed("ec2", "POST", "/"), ErrorStyle::Ec2),
        (Head::signed("s3express", "PUT", "/key"), ErrorStyle::S3),
        (Head::unsigned("GET", "/favicon.ico"), ErrorStyle::RestJson),
    ];
    for (at, (head, expected)) in cases.into_iter().enumerate() {
        assert_eq!(head.guess().style(), expected, "case {at}");
    }
}
