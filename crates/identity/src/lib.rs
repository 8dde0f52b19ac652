//! chandlery-identity
