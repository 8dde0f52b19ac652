//! What always holds in the store, told in SQL: quotas are true, and nothing is there by halves.
//!
//! Every statement counts what breaks a rule. They are common SQL and run on both engines. Invariant: they are written
//! from what the tables mean, not from the code that writes them.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::time::sleep;

use crate::database::Database;

/// How long the work that was left behind may take, with leases of a second.
const SETTLED_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(2);

/// A rule, and what breaks it.
type Rule = (&'static str, &'static str);

/// Jobs that are not done.
const PENDING: &str = "SELECT count(*) FROM job";

/// What holds whenever nothing is under way.
const SETTLED: [Rule; 4] = [
    (
        "the right to a share action is free",
        "SELECT count(*) FROM catalog WHERE share_token IS NOT NULL",
    ),
    (
        "every share operation has ended",
        "SELECT count(*) FROM share_operation
         WHERE status NOT IN ('COMPLETED', 'COMPLETED_WITH_ERRORS', 'ERROR') OR finished_at IS NULL",
    ),
    (
        "every account that was asked for is there, or has failed",
        "SELECT count(*) FROM account_creation WHERE state NOT IN ('SUCCEEDED', 'FAILED') OR completed_at IS NULL",
    ),
    (
        "no answer of a request is missing",
        "SELECT count(*) FROM request WHERE answer IS NULL",
    ),
];

