//! Rules that make no sense, rules that end, and a clock that is set.

use std::time::{Duration, Instant};

use domain::{
    AccountId, PortfolioId, Region, ShareAction, ShareOperation, ShareStatus, ShareTarget, ShareToken, Time,
};
use serde_json::json;
use shapes::OperationDescription;

use super::clock::{ClockChange, SetClock};
use super::requests::Failure;
use super::share_operations::{Orders, Reason};
use super::{Book, FaultRule, FaultRules, FaultState, Kept, Rule};

const START: Time = Time::from_microseconds(1_000_000_000);

fn rule(rule: serde_json::Value) -> FaultRule {
    serde_json::from_value(rule).unwrap()
}

fn refusal(given: serde_json::Value) -> String {
    FaultRules::default().add(rule(given)).unwrap_err().to_string()
}

fn book(rules: &[serde_json::Value], made: Instant) -> Book {
    let mut book = Book::default();
    for given in rules {
        let given = rule(given.clone());
        let checked = Rule::of(&given).unwrap();
        book.rules
            .push(Kept::new("fault-1".to_owned(), given, checked, made));
    }
    book
}

fn account(id: &str) -> AccountId {
    AccountId::parse(id).unwrap()
}

fn describe() -> &'static OperationDescription {
    shapes::service_catalog::DESCRIPTION
        .operation("DescribePortfolio")
        .unwrap()
}

/// Whether a request of the account `id` is throttled.
fn is_throttled(book: &mut Book, id: &str, now: Instant) -> bool {
    let verdict = book.judge((&account(id), describe(), None), now);
    matches!(verdict.failure, Some(Failure::Throttle))
}

fn operation() -> ShareOperation {
    ShareOperation {
        token: ShareToken::parse("share-aaaaaaaaaaaaa").unwrap(),
        portfolio: PortfolioId::parse("port-aaaaaaaaaaaaa").unwrap(),
        owner: account("101010101010"),
        region: Region::parse("eu-central-1").unwrap(),
        target: ShareTarget::Account(account("101010101011")),
        action: ShareAction::Create,
        status: ShareStatus::NotStarted,
        created_at: START,
    }
}

#[test]
fn a_rule_that_makes_no_sense_is_refused_with_the_member_that_is_wrong() {
    for (given, why) in [
        (json!({"effect": {"throttle": {"per_second": -1}}}), "per_second"),
        (json!({"effect": {"respond": {"status": 200}}}), "status"),
        (
            json!({"effect": {"respond": {"status": 404}}}),
            "needs the name of the error",
        ),
        (
            json!({"effect": {"respond": {"status": 500, "error": "no\nname"}}}),
            "name of an error",
        ),
        (
            json!({"effect": {"respond": {"status": 500, "message": "two\nlines"}}}),
            "one line",
        ),
        (json!({"effect": {"delay": {"seconds": -1}}}), "delay: seconds"),
        (json!({"effect": {"delay": {"seconds": 1.8e19}}}), "up to a year"),
        (json!({"effect": {"cut": {}}, "for_seconds": 0}), "for some time"),
        (json!({"effect": {"delay_share": {}}}), "says how long"),
        (json!({"effect": {"fail_accounts": {}}}), "says which"),
        (
            json!({"effect": {"fail_accounts": {"percent": 101}}}),
            "between 0 and 100",
        ),
        (
            json!({"effect": {"fail_accounts": {"accounts": ["alice"]}}}),
            "'alice' is not an account id",
        ),
        (
            json!({"effect": {"fail_accounts": {"units": ["engineering"]}}}),
            "not an organizational unit id",
        ),
        (
            json!({"effect": {"cut": {}}, "operations": ["Describe"]}),
            "'Describe' is no operation",
        ),
        (
            json!({"effect": {"cut": {}}, "operations": ["sts:DescribePortfolio"]}),
            "is no operation",
        ),
        (
            json!({"effect": {"hold_share": {}}, "operations": ["DescribePortfolio"]}),
            "share operations",
        ),
        (json!({"effect": {"cut": {}}, "accounts": ["1"]}), "accounts: '1'"),
        (
            json!({"effect": {"cut": {}}, "portfolios": ["a b"]}),
            "portfolios: 'a b'",
        ),
        (json!({"effect": {"cut": {}}, "times": 0}), "at least once"),
        (json!({"effect": {"cut": {}}, "every": 0}), "every: 0"),
        (json!({"effect": {"cut": {}}, "for_seconds": -1}), "for_seconds"),
    ] {
        let refusal = refusal(given);
        assert!(refusal.contains(why), "{why} in {refusal}");
    }
}

