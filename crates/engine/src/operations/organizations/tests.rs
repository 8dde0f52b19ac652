//! The operations against a store of their own, where a rule shows itself only in what a later call sees.

use std::sync::Arc;

use domain::{
    Account, AccountId, AccountState, Caller, Fault, Identity, JoinedMethod, Membership, Region, Time,
};
use shapes::organizations::{
    ChildType, CreateOrganizationRequest, CreateOrganizationalUnitRequest, DescribeAccountRequest,
    DisableAWSServiceAccessRequest, EnableAWSServiceAccessRequest, ListAccountsRequest, ListChildrenRequest,
    ListParentsRequest, ListRootsRequest, MoveAccountRequest, RegisterDelegatedAdministratorRequest,
    operations::{
        CreateOrganization, CreateOrganizationalUnit, DescribeAccount, DisableAWSServiceAccess,
        EnableAWSServiceAccess, ListAccounts, ListChildren, ListParents, ListRoots, MoveAccount,
        RegisterDelegatedAdministrator,
    },
};
use store::{JobKind, Store, WriteTx};
use uuid::Uuid;

use crate::{Command, Cx, Fresh, Limits, Query, SystemRandomness, page::PageKey};

mod reasons;

const MANAGEMENT: &str = "101010101010";
const ALICE: &str = "202020202020";
const CAROL: &str = "303030303030";
const STRANGER: &str = "404040404040";
const CATALOG: &str = "servicecatalog.amazonaws.com";