/// What holds always.
const ALWAYS: [Rule; 22] = [
    (
        "portfolio_count counts portfolios",
        "SELECT count(*) FROM catalog c WHERE c.portfolio_count <>
             (SELECT count(*) FROM portfolio p WHERE p.account_id = c.account_id AND p.region = c.region)",
    ),
    (
        "every portfolio is counted",
        "SELECT count(*) FROM portfolio p WHERE NOT EXISTS
             (SELECT 1 FROM catalog c WHERE c.account_id = p.account_id AND c.region = p.region)",
    ),
    (
        "shared_accounts counts shares with accounts",
        "SELECT count(*) FROM portfolio p WHERE p.shared_accounts <>
             (SELECT count(*) FROM portfolio_share s WHERE s.portfolio_id = p.id
                 AND s.kind IN ('ACCOUNT', 'ORGANIZATION_MEMBER_ACCOUNT'))",
    ),
    (
        "unit_count counts units",
        "SELECT count(*) FROM organization o WHERE o.unit_count <>
             (SELECT count(*) FROM organizational_unit u WHERE u.organization_id = o.id)",
    ),
    (
        "policy_count counts policies",
        "SELECT count(*) FROM policy_type t WHERE t.policy_count <>
             (SELECT count(*) FROM policy p WHERE p.organization_id = t.organization_id AND p.type = t.type)",
    ),
    (
        "every policy is counted",
        "SELECT count(*) FROM policy p WHERE NOT EXISTS
             (SELECT 1 FROM policy_type t WHERE t.organization_id = p.organization_id AND t.type = p.type)",
    ),
    (
        "a tag has its portfolio",
        "SELECT count(*) FROM portfolio_tag t WHERE NOT EXISTS (SELECT 1 FROM portfolio p WHERE p.id = t.portfolio_id)",
    ),
    (
        "a share has its portfolio, of the same owner",
        "SELECT count(*) FROM portfolio_share s WHERE NOT EXISTS (SELECT 1 FROM portfolio p
             WHERE p.id = s.portfolio_id AND p.account_id = s.account_id AND p.region = s.region)",
    ),
    (
        "a share with a node has an organization that is there",
        "SELECT count(*) FROM portfolio_share s WHERE s.kind <> 'ACCOUNT'
             AND NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = s.organization_id)",
    ),
    (
        "a share with a node was carried out by an operation",
        "SELECT count(*) FROM portfolio_share s WHERE s.kind <> 'ACCOUNT'
             AND NOT EXISTS (SELECT 1 FROM share_operation o WHERE o.portfolio_id = s.portfolio_id
                 AND o.kind = s.kind AND o.principal_id = s.principal_id AND o.action = 'CREATE')",
    ),
    (
        "an unfinished share operation holds its owner's right and has its job",
        "SELECT count(*) FROM share_operation o WHERE o.status IN ('NOT_STARTED', 'IN_PROGRESS')
             AND NOT (EXISTS (SELECT 1 FROM job j WHERE j.kind = 'SHARE_OPERATION' AND j.subject = o.token)
                 AND EXISTS (SELECT 1 FROM catalog c WHERE c.account_id = o.account_id AND c.region = o.region
                     AND c.share_token = o.token))",
    ),
    (
        "an outcome has its share operation",
        "SELECT count(*) FROM share_operation_success s
             WHERE NOT EXISTS (SELECT 1 FROM share_operation o WHERE o.token = s.token)",
    ),
    (
        "an error has its share operation",
        "SELECT count(*) FROM share_operation_failure e
             WHERE NOT EXISTS (SELECT 1 FROM share_operation o WHERE o.token = e.token)",
    ),
    (
        "a member has its organization and its parent there",
        "SELECT count(*) FROM account a WHERE a.organization_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = a.organization_id AND (o.root_id = a.parent_id
                 OR EXISTS (SELECT 1 FROM organizational_unit u
                            WHERE u.organization_id = o.id AND u.id = a.parent_id)))",
    ),
    (
        "an account outside organizations has no parent",
        "SELECT count(*) FROM account WHERE organization_id IS NULL AND parent_id IS NOT NULL",
    ),
    (
        "a unit has its parent there",
        "SELECT count(*) FROM organizational_unit u
             WHERE NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = u.organization_id AND (o.root_id = u.parent_id
                 OR EXISTS (SELECT 1 FROM organizational_unit v
                            WHERE v.organization_id = o.id AND v.id = u.parent_id)))",
    ),
    (
        "an account that was created is there, with its role",
        "SELECT count(*) FROM account_creation c WHERE c.state = 'SUCCEEDED' AND NOT EXISTS
             (SELECT 1 FROM account a JOIN iam_role r ON r.account_id = a.id AND r.name = c.role_name
              WHERE a.id = c.account_id AND a.email = c.email)",
    ),
    (
        "an account that is not created yet has its job",
        "SELECT count(*) FROM account_creation c WHERE c.state = 'IN_PROGRESS'
             AND NOT EXISTS (SELECT 1 FROM job j WHERE j.kind = 'ACCOUNT_CREATION' AND j.subject = c.id)",
    ),
    (
        "an administrator is a member, and its service is trusted",
        "SELECT count(*) FROM delegated_administrator d
             WHERE NOT EXISTS (SELECT 1 FROM account a
                 WHERE a.id = d.account_id AND a.organization_id = d.organization_id)
             OR NOT EXISTS (SELECT 1 FROM service_access s
                 WHERE s.organization_id = d.organization_id AND s.service_principal = d.service_principal)",
    ),
    (
        "an attachment has its policy, of the same organization",
        "SELECT count(*) FROM policy_attachment a WHERE NOT EXISTS
             (SELECT 1 FROM policy p WHERE p.id = a.policy_id AND p.organization_id = a.organization_id)",
    ),
    (
        "a tag, a trust or a resource policy has its organization",
        "SELECT (SELECT count(*) FROM organization_tag t
                 WHERE NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = t.organization_id))
              + (SELECT count(*) FROM service_access s
                 WHERE NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = s.organization_id))
              + (SELECT count(*) FROM resource_policy r
                 WHERE NOT EXISTS (SELECT 1 FROM organization o WHERE o.id = r.organization_id))",
    ),
    (
        "a key of a user has its user, and a user its account and a key",
        "SELECT (SELECT count(*) FROM access_key k WHERE k.user_name IS NOT NULL AND NOT EXISTS
                     (SELECT 1 FROM iam_user u WHERE u.account_id = k.account_id AND u.name = k.user_name))
              + (SELECT count(*) FROM iam_user u
                 WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.id = u.account_id)
                 OR NOT EXISTS (SELECT 1 FROM access_key k WHERE k.account_id = u.account_id AND k.user_name = u.name))",
    ),
];

/// Waits until the work that was left behind is done, and checks every rule.
pub(crate) async fn check(database: &Database) -> Result<()> {
    broken(database, &ALWAYS).await?;
    let begun = Instant::now();
    while database.counts(&[PENDING]).await? != [0] {
        ensure!(
            begun.elapsed() < SETTLED_WITHIN,
            "there are still jobs {SETTLED_WITHIN:?} after the restart"
        );
        sleep(LOOK_EVERY).await;
    }
    broken(database, &SETTLED).await?;
    broken(database, &ALWAYS).await?;
    let damage = database.damage()?;
    ensure!(
        damage.is_none(),
        "the database file is damaged: {}",
        damage.unwrap_or_default()
    );
    Ok(())
}

async fn broken(database: &Database, rules: &[Rule]) -> Result<()> {
    let queries: Vec<&str> = rules.iter().map(|(_, query)| *query).collect();
    let counts = database.counts(&queries).await?;
    let broken: Vec<String> = rules
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count != 0)
        .map(|((rule, _), count)| format!("\n    {rule}: {count} rows do not"))
        .collect();
    ensure!(broken.is_empty(), "the store is not whole:{}", broken.concat());
    Ok(())
}