#[test]
fn an_unknown_member_is_no_rule() {
    for given in [
        json!({"effect": {"cut": {}}, "operation": "DescribePortfolio"}),
        json!({"effect": {"throttle": {"evry": 3}}}),
        json!({"effect": {"explode": {}}}),
        json!({}),
    ] {
        assert!(
            serde_json::from_value::<FaultRule>(given.clone()).is_err(),
            "{given}"
        );
    }
}

#[test]
fn a_rule_ends_when_it_has_happened_often_enough() {
    let now = Instant::now();
    let mut book = book(&[json!({"effect": {"throttle": {}}, "times": 2})], now);
    let throttled: Vec<bool> = (0..3)
        .map(|_| is_throttled(&mut book, "101010101010", now))
        .collect();
    assert_eq!(throttled, [true, true, false]);
    assert_eq!(book.rules[0].shown(now).state, FaultState::Spent);
}

#[test]
fn a_rule_lets_some_pass_and_happens_to_each_third_of_the_others() {
    let now = Instant::now();
    let rule = json!({"effect": {"throttle": {}}, "skip": 1, "every": 3});
    let mut book = book(&[rule], now);
    let throttled: Vec<bool> = (0..7)
        .map(|_| is_throttled(&mut book, "101010101010", now))
        .collect();
    assert_eq!(throttled, [false, false, false, true, false, false, true]);
}

#[test]
fn each_second_operation_is_held_however_often_it_is_asked_about() {
    let now = Instant::now();
    let mut book = book(&[json!({"effect": {"hold_share": {}}, "every": 2})], now);
    for (token, is_held) in [("share-aaaaaaaaaaaaa", false), ("share-bbbbbbbbbbbbb", true)] {
        let operation = ShareOperation {
            token: ShareToken::parse(token).unwrap(),
            ..operation()
        };
        for _ in 0..3 {
            let orders = book.orders(&operation, START, now);
            assert_eq!(matches!(orders, Orders::Wait(..)), is_held, "{token}");
        }
    }
}

#[test]
fn a_rule_ends_when_its_time_is_over() {
    let now = Instant::now();
    let mut book = book(&[json!({"effect": {"throttle": {}}, "for_seconds": 60})], now);
    assert!(is_throttled(
        &mut book,
        "101010101010",
        now + Duration::from_secs(59)
    ));
    let later = now + Duration::from_mins(1);
    assert!(!is_throttled(&mut book, "101010101010", later));
    assert_eq!(book.rules[0].shown(later).state, FaultState::Expired);
}

#[test]
fn a_spent_rule_lets_go_of_what_it_holds_when_its_time_is_over() {
    let now = Instant::now();
    let rule = json!({"effect": {"hold_share": {}}, "times": 1, "for_seconds": 60});
    let mut book = book(&[rule], now);
    assert!(matches!(
        book.orders(&operation(), START, now),
        Orders::Wait(_, Reason::Release)
    ));
    let later = now + Duration::from_mins(1);
    assert!(matches!(
        book.orders(&operation(), START, later),
        Orders::Undisturbed
    ));
    assert_eq!(book.rules[0].shown(later).holding, [""; 0]);
}

#[test]
fn a_rate_is_each_accounts_own_and_fills_with_time() {
    let now = Instant::now();
    let mut book = book(&[json!({"effect": {"throttle": {"per_second": 2}}})], now);
    let mut throttled =
        |id: &str, after: u64| is_throttled(&mut book, id, now + Duration::from_millis(after));
    assert_eq!(
        [0, 0, 0].map(|it| throttled("101010101010", it)),
        [false, false, true]
    );
    assert!(!throttled("101010101011", 0));
    assert_eq!([500, 500].map(|it| throttled("101010101010", it)), [false, true]);
}

#[test]
fn delays_add_up_and_the_first_failure_is_the_one() {
    let now = Instant::now();
    let rules = [
        json!({"effect": {"delay": {"seconds": 1}}}),
        json!({"effect": {"delay": {"seconds": 2}}}),
        json!({"effect": {"throttle": {}}}),
        json!({"effect": {"cut": {}}}),
        json!({"effect": {"delay": {"seconds": 4}}}),
    ];
    let mut book = book(&rules, now);
    let verdict = book.judge((&account("101010101010"), describe(), None), now);
    assert_eq!(verdict.delay, Duration::from_secs(7));
    assert!(matches!(verdict.failure, Some(Failure::Throttle)));
    assert_eq!(
        book.rules.iter().map(|it| it.fired).collect::<Vec<_>>(),
        [1, 1, 1, 0, 1]
    );
}

