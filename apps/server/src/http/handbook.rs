//! The members' handbook as it was built (`apps/web`): files that are read once, when the server begins to listen. Only what
//! was found then is ever answered, so no address reaches anything else on the disk.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use axum::body::Bytes;
use axum::extract::{self, State};
use axum::http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{Html, IntoResponse, Redirect, Response};

use crate::http::problem::Problem;
use crate::http::room::Room;
use crate::limits::{HANDBOOK_BYTES, HANDBOOK_FILES};

/// What the handbook may do: its own files and this server, and nothing else. wasm is compiled, text never is.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data: blob:; \
                      media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The page that every address inside the handbook begins with.
const PAGE: &str = "index.html";
/// Where files lie whose name changes with what is in them.
const NAMED_BY_CONTENT: &str = "assets/";
/// What somebody reads where the handbook was not built.
const NOT_BUILT: &str = "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>联户手册</title>\
    <h1>这里还没有联户手册</h1><p>先运行 <code>cargo xtask web</code>，再用 <code>lianhu serve --web apps/web/dist</code> 打开。</p>\
    <p lang=\"en\">The handbook is not here yet: <code>cargo xtask web</code> builds it, \
    <code>lianhu serve --web apps/web/dist</code> serves it.</p></html>";

/// A file, and the same packed, where the build packed it.
#[derive(Debug)]
struct File {
    kind: &'static str,
    plain: Bytes,
    brotli: Option<Bytes>,
    gzip: Option<Bytes>,
}

/// The built handbook; without files where there is none.
#[derive(Debug, Default)]
pub(crate) struct Handbook(BTreeMap<String, File>);

impl Handbook {
    /// Reads what was built into `dir`. A folder that cannot be read, is no handbook, or holds more than a handbook ever
    /// does, is an error: better no server than one that answers half a page.
    pub(crate) fn read(dir: &Path) -> io::Result<Self> {
        let mut found = BTreeMap::new();
        gather(dir, "", &mut found)?;
        if !found.contains_key(PAGE) {
            let why = format!("{} holds no {PAGE}: cargo xtask web builds the handbook", dir.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let mut files = BTreeMap::new();
        let names: Vec<String> = found.keys().filter(|name| kind_of(name).is_some()).cloned().collect();
        for name in names {
            if let (Some(kind), Some(plain)) = (kind_of(&name), found.remove(&name)) {
                let mut packed = |ending: &str| found.remove(&format!("{name}.{ending}"));
                let (brotli, gzip) = (packed("br"), packed("gz"));
                files.insert(name, File { kind, plain, brotli, gzip });
            }
        }
        Ok(Handbook(files))
    }
}

/// Everything below a folder, by its name there. What is no plain file or folder, a link for example, is left out.
fn gather(dir: &Path, below: &str, found: &mut BTreeMap<String, Bytes>) -> io::Result<()> {
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(|name| format!("{below}{name}")) else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            gather(&entry.path(), &format!("{name}/"), found)?;
        } else if kind.is_file() {
            found.insert(name, std::fs::read(entry.path())?.into());
        }
        let bytes: usize = found.values().map(Bytes::len).sum();
        if found.len() > HANDBOOK_FILES || bytes > HANDBOOK_BYTES {
            let why = format!("{} is too large to be the handbook", dir.display());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
    }
    Ok(())
}

/// What a browser is told a file is; `None` for what the handbook does not serve.
fn kind_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        _ => return None,
    })
}

/// The address as people type it.
pub(crate) async fn door() -> Redirect {
    Redirect::permanent("/handbook/")
}

/// The handbook's first page.
pub(crate) async fn page(State(room): State<Room>, headers: HeaderMap) -> Response {
    answer(&room.handbook, PAGE, &headers)
}

/// A file of the handbook. An address without an ending is a screen, and every screen begins with the same page.
pub(crate) async fn file(
    State(room): State<Room>,
    extract::Path(name): extract::Path<String>,
    headers: HeaderMap,
) -> Response {
    let is_screen = !name.rsplit('/').next().unwrap_or_default().contains('.');
    answer(&room.handbook, if is_screen { PAGE } else { &name }, &headers)
}

fn answer(handbook: &Handbook, name: &str, headers: &HeaderMap) -> Response {
    if handbook.0.is_empty() {
        return (StatusCode::OK, [(CACHE_CONTROL, "no-store")], Html(NOT_BUILT)).into_response();
    }
    let Some(file) = handbook.0.get(name) else { return Problem::not_found("file").into_response() };
    let keep = if name.starts_with(NAMED_BY_CONTENT) { "public, max-age=31536000, immutable" } else { "no-cache" };
    let said = [
        (CONTENT_TYPE, file.kind),
        (CACHE_CONTROL, keep),
        (CONTENT_SECURITY_POLICY, POLICY),
        (VARY, "accept-encoding"),
    ];
    match (&file.brotli, &file.gzip) {
        (Some(packed), _) if takes(headers, "br") => (said, [(CONTENT_ENCODING, "br")], packed.clone()).into_response(),
        (_, Some(packed)) if takes(headers, "gzip") => {
            (said, [(CONTENT_ENCODING, "gzip")], packed.clone()).into_response()
        }
        _ => (said, file.plain.clone()).into_response(),
    }
}

/// Whether whoever asks unpacks this. One that is listed with a weight of nothing is refused by name.
fn takes(headers: &HeaderMap, packing: &str) -> bool {
    let lines = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|taken| {
        let (name, weight) = taken.split_once(';').unwrap_or((taken, ""));
        let refused = matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000");
        name.trim().eq_ignore_ascii_case(packing) && !refused
    })
}
