//! lianhu-testkit
