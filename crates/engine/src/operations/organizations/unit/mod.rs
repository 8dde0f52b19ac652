//! Organizational units.

mod create_organizational_unit;
mod delete_organizational_unit;
mod describe_organizational_unit;
mod list_organizational_units_for_parent;
mod update_organizational_unit;

use domain::Fault;

/// Source: CreateOrganizationalUnit, its errors: names are unique under a parent.
fn name_is_taken() -> Fault {
    Fault::new(
        "DuplicateOrganizationalUnitException",
        "An OU with the same name already exists.",
    )
}
