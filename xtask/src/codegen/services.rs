//! The services whose contracts are pinned, with what botocore does not say about them.

/// A service of the pinned contracts.
pub(crate) struct PinnedService {
    /// The name of its module, and of its file in `model/` with dashes.
    pub(crate) module: &'static str,
    /// The variant of `shapes::Service`.
    pub(crate) variant: &'static str,
    /// What people call it.
    pub(crate) title: &'static str,
    /// The folder of its contract in the botocore package.
    pub(crate) botocore: &'static str,
    /// Source: the namespace in AWS's published Smithy models, which absolute shape ids begin with.
    pub(crate) shape_namespace: &'static str,
    /// The operations to pin; all of them where `None`.
    pub(crate) pinned: Option<&'static [&'static str]>,
    /// Text shapes that are secrets although the contract does not mark them.
    pub(crate) also_sensitive: &'static [&'static str],
}

impl PinnedService {
    /// Its file in `model/`.
    pub(crate) fn file(&self) -> String {
        format!("{}.json", self.module.replace('_', "-"))
    }
}

pub(crate) const SERVICES: [PinnedService; 4] = [
    PinnedService {
        module: "service_catalog",
        variant: "ServiceCatalog",
        title: "AWS Service Catalog",
        botocore: "servicecatalog/2015-12-10",
        shape_namespace: "com.amazonaws.servicecatalog",
        pinned: None,
        also_sensitive: &[],
    },
    PinnedService {
        module: "organizations",
        variant: "Organizations",
        title: "AWS Organizations",
        botocore: "organizations/2016-11-28",
        shape_namespace: "com.amazonaws.organizations",
        pinned: None,
        also_sensitive: &[],
    },
    PinnedService {
        module: "sts",
        variant: "Sts",
        title: "AWS Security Token Service",
        botocore: "sts/2011-06-15",
        shape_namespace: "com.amazonaws.sts",
        pinned: None,
        // Ours: a session token is as good as a key; AWS marks only the key.
        also_sensitive: &["tokenType"],
    },
    PinnedService {
        module: "iam",
        variant: "Iam",
        title: "AWS Identity and Access Management",
        botocore: "iam/2010-05-08",
        shape_namespace: "com.amazonaws.iam",
        pinned: Some(&IAM_OPERATIONS),
        also_sensitive: &[],
    },
];

/// Ours: what callers need to make users, roles and groups and to give them permissions. Account aliases stay out:
/// their pattern has a look-ahead, which the `regex` crate has no equivalent for.
const IAM_OPERATIONS: [&str; 70] = [
    // Users
    "CreateUser",
    "DeleteUser",
    "DeleteUserPermissionsBoundary",
    "GetUser",
    "ListUserTags",
    "ListUsers",
    "PutUserPermissionsBoundary",
    "TagUser",
    "UntagUser",
    "UpdateUser",
    // Roles; Terraform asks for a role's instance profiles before it deletes the role
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "GetRole",
    "ListInstanceProfilesForRole",
    "ListRoleTags",
    "ListRoles",
    "PutRolePermissionsBoundary",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
    // Groups
    "AddUserToGroup",
    "CreateGroup",
    "DeleteGroup",
    "GetGroup",
    "ListGroups",
    "ListGroupsForUser",
    "RemoveUserFromGroup",
    "UpdateGroup",
    // Access keys
    "CreateAccessKey",
    "DeleteAccessKey",
    "GetAccessKeyLastUsed",
    "ListAccessKeys",
    "UpdateAccessKey",
    // Managed policies and their versions
    "CreatePolicy",
    "CreatePolicyVersion",
    "DeletePolicy",
    "DeletePolicyVersion",
    "GetPolicy",
    "GetPolicyVersion",
    "ListEntitiesForPolicy",
    "ListPolicies",
    "ListPolicyTags",
    "ListPolicyVersions",
    "SetDefaultPolicyVersion",
    "TagPolicy",
    "UntagPolicy",
    // Attachments
    "AttachGroupPolicy",
    "AttachRolePolicy",
    "AttachUserPolicy",
    "DetachGroupPolicy",
    "DetachRolePolicy",
    "DetachUserPolicy",
    "ListAttachedGroupPolicies",
    "ListAttachedRolePolicies",
    "ListAttachedUserPolicies",
    // Inline policies
    "DeleteGroupPolicy",
    "DeleteRolePolicy",
    "DeleteUserPolicy",
    "GetGroupPolicy",
    "GetRolePolicy",
    "GetUserPolicy",
    "ListGroupPolicies",
    "ListRolePolicies",
    "ListUserPolicies",
    "PutGroupPolicy",
    "PutRolePolicy",
    "PutUserPolicy",
];
