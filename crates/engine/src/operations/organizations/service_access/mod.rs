//! The services an organization trusts, and the names of services.

use domain::Fault;

mod disable_aws_service_access;
mod enable_aws_service_access;
mod list_aws_service_access_for_organization;
#[cfg(test)]
mod tests;

/// Checks that `principal` has the form of a service's name.
///
/// Ours: AWS has a list of the services that work with Organizations; any `<name>.amazonaws.com` is one here.
pub(super) fn check_principal(principal: &str) -> Result<(), Fault> {
    let is_service = principal.strip_suffix(".amazonaws.com").is_some_and(|name| {
        name.split('.').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        })
    });
    if is_service {
        return Ok(());
    }
    // Source: Resource Explorer's troubleshooting page shows the message.
    Err(Fault::new(
        "InvalidInputException",
        "You specified an unrecognized service principal.",
    )
    .because("UNRECOGNIZED_SERVICE_PRINCIPAL"))
}
