//! The browser's side: the store on its own file system (OPFS), its clock and dice, and the door JavaScript comes in by.
//!
//! The file system gives handles that are read and written at once only in a worker, and asks for time to give them. So
//! [`open_storage`] takes all of them before anything else is done; from then on everything is synchronous. A browser's
//! handles are exclusive: nobody else, in whatever tab, has one while we do.

use std::any::Any;
use std::cell::RefCell;
use std::io::{Error, ErrorKind, Result};
use std::path::Path;
use std::rc::Rc;

use js_sys::Date;
use lianhu_core::DeviceMillis;
use lianhu_crypto::SymmetricKey;
use lianhu_device::Surroundings;
use lianhu_store::{Held, Machine};
use serde_json::{Value, json};
use sqlite_wasm_rs::WasmOsCallback;
use sqlite_wasm_rs::vfs::VfsFilesManager as _;
use sqlite_wasm_vfs::sahpool::{OpfsSAHError, OpfsSAHPoolCfgBuilder, OpfsSAHPoolUtil, install};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsError, JsValue};
use web_sys::{FileSystemReadWriteOptions, FileSystemSyncAccessHandle};

use crate::errand::Step;
use crate::error::ApiError;
use crate::handbook::{Fresh, Handbook, Home};
use crate::scan;

/// The database in the pool.
const DATABASE: &str = "workbook.db";
/// Files the pool has room for: the database and its journal, and as many again.
const FILES: usize = 4;
/// The most bytes of the file beside the database.
const TOKEN_BYTES: usize = 64;

thread_local! {
    static POOL: RefCell<Option<Pool>> = const { RefCell::new(None) };
    static TOKEN: RefCell<Option<FileSystemSyncAccessHandle>> = const { RefCell::new(None) };
}

/// The files of one directory. The directory's name is that of the pool among SQLite's file systems too.
#[derive(Clone)]
struct Pool {
    directory: &'static str,
    files: Rc<OpfsSAHPoolUtil>,
}

/// The browser under the store. There is one storage, and this worker has all of it.
#[derive(Debug)]
struct Browser;

fn refused(what: &str) -> Error {
    Error::new(ErrorKind::Unsupported, what.to_owned())
}

/// Does something with the file beside the database.
fn with_token<T>(
    path: &Path,
    act: impl FnOnce(&FileSystemSyncAccessHandle) -> std::result::Result<T, JsValue>,
) -> Result<T> {
    if path.extension().is_none_or(|ending| ending != "token") {
        return Err(refused("there is one file beside the database"));
    }
    TOKEN.with_borrow(|token| {
        let token = token.as_ref().ok_or_else(|| refused("the storage is not open"))?;
        act(token).map_err(|why| Error::other(format!("{why:?}")))
    })
}

impl Machine for Browser {
    fn vfs(&self) -> Option<&'static str> {
        POOL.with_borrow(|pool| pool.as_ref().map(|pool| pool.directory))
    }

    fn is_alone(&self) -> bool {
        true
    }

    fn random(&self, _database: &Path) -> Option<[u8; 16]> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).ok().map(|()| bytes)
    }

    fn secret(&self, _database: &Path) -> Result<[u8; 32]> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Error::other)?;
        Ok(bytes)
    }

    fn make_folder(&self, _path: &Path) -> Result<()> {
        Ok(())
    }

    fn lock(&self, _path: &Path) -> Result<Option<Held>> {
        // The handles are exclusive: whoever has them has the database.
        let held: Box<dyn Any + Send + Sync> = Box::new(());
        Ok(Some(held))
    }

    fn exists(&self, path: &Path) -> bool {
        let Some(name) = path.to_str() else { return false };
        POOL.with_borrow(|pool| pool.as_ref().is_some_and(|pool| pool.files.contains(name).unwrap_or(false)))
    }

    fn read(&self, path: &Path, at_most: u64) -> Result<Option<Vec<u8>>> {
        with_token(path, |token| {
            let length = usize::try_from(at_most).unwrap_or(TOKEN_BYTES).min(TOKEN_BYTES);
            let mut bytes = vec![0; length];
            let count = token.read_with_u8_array_and_options(&mut bytes, &at_the_start())?;
            bytes.truncate(count as usize);
            Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
        })
    }

    fn write(&self, path: &Path, bytes: &[u8], durable: bool) -> Result<()> {
        with_token(path, |token| {
            token.write_with_u8_array_and_options(bytes, &at_the_start())?;
            if durable { token.flush() } else { Ok(()) }
        })
    }

    fn rename(&self, _from: &Path, _to: &Path) -> Result<()> {
        // A damaged store is set aside by beginning in another directory.
        Err(refused("files of the pool keep their names"))
    }

    fn make_file(&self, _to: &Path, _from: Option<&Path>) -> Result<()> {
        Err(refused("files of the pool are made by SQLite"))
    }
}

