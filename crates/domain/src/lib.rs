//! chandlery-domain
