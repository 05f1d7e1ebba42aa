//! The handbook: one workbook behind a door that speaks JSON.

use std::path::{Path, PathBuf};

use lianhu_core::DeviceMillis;
use lianhu_crypto::{Suite, SymmetricKey};
use lianhu_device::{Surroundings, Workbook, WorkbookError};
use lianhu_store::{Lock, Machine, OpenError, Phone, PhoneOptions, Pin};
use lianhu_sync::ports::PhoneStore as _;
use serde_json::{Value, json};

use crate::call;
use crate::errand::{Errand, Step};
use crate::error::ApiError;
use crate::view::{self, Book, Outcome};

/// Where the store lies, and what it runs on.
#[derive(Clone, Copy)]
pub struct Home {
    /// The database's name on its machine.
    pub path: &'static Path,
    /// The machine.
    pub machine: &'static dyn Machine,
}

/// A workbook and its store, or neither yet.
pub struct Handbook<X> {
    home: Home,
    surroundings: X,
    pub(crate) book: Option<Book<X>>,
    pub(crate) errand: Option<Errand>,
    has_pin: bool,
}

/// How a store answers to being opened.
#[derive(Debug)]
pub enum Opened {
    /// The workbook is open.
    Open,
    /// Nobody's phone yet: there is no store, or nothing in it.
    NotEnrolled,
    /// It is sealed under a PIN.
    PinNeeded,
    /// It does not open now.
    No(Box<ApiError>),
}

impl<X: Surroundings + Clone> Handbook<X> {
    /// A handbook whose store is not open yet.
    pub fn new(home: Home, surroundings: X) -> Self {
        Handbook { home, surroundings, book: None, errand: None, has_pin: false }
    }

    /// Opens the store with the key the host keeps for it. Without a key it only looks what would open it; a store that is
    /// there is then left as it is.
    pub fn open(&mut self, key: Option<[u8; 32]>) -> Opened {
        self.close();
        if !self.home.machine.exists(self.home.path) {
            return Opened::NotEnrolled;
        }
        match key {
            Some(key) => self.open_with(Lock::Keystore(SymmetricKey(key)), false),
            // A plain lock opens what was made and not sealed yet, and seals nothing.
            None => match self.open_with(Lock::Plain, false) {
                Opened::No(why) if why.code == "no_key" => self.what_opens(),
                other => other,
            },
        }
    }

    /// Opens the store with the PIN its owner remembers.
    pub fn unlock(&mut self, pin: &str) -> Result<Opened, ApiError> {
        let pin = parse_pin(pin)?;
        match self.open_with(Lock::Pin(pin), true) {
            Opened::No(why) if why.code == "wrong_pin" => Err(*why),
            opened => Ok(opened),
        }
    }

    /// A sealed store tells by its refusal what it is sealed by.
    fn what_opens(&mut self) -> Opened {
        let mut key = [0; 32];
        for half in key.chunks_mut(16) {
            half.copy_from_slice(&self.surroundings.random());
        }
        self.open_with(Lock::Keystore(SymmetricKey(key)), false)
    }

    fn open_with(&mut self, lock: Lock, by_pin: bool) -> Opened {
        let store = match self.store(lock, Suite::default()) {
            Ok(store) => store,
            Err(OpenError::OtherLock { by: "a PIN", .. }) => return Opened::PinNeeded,
            Err(why) => return Opened::No(Box::new(why.into())),
        };
        match self.book_in(store) {
            Ok(book) => {
                (self.book, self.has_pin) = (Some(book), by_pin);
                Opened::Open
            }
            Err(WorkbookError::NoWorkbook) => Opened::NotEnrolled,
            Err(why) => Opened::No(Box::new(why.into())),
        }
    }

    /// The store, made where there is none.
    pub(crate) fn store(&self, lock: Lock, suite: Suite) -> Result<Phone, OpenError> {
        let options = PhoneOptions { suite, machine: self.home.machine, ..PhoneOptions::new(lock) };
        Phone::open(self.home.path, options)
    }

    /// The workbook in a store. One that was copied or put back takes a fresh name to write under.
    fn book_in(&self, store: Phone) -> Result<Book<X>, WorkbookError<lianhu_store::StoreError>> {
        let copied = store.looks_copied();
        let mut book = Workbook::open(store, self.surroundings.clone())?;
        if copied {
            book.fresh_incarnation()?;
            book.store_mut().settle_copy().map_err(WorkbookError::Store)?;
        }
        Ok(book)
    }

    /// Closes the store. What was acknowledged is durable already.
    pub fn close(&mut self) {
        (self.book, self.errand, self.has_pin) = (None, None, false);
    }

