//! Organizational units.

mod create_organizational_unit;
mod describe_organizational_unit;
mod list_organizational_units_for_parent;
