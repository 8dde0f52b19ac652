//! chandlery-engine
