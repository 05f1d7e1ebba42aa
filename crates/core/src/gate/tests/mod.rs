//! The shapes the gate was built against, one test each, and honest documents of every size.

mod builder;
mod flat;
mod honest;
mod hostile;
mod prose;
mod snapshots;
