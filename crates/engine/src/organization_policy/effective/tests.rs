//! The examples of Organizations' page "Inheritance examples", and what they leave open.

use serde_json::{Value, json};

use super::effective_document;

/// The policy that page starts with.
fn cost_center() -> Value {
    json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["Development", "Support"]},
    }}})
}

#[test]
fn a_level_overwrites_what_is_above() {
    let unit = json!({"tags": {"costcenter": {
        "tag_key": {"@@assign": "CostCenter"},
        "tag_value": {"@@assign": ["Sandbox"]},
        "enforced_for": {"@@assign": ["redshift:*", "dynamodb:table"]},
    }}});
    assert_eq!(
        effective_document(&[vec![cost_center()], vec![unit]]),
        json!({"tags": {"costcenter": {
            "tag_key": "CostCenter",
            "tag_value": ["Sandbox"],
            "enforced_for": ["redshift:*", "dynamodb:table"],
        }}})
    );
}

#[test]
fn a_level_appends_and_the_next_removes() {
    let unit = json!({"tags": {"costcenter": {
        "tag_value": {"@@append": ["Marketing"]},
        "enforced_for": {"@@append": ["redshift:*"]},
    }}});
    let account = json!({"tags": {"costcenter": {
        "tag_value": {"@@remove": ["Development", "Marketing"]},
        "enforced_for": {"@@remove": ["redshift:*"]},
    }}});
    assert_eq!(
        effective_document(&[vec![cost_center()], vec![unit.clone()]]),
        json!({"tags": {"costcenter": {
            "tag_key": "CostCenter",
            "tag_value": ["Development", "Support", "Marketing"],
            "enforced_for": ["redshift:*"],
        }}})
    );
    assert_eq!(
        effective_document(&[vec![cost_center()], vec![unit], vec![account]]),
        json!({"tags": {"costcenter": {"tag_key": "CostCenter", "tag_value": ["Support"]}}})
    );
}

#[test]
fn a_level_uses_the_operators_that_all_above_allow() {
    let root = json!({"tags": {"project": {
        "tag_key": {"@@operators_allowed_for_child_policies": ["@@none"], "@@assign": "Project"},
        "tag_value": {
            "@@operators_allowed_for_child_policies": ["@@append"],
            "@@assign": ["Maintenance", "Escalations"],
        },
    }}});
    let unit = json!({"tags": {"project": {
        "tag_key": {"@@assign": "PROJECT"},
        "tag_value": {
            "@@operators_allowed_for_child_policies": ["@@all"],
            "@@append": ["Escalations - research"],
        },
    }}});
    let account =
        json!({"tags": {"project": {"tag_value": {"@@assign": ["Mine"], "@@remove": ["Escalations"]}}}});
    assert_eq!(
        effective_document(&[vec![root], vec![unit], vec![account]]),
        json!({"tags": {"project": {
            "tag_key": "Project",
            "tag_value": ["Maintenance", "Escalations", "Escalations - research"],
        }}})
    );
}

#[test]
fn policies_of_one_level_allow_what_each_of_them_allows() {
    let one = json!({"tags": {"project": {"tag_value": {
        "@@operators_allowed_for_child_policies": ["@@append"],
        "@@assign": ["Maintenance"],
    }}}});
    let other = json!({"tags": {"project": {"tag_value": {
        "@@operators_allowed_for_child_policies": ["@@append", "@@remove"],
    }}}});
    let unit =
        json!({"tags": {"project": {"tag_value": {"@@append": ["More"], "@@remove": ["Maintenance"]}}}});
    assert_eq!(
        effective_document(&[vec![one, other], vec![unit]]),
        json!({"tags": {"project": {"tag_value": ["Maintenance", "More"]}}})
    );
}

#[test]
fn the_policy_that_was_attached_first_assigns_and_all_of_a_level_append() {
    let first = json!({"tags": {"project": {
        "tag_key": {"@@assign": "PROJECT"},
        "tag_value": {"@@append": ["Maintenance"]},
    }}});
    let second = json!({"tags": {"project": {
        "tag_key": {"@@assign": "project"},
        "tag_value": {"@@append": ["Escalations"]},
    }}});
    assert_eq!(
        effective_document(&[vec![first, second]]),
        json!({"tags": {"project": {"tag_key": "PROJECT", "tag_value": ["Maintenance", "Escalations"]}}})
    );
}

#[test]
fn what_a_part_allows_holds_for_all_that_is_in_it() {
    let root = json!({"services": {
        "@@operators_allowed_for_child_policies": ["@@none"],
        "default": {"opt_out_policy": {"@@assign": "optOut"}},
    }});
    let unit = json!({"services": {
        "default": {"opt_out_policy": {"@@assign": "optIn"}},
        "lex": {"opt_out_policy": {"@@assign": "optIn"}},
    }});
    assert_eq!(
        effective_document(&[vec![root], vec![unit]]),
        json!({"services": {"default": {"opt_out_policy": "optOut"}}})
    );
}

#[test]
fn no_policy_comes_to_nothing() {
    assert_eq!(effective_document(&[Vec::new(), Vec::new()]), json!({}));
}
