//! From the contract's names to Rust's.
//!
//! A name keeps its words; only the case rules change. Acronyms count as one word: `PrincipalARN` is `principal_arn`.

/// `PrincipalARN` → `principal_arn`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, char) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|it| chars[it]);
        let after_word = before.is_some_and(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
        let after_acronym = before.is_some_and(|it| it.is_ascii_uppercase())
            && chars.get(at + 1).is_some_and(char::is_ascii_lowercase);
        if char.is_ascii_uppercase() && (after_word || after_acronym) {
            snake.push('_');
        }
        snake.push(char.to_ascii_lowercase());
    }
    snake
}

/// The name of a field: `Type` → `r#type`.
pub(super) fn field(name: &str) -> String {
    const KEYWORDS: [&str; 12] = [
        "as", "const", "enum", "fn", "impl", "in", "match", "mod", "move", "ref", "type", "use",
    ];
    let field = snake(name);
    if KEYWORDS.contains(&field.as_str()) {
        return format!("r#{field}");
    }
    field
}

/// The name of a static: `OrganizationNodeValue` → `ORGANIZATION_NODE_VALUE`.
pub(super) fn constant(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The name of a type: `statusType` → `StatusType`.
pub(super) fn type_name(name: &str) -> String {
    capitalized(name)
}

/// The name of an enumeration's variant: `ORGANIZATION_MEMBER_ACCOUNT` → `OrganizationMemberAccount`.
pub(super) fn variant(name: &str) -> String {
    let words = name
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|it| !it.is_empty());
    let mut variant = String::new();
    for word in words {
        if word.chars().any(|it| it.is_ascii_lowercase()) {
            variant.push_str(&capitalized(word));
        } else {
            variant.push_str(&capitalized(&word.to_ascii_lowercase()));
        }
    }
    variant
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|it| it.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_in_snake_case_with_acronyms_as_words() {
        for (name, expected) in [
            ("PrincipalARN", "principal_arn"),
            ("ARN", "arn"),
            ("Id", "id"),
            ("OrganizationNode", "organization_node"),
            ("AWSServiceName", "aws_service_name"),
            ("OpenIDConnectProviderArn", "open_id_connect_provider_arn"),
            ("AuthenticationCode1", "authentication_code1"),
            ("isTruncated", "is_truncated"),
            ("Type", "r#type"),
        ] {
            assert_eq!(field(name), expected);
        }
    }

    #[test]
    fn variants_are_in_camel_case_however_the_contract_writes_them() {
        for (name, expected) in [
            ("ORGANIZATION_MEMBER_ACCOUNT", "OrganizationMemberAccount"),
            ("ALL", "All"),
            ("CreationDate", "CreationDate"),
            ("AWSManagedPolicy", "AWSManagedPolicy"),
            ("aws-managed", "AwsManaged"),
            ("explicitDeny", "ExplicitDeny"),
            ("S3_POLICY", "S3Policy"),
        ] {
            assert_eq!(variant(name), expected);
        }
    }

    #[test]
    fn types_keep_the_contracts_names() {
        assert_eq!(
            type_name("CreatePortfolioShareInput"),
            "CreatePortfolioShareInput"
        );
        assert_eq!(type_name("policyScopeType"), "PolicyScopeType");
        assert_eq!(constant("OrganizationNodeValue"), "ORGANIZATION_NODE_VALUE");
    }
}
