"""The check of answers itself: what it lets pass and what it does not."""

import json

import pytest

from contract import BrokenContract, violations

HEAD = {"x-amzn-requestid": "1", "content-type": "application/x-amz-json-1.1"}
SHARES = "DescribePortfolioShareStatus"
STS_HEAD = {"x-amzn-requestid": "1", "content-type": "text/xml"}
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>a</Arn>%s</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
</GetCallerIdentityResponse>"""


def of_catalog(operation, value, status=200, head=HEAD):
    """What is wrong with this answer of Service Catalog in JSON."""
    return violations("servicecatalog", "json", operation, status, head, json.dumps(value).encode())


def of_cbor(operation, text):
    """What is wrong with this answer of Service Catalog in CBOR, in hexadecimal."""
    head = HEAD | {"content-type": "application/cbor"}
    return violations("servicecatalog", "smithy-rpc-v2-cbor", operation, 200, head, bytes.fromhex(text))


def of_identity(more):
    """What is wrong with an answer of STS that has this too."""
    return violations("sts", "query", "GetCallerIdentity", 200, STS_HEAD, (IDENTITY % more).encode())


def test_an_answer_with_an_unknown_member_fails_the_call(client):
    def rename(response_dict, **_):
        response_dict["body"] = response_dict["body"].replace(b"PortfolioDetails", b"PortfolioDetailz")

    catalog = client("servicecatalog")
    catalog.list_portfolios()
    catalog.meta.events.register_first("before-parse", rename)
    with pytest.raises(BrokenContract) as raised:
        catalog.list_portfolios()
    unknown = "ListPortfolios.PortfolioDetailz is not in the contract"
    assert str(raised.value).splitlines() == [unknown, "ListPortfolios.PortfolioDetails is missing"]


def test_members_are_checked_at_every_depth():
    assert of_catalog("ListPortfolios", {"PortfolioDetails": [{"Id": "port-1", "CreatedTime": 1.5}]}) == []
    found = of_catalog("ListPortfolios", {"PortfolioDetails": [{"Id": 1, "Owner": "me"}]})
    assert found == [
        "ListPortfolios.PortfolioDetails[0].Id is not a string: 1",
        "ListPortfolios.PortfolioDetails[0].Owner is not in the contract",
    ]


def test_a_list_of_service_catalog_is_there_when_it_is_empty_and_a_token_may_be_absent():
    assert of_catalog("ListPortfolios", {"PortfolioDetails": []}) == []
    assert of_catalog("ListPortfolios", {}) == ["ListPortfolios.PortfolioDetails is missing"]
    found = of_catalog(SHARES, {"Status": "COMPLETED", "ShareDetails": {"ShareErrors": []}})
    assert found == [f"{SHARES}.ShareDetails.SuccessfulShares is missing"]


def test_a_value_has_the_kind_of_its_protocol():
    day = {"PortfolioDetails": [{"CreatedTime": "2026-01-01T00:00:00Z"}]}
    assert "CreatedTime is not a timestamp" in of_catalog("ListPortfolios", day)[0]
    assert "is not a string: None" in of_catalog("ListPortfolios", {"PortfolioDetails": [], "NextPageToken": None})[0]
    # {"PortfolioDetails": [{"CreatedTime": 1(0)}]}, the same without the tag, and {"PortfolioDetails": null}.
    name, time = "a170" + b"PortfolioDetails".hex(), "81a16b" + b"CreatedTime".hex()
    assert of_cbor("ListPortfolios", name + time + "c100") == []
    assert "CreatedTime is not a timestamp: 0" in of_cbor("ListPortfolios", name + time + "00")[0]
    assert "PortfolioDetails is not a list: None" in of_cbor("ListPortfolios", name + "f6")[0]


def test_an_enum_has_one_of_its_values():
    found = of_catalog("GetAWSOrganizationsAccessStatus", {"AccessStatus": "PERHAPS"})
    assert "'PERHAPS', which is none of" in found[0]


def test_an_error_is_declared_or_common_to_all():
    def of_error(code, status=400, **more):
        return of_catalog("DescribePortfolio", {"__type": code, "message": "No."} | more, status)

    assert of_error("ResourceNotFoundException") == of_error("ValidationException") == []
    assert of_error("ResourceInUseException") == ["DescribePortfolio does not declare ResourceInUseException"]
    assert of_error("ValidationException", Cause="x") == [
        "DescribePortfolio: ValidationException.Cause is not in the contract"
    ]
    assert of_error("ValidationException", message="") == ["DescribePortfolio: ValidationException has no message"]
    assert "failed with 500" in of_error("InternalFailure", status=500)[0]


def test_every_answer_has_a_request_id():
    answer = {"PortfolioDetails": []}
    found = of_catalog("ListPortfolios", answer, head={"content-type": HEAD["content-type"]})
    assert found == ["ListPortfolios: the header x-amzn-requestid is missing"]
    assert violations("ec2", "ec2", "DescribeInstances", 501, {}, b"") != []


def test_xml_is_checked_by_element():
    assert of_identity("<UserId>u</UserId>") == []
    assert of_identity("<Owner>u</Owner>") == ["GetCallerIdentity.Owner is not in the contract"]


def test_an_error_in_xml_is_declared_or_common_to_all():
    def of_error(code):
        error = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>"
        body = f"<ErrorResponse>{error}</ErrorResponse>".encode()
        return violations("sts", "query", "AssumeRole", 403, STS_HEAD, body)

    # The first is declared, as the shape MalformedPolicyDocumentException.
    assert of_error("MalformedPolicyDocument") == of_error("AccessDenied") == []
    assert of_error("AccessDeniedException") == ["AssumeRole does not declare AccessDeniedException"]
