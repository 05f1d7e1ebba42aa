//! Paper: what is held, laid out to be printed, as HTML that stands by itself (domain §7, the paper twin).
//!
//! A [`Sheet`] is built from plain text and becomes one page of HTML with the print rules in it: no script, no picture, no
//! font or address from outside. Everything is escaped here and nowhere else. It knows nothing of documents; what goes
//! onto a sheet is the business of whoever lays it out ([`workbook`]).
//!
//! ```
//! use lianhu_core::print::{Paper, Sheet};
//! use lianhu_core::Lang;
//!
//! let mut sheet = Sheet::new("公开栏", Paper::A4);
//! sheet.text("火炬村 2026年11月");
//! sheet.section("办理中");
//! sheet.table(&["编号", "事项"], [vec!["001".to_owned(), "清理 <河道>".to_owned()]]);
//! sheet.blank_rows(3);
//! sheet.note("满意率按收到的票计算。");
//! let html = sheet.to_html(Lang::Zh);
//! assert!(html.contains("清理 &lt;河道&gt;"));
//! ```

mod sheet;
pub mod workbook;

pub(crate) use sheet::escaped;
pub use sheet::{Paper, Sheet};