fn at_the_start() -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(0.0);
    options
}

/// The browser's clock and dice.
#[derive(Clone, Copy, Debug, Default)]
struct System;

impl Surroundings for System {
    fn now(&self) -> DeviceMillis {
        DeviceMillis(Date::now() as i64)
    }

    fn random(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        // A browser without a source of randomness loads no page of ours: the worker looks before it begins.
        if getrandom::fill(&mut bytes).is_err() {
            std::process::abort();
        }
        bytes
    }
}

/// Takes the storage in a directory of the browser's own file system. `token` is the open file beside the database.
#[wasm_bindgen]
pub async fn open_storage(directory: String, token: FileSystemSyncAccessHandle) -> std::result::Result<(), JsValue> {
    std::panic::set_hook(Box::new(|why| {
        // Where it was, and nothing of what was being said: a panic's words may be people's.
        let place = why.location().map(ToString::to_string).unwrap_or_default();
        web_sys::console::error_1(&format!("lianhu-wasm stumbled at {place}").into());
    }));
    let pool = match POOL.take().filter(|pool| pool.directory == directory) {
        Some(pool) => {
            pool.files.resume().await.map_err(|why| storage_error(&why))?;
            pool
        }
        None => {
            // A page sees few directories in its life: a damaged store is set aside, or everything is wiped.
            let directory: &'static str = Box::leak(directory.into_boxed_str());
            let options = OpfsSAHPoolCfgBuilder::new();
            let options = options.vfs_name(directory).directory(directory).initial_capacity(FILES).build();
            let files = install::<WasmOsCallback>(&options, false).await.map_err(|why| storage_error(&why))?;
            Pool { directory, files: Rc::new(files) }
        }
    };
    POOL.set(Some(pool));
    TOKEN.set(Some(token));
    Ok(())
}

/// Lets the storage go, so that another tab can take it. The handbook is closed before.
#[wasm_bindgen]
pub fn close_storage() -> std::result::Result<(), JsValue> {
    if let Some(token) = TOKEN.take() {
        token.close();
    }
    POOL.with_borrow(|pool| pool.as_ref().map_or(Ok(()), |pool| pool.files.pause())).map_err(|why| storage_error(&why))
}

/// A key as the line people write on paper: the file beside a store that was taken out of the browser.
#[wasm_bindgen]
pub fn key_line(key: &[u8]) -> String {
    key.try_into().map(|key| SymmetricKey(key).to_paper().to_string()).unwrap_or_default()
}

fn storage_error(why: &OpfsSAHError) -> JsValue {
    match why {
        OpfsSAHError::Opfs { value, .. } => value.clone(),
        why => JsError::new(&why.to_string()).into(),
    }
}

/// What an errand comes to, for the worker.
#[wasm_bindgen]
pub struct Stepped {
    json: String,
    body: Vec<u8>,
}

#[wasm_bindgen]
impl Stepped {
    /// `{send}`, `{ok}` or `{error}`.
    #[wasm_bindgen(getter)]
    pub fn json(&self) -> String {
        self.json.clone()
    }

    /// The body to send.
    #[wasm_bindgen(getter)]
    pub fn body(&self) -> Vec<u8> {
        self.body.clone()
    }
}

