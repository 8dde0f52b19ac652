//! chandlery-wire