/// Runs `body` in one transaction on an organization of MANAGEMENT, ALICE and CAROL, beside one of STRANGER.
fn in_organization(body: fn(&WriteTx<'_>)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let ran = store.step(move |tx| {
        for account in [MANAGEMENT, ALICE, CAROL, STRANGER] {
            insert_account(tx, account);
        }
        for manager in [MANAGEMENT, STRANGER] {
            CreateOrganization::run(&cx(manager), tx, &CreateOrganizationRequest { feature_set: None })
                .unwrap();
        }
        for member in [ALICE, CAROL] {
            join(tx, member);
        }
        body(tx);
        Ok::<(), Fault>(())
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(ran).unwrap().unwrap();
}

fn cx(account: &str) -> Cx {
    Cx {
        caller: Arc::new(Caller {
            account: id(account),
            identity: Identity::Root,
        }),
        region: Region::parse("us-east-1").unwrap(),
        now: Time::from_microseconds(1),
        request_id: Uuid::nil(),
        fresh: Fresh::new(Arc::new(SystemRandomness)),
        limits: Arc::new(Limits {
            units_max: 6,
            delegated_administrators_max: 1,
            ..Limits::default()
        }),
        page_key: Arc::new(PageKey::new([7; 32])),
    }
}

fn id(account: &str) -> AccountId {
    AccountId::parse(account).unwrap()
}

fn insert_account(tx: &WriteTx<'_>, account: &str) {
    let account = Account {
        id: id(account),
        name: account.to_owned(),
        email: format!("{account}@example.com"),
        state: AccountState::Active,
        created_at: Time::from_microseconds(0),
        closes_at: None,
        membership: None,
    };
    tx.insert_account(&account).unwrap();
}

fn join(tx: &WriteTx<'_>, account: &str) {
    let organization = tx.find_organization_of(&id(MANAGEMENT)).unwrap().unwrap();
    let membership = Membership {
        organization: organization.id,
        parent: organization.root.into(),
        joined_method: JoinedMethod::Created,
        joined_at: Time::from_microseconds(0),
    };
    tx.put_membership(&id(account), &membership).unwrap();
}

fn root(tx: &WriteTx<'_>, account: &str) -> String {
    tx.find_organization_of(&id(account))
        .unwrap()
        .unwrap()
        .root
        .into()
}

fn create_unit(tx: &WriteTx<'_>, parent: &str, name: &str) -> Result<String, Fault> {
    let input = CreateOrganizationalUnitRequest {
        parent_id: parent.to_owned(),
        name: name.to_owned(),
        tags: Vec::new(),
    };
    let unit = CreateOrganizationalUnit::run(&cx(MANAGEMENT), tx, &input)?.organizational_unit;
    Ok(unit.unwrap().id.unwrap())
}

fn move_account(tx: &WriteTx<'_>, account: &str, from: &str, to: &str) -> Result<(), Fault> {
    let input = MoveAccountRequest {
        account_id: account.to_owned(),
        source_parent_id: from.to_owned(),
        destination_parent_id: to.to_owned(),
    };
    MoveAccount::run(&cx(MANAGEMENT), tx, &input).map(|_| ())
}

fn enable(tx: &WriteTx<'_>, service: &str) {
    let input = EnableAWSServiceAccessRequest {
        service_principal: service.to_owned(),
    };
    EnableAWSServiceAccess::run(&cx(MANAGEMENT), tx, &input).unwrap();
}

fn register(tx: &WriteTx<'_>, account: &str) -> Result<(), Fault> {
    let input = RegisterDelegatedAdministratorRequest {
        account_id: account.to_owned(),
        service_principal: CATALOG.to_owned(),
    };
    RegisterDelegatedAdministrator::run(&cx(MANAGEMENT), tx, &input).map(|_| ())
}

fn describe(tx: &WriteTx<'_>, caller: &str, account: &str) -> Result<shapes::organizations::Account, Fault> {
    let input = DescribeAccountRequest {
        account_id: account.to_owned(),
    };
    Ok(DescribeAccount::run(&cx(caller), tx, &input)?.account.unwrap())
}

#[test]
fn an_account_has_one_organization() {
    in_organization(|tx| {
        for account in [MANAGEMENT, ALICE] {
            let again =
                CreateOrganization::run(&cx(account), tx, &CreateOrganizationRequest { feature_set: None });
            assert_eq!(again.unwrap_err().code(), "AlreadyInOrganizationException");
        }
    });
}

#[test]
fn a_moved_account_is_found_under_its_new_parent_only() {
    in_organization(|tx| {
        let root = root(tx, MANAGEMENT);
        let unit = create_unit(tx, &root, "engineering").unwrap();
        move_account(tx, ALICE, &root, &unit).unwrap();

        let parents = ListParentsRequest {
            child_id: ALICE.to_owned(),
            next_token: None,
            max_results: None,
        };
        let parents = ListParents::run(&cx(MANAGEMENT), tx, &parents).unwrap().parents;
        assert_eq!(parents[0].id.as_ref(), Some(&unit));
        let children = |parent: &str| {
            let input = ListChildrenRequest {
                parent_id: parent.to_owned(),
                child_type: ChildType::Account,
                next_token: None,
                max_results: None,
            };
            let children = ListChildren::run(&cx(MANAGEMENT), tx, &input).unwrap().children;
            children.into_iter().map(|it| it.id.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(children(&unit), [ALICE]);
        assert_eq!(children(&root), [MANAGEMENT, CAROL]);
        assert!(describe(tx, MANAGEMENT, ALICE).unwrap().paths[0].ends_with(&format!("/{unit}/{ALICE}/")));
    });
}

#[test]
fn a_move_says_what_it_cannot_find() {
    in_organization(|tx| {
        let (ours, theirs) = (root(tx, MANAGEMENT), root(tx, STRANGER));
        let unit = create_unit(tx, &ours, "engineering").unwrap();
        let code = |account, from, to| move_account(tx, account, from, to).unwrap_err().code();
        assert_eq!(code(STRANGER, &theirs, &unit), "AccountNotFoundException");
        assert_eq!(code(ALICE, &theirs, &unit), "SourceParentNotFoundException");
        assert_eq!(code(ALICE, &unit, &ours), "SourceParentNotFoundException");
        assert_eq!(code(ALICE, &ours, &theirs), "DestinationParentNotFoundException");
        assert_eq!(code(ALICE, &ours, &ours), "DuplicateAccountException");
    });
}

#[test]
fn units_nest_five_deep_and_have_names_of_their_own() {
    in_organization(|tx| {
        let root = root(tx, MANAGEMENT);
        let mut parent = root.clone();
        for depth in 1..=5 {
            parent = create_unit(tx, &parent, &depth.to_string()).unwrap();
        }
        assert_eq!(
            create_unit(tx, &parent, "6").unwrap_err().reason(),
            Some("OU_DEPTH_LIMIT_EXCEEDED")
        );
        assert_eq!(
            create_unit(tx, &root, "1").unwrap_err().code(),
            "DuplicateOrganizationalUnitException"
        );
        assert_eq!(
            create_unit(tx, &root, "7").unwrap_err().reason(),
            Some("OU_NUMBER_LIMIT_EXCEEDED")
        );
    });
}

#[test]
fn members_see_others_only_as_administrators() {
    in_organization(|tx| {
        let roots = ListRootsRequest {
            next_token: None,
            max_results: None,
        };
        for caller in [ALICE, CAROL] {
            assert_eq!(
                describe(tx, caller, MANAGEMENT).unwrap_err().code(),
                "AccessDeniedException"
            );
            assert!(ListRoots::run(&cx(caller), tx, &roots).is_err());
        }
        enable(tx, CATALOG);
        register(tx, ALICE).unwrap();
        assert_eq!(describe(tx, ALICE, CAROL).unwrap().id.as_deref(), Some(CAROL));
        assert!(ListRoots::run(&cx(ALICE), tx, &roots).is_ok());
        assert_eq!(
            describe(tx, ALICE, STRANGER).unwrap_err().code(),
            "AccountNotFoundException"
        );
    });
}

#[test]
fn an_administrator_needs_a_trusted_service_and_a_free_place() {
    in_organization(|tx| {
        assert_eq!(
            register(tx, ALICE).unwrap_err().reason(),
            Some("SERVICE_ACCESS_NOT_ENABLED")
        );
        enable(tx, CATALOG);
        let management = register(tx, MANAGEMENT).unwrap_err();
        assert_eq!(
            management.reason(),
            Some("CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR")
        );
        register(tx, ALICE).unwrap();
        assert_eq!(
            register(tx, ALICE).unwrap_err().code(),
            "AccountAlreadyRegisteredException"
        );
        let too_many = register(tx, CAROL).unwrap_err();
        assert_eq!(
            too_many.reason(),
            Some("MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED")
        );

        let disable = DisableAWSServiceAccessRequest {
            service_principal: CATALOG.to_owned(),
        };
        let refused = DisableAWSServiceAccess::run(&cx(MANAGEMENT), tx, &disable).unwrap_err();
        assert_eq!(
            refused.reason(),
            Some("DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE")
        );
    });
}

#[test]
fn enabling_service_catalog_starts_the_synchronization_and_others_do_not() {
    in_organization(|tx| {
        let organization = tx.find_organization_of(&id(MANAGEMENT)).unwrap().unwrap();
        let is_pending = || {
            tx.job_is_pending(JobKind::StructureSync, organization.id.as_str())
                .unwrap()
        };
        enable(tx, "config.amazonaws.com");
        assert!(!is_pending());
        enable(tx, CATALOG);
        assert!(is_pending());
    });
}

#[test]
fn a_list_goes_on_where_its_page_ended() {
    in_organization(|tx| {
        let list = |next_token| {
            let input = ListAccountsRequest {
                next_token,
                max_results: Some(2),
            };
            ListAccounts::run(&cx(MANAGEMENT), tx, &input)
        };
        let first = list(None).unwrap();
        assert_eq!(first.accounts.len(), 2);
        let second = list(first.next_token).unwrap();
        assert_eq!(second.accounts[0].id.as_deref(), Some(CAROL));
        assert_eq!(second.next_token, None);
        assert_eq!(
            list(Some("none".to_owned())).unwrap_err().reason(),
            Some("INVALID_NEXT_TOKEN")
        );
    });
}
