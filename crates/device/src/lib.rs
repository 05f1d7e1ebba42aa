//! lianhu-device
