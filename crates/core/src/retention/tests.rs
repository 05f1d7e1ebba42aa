//! Days and years.
