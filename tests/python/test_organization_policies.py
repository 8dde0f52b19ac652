"""Policies, tags and the resource policy of an organization, with boto3: every operation, and every refusal's reason.

Organizations speaks one protocol, so that nothing here runs twice.
"""

import json
from contextlib import contextmanager

import pytest
from botocore.exceptions import ClientError

from clients import boto3_client
from organization import Organization

FULL_ACCESS = "p-FullAWSAccess"
SCP = "SERVICE_CONTROL_POLICY"


@pytest.fixture
def organization(server):
    """One unit with one account."""

    def connect(service, credentials=None):
        return boto3_client(server, service, credentials or server.management, "json")

    return Organization(connect, {"engineering": ["alice"]})


@pytest.fixture
def organizations(organization):
    """Organizations, as the management account."""
    return organization.client("organizations")


@contextmanager
def refused(code, reason=None):
    """The block ends in a `ClientError` with this code and reason."""
    with pytest.raises(ClientError) as raised:
        yield raised
    answer = raised.value.response
    assert (answer["Error"]["Code"], answer.get("Reason")) == (code, reason), answer
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400


def deny(action="s3:*"):
    """A service control policy's document."""
    statement = {"Effect": "Deny", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def create(organizations, name, kind=SCP, content=None):
    """The id of a new policy."""
    made = organizations.create_policy(Name=name, Description="", Type=kind, Content=content or deny())
    return made["Policy"]["PolicySummary"]["Id"]


def attached(organizations, target, kind=SCP):
    """The ids of the policies attached to `target` itself."""
    pages = organizations.get_paginator("list_policies_for_target").paginate(TargetId=target, Filter=kind)
    return [policy["Id"] for page in pages for policy in page["Policies"]]


def root_of(organizations):
    """The id of the root."""
    return organizations.list_roots()["Roots"][0]["Id"]


def test_a_policy_lives_from_creation_to_deletion(organization, organizations):
    unit = organization.units["engineering"]
    policy = create(organizations, "No S3")

    organizations.attach_policy(PolicyId=policy, TargetId=unit)
    assert sorted(attached(organizations, unit)) == sorted([FULL_ACCESS, policy])
    targets = organizations.list_targets_for_policy(PolicyId=policy)["Targets"]
    assert [(it["TargetId"], it["Name"], it["Type"]) for it in targets] == [
        (unit, "engineering", "ORGANIZATIONAL_UNIT")
    ]
    changed = organizations.update_policy(PolicyId=policy, Name="No EC2", Content=deny("ec2:*"))
    assert organizations.describe_policy(PolicyId=policy)["Policy"] == changed["Policy"]
    assert json.loads(changed["Policy"]["Content"])["Statement"][0]["Action"] == "ec2:*"
    names = {it["Name"] for it in organizations.list_policies(Filter=SCP)["Policies"]}
    assert names == {"FullAWSAccess", "No EC2"}

    with refused("PolicyInUseException"):
        organizations.delete_policy(PolicyId=policy)
    organizations.detach_policy(PolicyId=policy, TargetId=unit)
    organizations.delete_policy(PolicyId=policy)
    with refused("PolicyNotFoundException"):
        organizations.describe_policy(PolicyId=policy)


def test_types_are_enabled_and_disabled_in_the_root(organizations):
    root = root_of(organizations)
    enabled = organizations.enable_policy_type(RootId=root, PolicyType="BACKUP_POLICY")["Root"]
    assert {it["Type"] for it in enabled["PolicyTypes"]} == {SCP, "BACKUP_POLICY"}
    with refused("PolicyTypeAlreadyEnabledException"):
        organizations.enable_policy_type(RootId=root, PolicyType="BACKUP_POLICY")

    disabled = organizations.disable_policy_type(RootId=root, PolicyType="BACKUP_POLICY")["Root"]
    assert [it["Type"] for it in disabled["PolicyTypes"]] == [SCP]
    policy = create(organizations, "Nightly", "BACKUP_POLICY", "{}")
    with refused("PolicyTypeNotEnabledException"):
        organizations.attach_policy(PolicyId=policy, TargetId=root)


def test_refusals_of_policies_say_why(organizations):
    root = root_of(organizations)
    with refused("MalformedPolicyDocumentException"):
        create(organizations, "none", content="none")
    with refused("ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED"):
        create(organizations, "long", content=deny("s3:" + "a" * 5_120))
    with refused("InvalidInputException", "IMMUTABLE_POLICY"):
        organizations.update_policy(PolicyId=FULL_ACCESS, Name="mine")
    with refused("ConstraintViolationException", "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"):
        organizations.detach_policy(PolicyId=FULL_ACCESS, TargetId=root)
    for name in "1234":
        organizations.attach_policy(PolicyId=create(organizations, name), TargetId=root)
    with refused("ConstraintViolationException", "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"):
        organizations.attach_policy(PolicyId=create(organizations, "5"), TargetId=root)
    with refused("DuplicatePolicyException"):
        create(organizations, "1")
    with refused("DuplicatePolicyAttachmentException"):
        organizations.attach_policy(PolicyId=FULL_ACCESS, TargetId=root)
    organizations.enable_policy_type(RootId=root, PolicyType="RESOURCE_CONTROL_POLICY")
    with refused("InvalidInputException", "NON_DETACHABLE_POLICY"):
        organizations.detach_policy(PolicyId="p-RCPFullAWSAccess", TargetId=root)


def test_an_account_sees_the_tag_policy_that_holds_for_it(organization, organizations):
    root, alice = root_of(organizations), organization.accounts["alice"]
    organizations.enable_policy_type(RootId=root, PolicyType="TAG_POLICY")
    with refused("EffectivePolicyNotFoundException"):
        organizations.describe_effective_policy(PolicyType="TAG_POLICY", TargetId=alice)
    above = {"tags": {"team": {"tag_key": {"@@assign": "Team"}, "tag_value": {"@@assign": ["a"]}}}}
    below = {"tags": {"team": {"tag_value": {"@@append": ["b"]}}}}
    for name, content, target in [("above", above, root), ("below", below, alice)]:
        policy = create(organizations, name, "TAG_POLICY", json.dumps(content))
        organizations.attach_policy(PolicyId=policy, TargetId=target)

    effective = organization.client("organizations", "alice").describe_effective_policy(PolicyType="TAG_POLICY")

    policy = effective["EffectivePolicy"]
    assert (policy["TargetId"], policy["PolicyType"]) == (alice, "TAG_POLICY")
    assert json.loads(policy["PolicyContent"]) == {"tags": {"team": {"tag_key": "Team", "tag_value": ["a", "b"]}}}
    with refused("InvalidInputException", "TARGET_NOT_SUPPORTED"):
        organizations.describe_effective_policy(PolicyType="TAG_POLICY", TargetId=root)


def test_what_an_organization_consists_of_has_tags(organization, organizations):
    alice = organization.accounts["alice"]
    organizations.tag_resource(ResourceId=alice, Tags=[{"Key": "team", "Value": "a"}, {"Key": "stage", "Value": ""}])
    organizations.untag_resource(ResourceId=alice, TagKeys=["stage"])
    pages = organizations.get_paginator("list_tags_for_resource").paginate(ResourceId=alice)
    assert [tag for page in pages for tag in page["Tags"]] == [{"Key": "team", "Value": "a"}]

    with refused("InvalidInputException", "INVALID_SYSTEM_TAGS_PARAMETER"):
        organizations.tag_resource(ResourceId=alice, Tags=[{"Key": "aws:team", "Value": "a"}])
    with refused("InvalidInputException", "DUPLICATE_TAG_KEY"):
        organizations.tag_resource(ResourceId=alice, Tags=[{"Key": "a", "Value": "a"}, {"Key": "a", "Value": "b"}])
    many = [{"Key": f"key-{number}", "Value": ""} for number in range(50)]
    with refused("ConstraintViolationException", "MAX_TAG_LIMIT_EXCEEDED"):
        organizations.tag_resource(ResourceId=alice, Tags=many)
    with refused("TargetNotFoundException"):
        organizations.tag_resource(ResourceId="111122223333", Tags=many)


def test_an_organization_has_a_resource_policy(organization, organizations):
    with refused("ResourcePolicyNotFoundException"):
        organizations.describe_resource_policy()
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": organization.accounts["alice"]},
        "Action": ["organizations:ListAccounts"],
        "Resource": "*",
    }

    def document(**changes):
        return json.dumps({"Version": "2012-10-17", "Statement": [statement | changes]})

    put = organizations.put_resource_policy(Content=document(), Tags=[{"Key": "team", "Value": "a"}])
    assert organizations.describe_resource_policy()["ResourcePolicy"] == put["ResourcePolicy"]
    id = put["ResourcePolicy"]["ResourcePolicySummary"]["Id"]
    assert organizations.list_tags_for_resource(ResourceId=id)["Tags"] == [{"Key": "team", "Value": "a"}]

    with refused("InvalidInputException", "INVALID_RESOURCE_POLICY_JSON"):
        organizations.put_resource_policy(Content="none")
    with refused("InvalidInputException", "INVALID_PRINCIPAL"):
        organizations.put_resource_policy(Content=document(Principal="*"))
    with refused("InvalidInputException", "UNSUPPORTED_ACTION_IN_RESOURCE_POLICY"):
        organizations.put_resource_policy(Content=document(Action="organizations:CreateAccount"))
    organizations.delete_resource_policy()
    with refused("ResourcePolicyNotFoundException"):
        organizations.delete_resource_policy()


