//! chandlery-store
