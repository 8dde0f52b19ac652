//! Fault rules as a table for people.

use engine::{FaultEffect, FaultRule, KeptRule};

use crate::table::table;

/// The rules, a line each.
pub(super) fn of_rules(rules: &[KeptRule]) -> String {
    if rules.is_empty() {
        return "there are no rules\n".to_owned();
    }
    let mut table = table(["Rule", "State", "Fired", "Effect", "Scope", "Holding"]);
    for rule in rules {
        table.add_row([
            rule.id.clone(),
            rule.state.name().to_owned(),
            match rule.rule.times {
                Some(times) => format!("{} of {times}", rule.fired),
                None => rule.fired.to_string(),
            },
            what(&rule.rule.effect),
            to(&rule.rule),
            rule.holding.join(" "),
        ]);
    }
    format!("{table}\n")
}

fn what(effect: &FaultEffect) -> String {
    match effect {
        FaultEffect::Throttle {
            per_second: Some(rate),
        } => format!("throttle, beyond {rate} a second"),
        FaultEffect::Throttle { .. } => "throttle".to_owned(),
        FaultEffect::Respond {
            status, after_commit, ..
        } => format!("respond {status}{}", when(*after_commit)),
        FaultEffect::Cut { after_commit } => format!("cut{}", when(*after_commit)),
        FaultEffect::Delay { seconds } => format!("delay {seconds} s"),
        FaultEffect::DelayShare {
            before_seconds,
            per_account_seconds,
        } => format!("delay-share {before_seconds} s, {per_account_seconds} s an account"),
        FaultEffect::FailAccounts {
            accounts,
            units,
            percent,
            count,
            ..
        } => {
            let named: Vec<&str> = accounts.iter().chain(units).map(String::as_str).collect();
            let percent = percent.map_or(String::new(), |it| format!(" {it} %"));
            let count = count.map_or(String::new(), |it| format!(", the first {it}"));
            format!("fail-accounts{percent}{count} {}", named.join(" "))
                .trim_end()
                .to_owned()
        }
        FaultEffect::HoldShare { after_accounts } => format!("hold-share after {after_accounts} accounts"),
        FaultEffect::FailShare {} => "fail-share".to_owned(),
    }
}

fn when(after_commit: bool) -> &'static str {
    if after_commit { ", after commit" } else { "" }
}

fn to(rule: &FaultRule) -> String {
    let picked = [("after", rule.skip), ("every", rule.every)];
    let picked = picked
        .into_iter()
        .filter_map(|(how, count)| Some(format!("{how} {}", count?)));
    let named = [&rule.operations, &rule.accounts, &rule.portfolios];
    let all: Vec<String> = named.into_iter().flatten().cloned().chain(picked).collect();
    if all.is_empty() {
        "everything".to_owned()
    } else {
        all.join(" ")
    }
}