impl From<Step> for Stepped {
    fn from(step: Step) -> Self {
        let (json, body) = match step {
            Step::Send(mut sending) => {
                let body = std::mem::take(&mut sending.body);
                (json!({ "send": sending }), body)
            }
            Step::Done(ok) => (json!({ "ok": ok }), Vec::new()),
            Step::Failed(error) => (json!({ "error": error }), Vec::new()),
        };
        Stepped { json: json.to_string(), body }
    }
}

/// The handbook, as the worker holds it. Answers are JSON; none of them throws.
#[wasm_bindgen]
pub struct Door(Handbook<System>);

#[wasm_bindgen]
impl Door {
    /// A handbook on the storage that was opened.
    #[wasm_bindgen(constructor)]
    #[expect(clippy::new_without_default, reason = "JavaScript has no defaults")]
    pub fn new() -> Self {
        Door(Handbook::new(Home { path: Path::new(DATABASE), machine: &Browser }, System))
    }

    /// Opens the store with the key the worker keeps, or looks what would open it. Gives the state.
    pub fn open(&mut self, key: Option<Vec<u8>>) -> String {
        let opened = self.0.open(key.and_then(|key| key.try_into().ok()));
        self.0.state(&opened)
    }

    /// Opens the store with a PIN: `{ok: state}` or `{error}`.
    pub fn unlock(&mut self, pin: &str) -> String {
        match self.0.unlock(pin) {
            Ok(opened) => {
                let state = self.0.state(&opened);
                format!("{{\"ok\":{state}}}")
            }
            Err(error) => failed(&error),
        }
    }

    /// The state of a workbook that is open.
    pub fn state(&mut self) -> String {
        self.0.state(&crate::handbook::Opened::Open)
    }

    /// Whether a PIN opens it.
    pub fn has_pin(&self) -> bool {
        self.0.has_pin()
    }

    /// Another lock from now on: a PIN, or else the key in `fresh`.
    pub fn change_lock(
        &mut self,
        old: Option<String>,
        key: Option<Vec<u8>>,
        pin: Option<String>,
        fresh: Option<Vec<u8>>,
    ) -> String {
        let key = key.and_then(|key| key.try_into().ok());
        let fresh = match (&pin, fresh.and_then(|fresh| fresh.try_into().ok())) {
            (Some(pin), _) => Fresh::Pin(pin),
            (None, Some(key)) => Fresh::Key(key),
            (None, None) => return failed(&ApiError::bad_call("neither a PIN nor a key")),
        };
        self.0.change_lock(old.as_deref(), key, fresh).map_or_else(|error| failed(&error), |()| done(&Value::Null))
    }

    /// Closes the store.
    pub fn close(&mut self) {
        self.0.close();
    }

    /// Destroys what the store holds, keys first, and closes it.
    pub fn destroy(&mut self) -> String {
        self.0.destroy().map_or_else(|error| failed(&error), |()| done(&Value::Null))
    }

    /// Answers a call of the page.
    pub fn call(&mut self, name: &str, args: &str) -> String {
        self.0.call(name, args)
    }

    /// Begins an errand: `enrol` or `sync`.
    pub fn begin(&mut self, name: &str, args: &str, key: Option<Vec<u8>>) -> Stepped {
        self.0.begin_errand(name, args, key.and_then(|key| key.try_into().ok())).into()
    }

    /// Takes what the line brought.
    pub fn go_on(&mut self, status: u16, signature: Option<String>, body: &[u8]) -> Stepped {
        self.0.go_on(status, signature.as_deref(), body).into()
    }

    /// The line brought nothing.
    pub fn give_up(&mut self, why: &str) -> Stepped {
        self.0.give_up(why).into()
    }

    /// The text of the QR code in a picture of 8-bit grey.
    pub fn scan(&self, width: usize, height: usize, grey: &[u8]) -> Option<String> {
        scan(width, height, grey)
    }
}

fn done(ok: &Value) -> String {
    json!({ "ok": ok }).to_string()
}

fn failed(error: &ApiError) -> String {
    json!({ "error": error }).to_string()
}