def test_what_is_out_of_scope_is_refused_for_good(organization, organizations):
    transfer = {"Type": "BILLING"}
    calls = [
        lambda: organizations.create_gov_cloud_account(Email="dave@example.com", AccountName="dave"),
        lambda: organizations.list_accounts_with_invalid_effective_policy(PolicyType="TAG_POLICY"),
        lambda: organizations.list_effective_policy_validation_errors(
            AccountId=organization.accounts["alice"], PolicyType="TAG_POLICY"
        ),
        lambda: organizations.describe_responsibility_transfer(Id="rt-aaaaaaaa"),
        lambda: organizations.invite_organization_to_transfer_responsibility(
            **transfer,
            Target={"Id": "111122223333", "Type": "ACCOUNT"},
            StartTimestamp=0,
            SourceName="ours",
        ),
        lambda: organizations.list_inbound_responsibility_transfers(**transfer),
        lambda: organizations.list_outbound_responsibility_transfers(**transfer),
        lambda: organizations.terminate_responsibility_transfer(Id="rt-aaaaaaaa"),
        lambda: organizations.update_responsibility_transfer(Id="rt-aaaaaaaa", Name="ours"),
    ]
    for call in calls:
        with refused("UnsupportedAPIEndpointException") as raised:
            call()
        assert "does not support" in str(raised.value)
