//! lianhu-store
