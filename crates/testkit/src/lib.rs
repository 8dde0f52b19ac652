//! chandlery-testkit