#[test]
fn a_step_that_is_asked_about_twice_counts_its_operation_once() {
    let now = Instant::now();
    let mut book = book(&[json!({"effect": {"hold_share": {}}, "times": 1})], now);
    for _ in 0..2 {
        assert!(matches!(
            book.orders(&operation(), START, now),
            Orders::Wait(_, Reason::Release)
        ));
    }
    assert_eq!(book.rules[0].fired, 1);
    let other = ShareOperation {
        token: ShareToken::parse("share-bbbbbbbbbbbbb").unwrap(),
        ..operation()
    };
    assert!(matches!(book.orders(&other, START, now), Orders::Undisturbed));
}

#[test]
fn the_oldest_rule_that_is_over_makes_room_unless_it_still_happens_to_something() {
    let faults = FaultRules::default();
    let holding = json!({"effect": {"hold_share": {}}, "times": 1});
    let holding = faults.add(rule(holding)).unwrap();
    faults.orders(&operation(), START);
    let spent = json!({"effect": {"throttle": {}}, "times": 1});
    let first = faults.add(rule(spent.clone())).unwrap();
    for _ in 2..super::RULES_MAX {
        faults
            .add(rule(
                json!({"effect": {"throttle": {}}, "accounts": ["101010101011"]}),
            ))
            .unwrap();
    }
    let full = faults.add(rule(spent.clone())).unwrap_err().to_string();
    assert!(full.contains("clear some"), "{full}");
    faults.judge(&account("101010101010"), describe(), None);
    faults.add(rule(spent)).unwrap();
    assert_eq!(faults.find(&first.id), None);
    let held = operation().token;
    assert_eq!(faults.find(&holding.id).unwrap().holding, [held.as_str()]);
    assert_eq!(faults.list().len(), super::RULES_MAX);
}

#[test]
fn clearing_a_rule_that_is_not_there_clears_nothing() {
    let faults = FaultRules::default();
    let kept = faults.add(rule(json!({"effect": {"cut": {}}}))).unwrap();
    let unknown = ["fault-9".to_owned(), kept.id.clone()];
    assert_eq!(
        faults.clear(&unknown).unwrap_err().to_string(),
        "there is no rule fault-9"
    );
    assert!(faults.release(&unknown).is_err());
    assert_eq!(faults.list().len(), 1);
}

fn later(seconds: u64) -> Time {
    START.after(Duration::from_secs(seconds))
}

#[test]
fn a_clock_that_goes_on_after_a_stop_goes_on_from_where_it_stood() {
    let clock = SetClock::default();
    clock.change(&ClockChange::Freeze { at: None }, START).unwrap();
    assert_eq!(clock.now(later(60)), START);
    let resumed = clock.change(&ClockChange::Resume {}, later(60)).unwrap();
    assert!((resumed.ahead_seconds + 60.0).abs() < f64::EPSILON);
    assert_eq!(clock.now(later(61)), later(1));
}

#[test]
fn a_clock_moves_forward_whether_it_stands_or_goes() {
    let clock = SetClock::default();
    clock
        .change(&ClockChange::Advance { seconds: 10.0 }, START)
        .unwrap();
    assert_eq!(clock.now(later(1)), later(11));
    clock.change(&ClockChange::Freeze { at: None }, later(1)).unwrap();
    clock
        .change(&ClockChange::Advance { seconds: 5.0 }, later(9))
        .unwrap();
    assert_eq!(clock.now(later(99)), later(16));
}

#[test]
fn a_clock_never_goes_back_nor_beyond_what_can_be_written() {
    let clock = SetClock::default();
    let year = |it: &str| it.parse::<jiff::Timestamp>().unwrap();
    for change in [
        ClockChange::Advance { seconds: -1.0 },
        ClockChange::Advance { seconds: f64::NAN },
        ClockChange::Advance { seconds: 1e12 },
        ClockChange::Freeze {
            at: Some(year("1960-01-01T00:00:00Z")),
        },
        ClockChange::Freeze {
            at: Some(year("9500-01-01T00:00:00Z")),
        },
    ] {
        assert!(clock.change(&change, START).is_err(), "{change:?}");
        assert_eq!(clock.now(START), START);
    }
    let at = year("2030-01-01T00:00:00Z");
    assert_eq!(
        clock
            .change(&ClockChange::Freeze { at: Some(at) }, START)
            .unwrap()
            .now,
        at
    );
}
