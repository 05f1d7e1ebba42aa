//! lianhu-server