    /// What the page shows first, as JSON (`State` of `apps/web/src/api.ts`, without what the worker alone knows).
    pub fn state(&mut self, opened: &Opened) -> String {
        let said = match opened {
            Opened::NotEnrolled => json!({ "is": "not_enrolled" }),
            Opened::PinNeeded => json!({ "is": "pin_needed" }),
            Opened::No(why) => {
                json!({ "is": if why.code == "newer" { "newer" } else { "broken" }, "error": why })
            }
            Opened::Open => match self.state_now() {
                Ok(state) => state,
                Err(error) => json!({ "is": "broken", "error": error }),
            },
        };
        said.to_string()
    }

    fn state_now(&mut self) -> Outcome {
        let has_pin = self.has_pin;
        self.book.as_mut().map_or_else(|| Ok(json!({ "is": "not_enrolled" })), |book| view::state(book, has_pin))
    }

    /// Locks the store by something else from now on: a PIN, or a key the host keeps. `old` is the PIN where there is one,
    /// `key` what the host keeps for it now.
    pub fn change_lock(&mut self, old: Option<&str>, key: Option<[u8; 32]>, new: Fresh<'_>) -> Result<(), ApiError> {
        let old = match old.filter(|_| self.has_pin) {
            Some(pin) => Lock::Pin(parse_pin(pin)?),
            None => Lock::Keystore(SymmetricKey(key.ok_or_else(needs_old)?)),
        };
        let (new, by_pin) = match new {
            Fresh::Pin(pin) => (Lock::Pin(parse_pin(pin)?), true),
            Fresh::Key(key) => (Lock::Keystore(SymmetricKey(key)), false),
        };
        let book = self.book.as_mut().ok_or_else(ApiError::not_ready)?;
        book.store_mut().change_lock(&old, &new)?;
        self.has_pin = by_pin;
        Ok(())
    }

    /// Whether a PIN opens it.
    pub fn has_pin(&self) -> bool {
        self.has_pin
    }

    /// Destroys everything the store holds, keys first, and closes it.
    pub fn destroy(&mut self) -> Result<(), ApiError> {
        if let Some(book) = &mut self.book {
            book.store_mut().destroy()?;
        }
        self.close();
        Ok(())
    }

    /// Answers a call of the page. The answer is `{"ok": …, "changed": […]}` or `{"error": …}`; it never panics on what the
    /// page says.
    pub fn call(&mut self, name: &str, args: &str) -> String {
        match call::answer(self, name, args) {
            Ok((ok, changed)) => json!({ "ok": ok, "changed": changed }).to_string(),
            Err(error) => json!({ "error": error }).to_string(),
        }
    }

    /// Begins what takes a line: `enrol` or `sync`.
    pub fn begin_errand(&mut self, name: &str, args: &str, key: Option<[u8; 32]>) -> Step {
        Errand::begin(self, name, args, key).unwrap_or_else(Step::Failed)
    }

    /// Takes what the line brought.
    pub fn go_on(&mut self, status: u16, signature: Option<&str>, body: &[u8]) -> Step {
        let step = Errand::go_on(self, status, signature, body).unwrap_or_else(Step::Failed);
        self.over(&step);
        step
    }

    /// The line brought nothing.
    pub fn give_up(&mut self, why: &str) -> Step {
        let step = Errand::give_up(self, why).unwrap_or_else(Step::Failed);
        self.over(&step);
        step
    }

    fn over(&mut self, step: &Step) {
        if !matches!(step, Step::Send(_)) {
            self.errand = None;
        }
    }

    pub(crate) fn open_book(&mut self) -> Result<&mut Book<X>, ApiError> {
        self.book.as_mut().ok_or_else(ApiError::not_ready)
    }

    pub(crate) fn take_book(&mut self, book: Book<X>, by_pin: bool) {
        (self.book, self.has_pin) = (Some(book), by_pin);
    }

    pub(crate) fn surroundings(&self) -> X {
        self.surroundings.clone()
    }

    /// The moment, by this device's clock.
    pub fn now(&self) -> DeviceMillis {
        self.surroundings.now()
    }
}

/// What is to open a store from now on.
#[derive(Clone, Copy, Debug)]
pub enum Fresh<'a> {
    /// A PIN.
    Pin(&'a str),
    /// A key of the host's.
    Key([u8; 32]),
}

/// A PIN as typed.
pub(crate) fn parse_pin(typed: &str) -> Result<Pin, ApiError> {
    Pin::new(typed).map_err(|why| ApiError::new("pin_too_short", "PIN 至少六位", why.to_string()))
}

fn needs_old() -> ApiError {
    ApiError::new("pin_needed", "请先输入现在的 PIN", "give the present PIN first")
}

/// A path that lives as long as the program: there is one store in it.
pub fn home_path(path: PathBuf) -> &'static Path {
    Box::leak(path.into_boxed_path())
}

/// The answer to a call as a value, for whoever has no page before them.
pub fn parsed(answer: &str) -> Value {
    serde_json::from_str(answer).unwrap_or_default()
}
