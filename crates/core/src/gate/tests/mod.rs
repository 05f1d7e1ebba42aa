//! The shapes the gate was built against, one test each, and honest documents of every size.

mod builder;
mod fuzz;
mod honest;
mod hostile;
mod snapshots;
