//! The office's accounts: who they are, how they are set up, and the rules nobody gets around.
//!
//! An account has one role. Nobody but the person knows its password: whoever makes an account gets a set-up code, good for
//! a day, by which the person chooses a password and a second factor; until then it opens nothing.

mod password;
mod second_factor;
mod set_up;
mod sign_in;
mod waits;

use std::sync::MutexGuard;

use lianhu_core::roster::Role;
use lianhu_crypto::{Purpose, Suite, SymmetricKey};
use lianhu_store::{Account, AccountChange, AccountId};
use lianhu_sync::ids::ServerMillis;
use lianhu_sync::ports::Township as _;

use crate::audit::{Action, Actor, AuditLine};
use crate::limits::{LOGIN_CHARS, RECOVERY_CODES, SET_UP_MS};
use crate::town::{Town, TownError};

#[cfg(test)]
pub(crate) use second_factor::code_of;
pub use set_up::Begun;
pub(crate) use sign_in::act_token;
pub(crate) use waits::Waits;

/// The roles an account may have (domain §3).
pub const ROLES: &[Role] = &[Role::TownDesk, Role::CountyView, Role::SysAdmin, Role::SecAdmin, Role::AuditAdmin];

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Not a login: 2 to 32 small letters, digits, `.`, `-` or `_`, the first a letter.
    #[error("a login is 2 to 32 small letters, digits, '.', '-' or '_', and begins with a letter")]
    NotALogin,
    /// Not a name.
    #[error("say what the person is called, in at most 32 characters")]
    NotAName,
    /// Not a role of an account.
    #[error("an account's role is town_desk, county_view, sys_admin, sec_admin or audit_admin")]
    NotARole,
    /// The login is taken.
    #[error("there is an account with this login already")]
    Taken,
    /// There is no such account.
    #[error("there is no such account")]
    NoSuchAccount,
    /// Nobody changes their own role or standing.
    #[error("nobody changes their own role, and nobody disables themselves")]
    OwnAccount,
    /// Somebody must be left who may change accounts.
    #[error("this is the last security administrator who can sign in: make another one first")]
    LastSecAdmin,
    /// The set-up code is wrong, used or too old.
    #[error("there is no such set-up code, or its time is over: ask for a new one")]
    NoSuchCode,
    /// The password will not do.
    #[error("a password has at least 12 characters, 5 different ones, and is not made of common words or the login")]
    WeakPassword,
    /// Login, password or code is wrong; it is not said which.
    #[error("login, password or code is wrong")]
    Wrong,
    /// Too many failures.
    #[error("too many failed sign-ins: wait {0} seconds")]
    Wait(u32),
    /// The township failed.
    #[error("{0}")]
    Town(#[from] TownError),
}

impl AccountError {
    /// A stable word.
    pub fn code(&self) -> &'static str {
        match self {
            AccountError::NotALogin => "not_a_login",
            AccountError::NotAName => "not_a_name",
            AccountError::NotARole => "not_a_role",
            AccountError::Taken => "taken",
            AccountError::NoSuchAccount => "not_found",
            AccountError::OwnAccount => "own_account",
            AccountError::LastSecAdmin => "last_sec_admin",
            AccountError::NoSuchCode => "no_such_code",
            AccountError::WeakPassword => "weak_password",
            AccountError::Wrong => "wrong_sign_in",
            AccountError::Wait(_) => "wait",
            AccountError::Town(_) => "internal",
        }
    }
}

impl From<lianhu_store::StoreError> for AccountError {
    fn from(why: lianhu_store::StoreError) -> Self {
        AccountError::Town(why.into())
    }
}

/// A set-up code, as it is handed to the person; it is kept only as its hash.
#[derive(Clone, PartialEq, Eq)]
pub struct SetUpCode {
    /// The code.
    pub code: String,
    /// Until when it is good.
    pub until: ServerMillis,
}

impl Town {
    /// Every account, by login.
    pub fn accounts(&self) -> Result<Vec<Account>, AccountError> {
        Ok(self.store.read().map_err(AccountError::from)?.accounts()?)
    }

    /// The account with a login.
    pub fn account_named(&self, login: &str) -> Result<Account, AccountError> {
        let found = self.store.read().map_err(AccountError::from)?.account_named(&login.to_lowercase())?;
        found.ok_or(AccountError::NoSuchAccount)
    }

    /// Makes an account and its set-up code.
    pub fn add_account(&self, by: &Actor, login: &str, name: &str, role: Role) -> Result<SetUpCode, AccountError> {
        let login = login.trim().to_lowercase();
        let signs =
            login.bytes().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b".-_".contains(&sign));
        if !LOGIN_CHARS.contains(&login.len()) || !signs || !login.starts_with(|sign: char| sign.is_ascii_lowercase()) {
            return Err(AccountError::NotALogin);
        }
        let name = name.trim().to_owned();
        if name.is_empty() || name.chars().count() > *LOGIN_CHARS.end() || name.chars().any(char::is_control) {
            return Err(AccountError::NotAName);
        }
        let role = Some(role).filter(|role| ROLES.contains(role)).ok_or(AccountError::NotARole)?.code().to_owned();
        let _hand = self.accounts_hand();
        if self.store.read().map_err(AccountError::from)?.account_named(&login)?.is_some() {
            return Err(AccountError::Taken);
        }
        let (set_up, hash) = self.new_set_up_code()?;
        let account = Account {
            id: self.random()?,
            login,
            name,
            role,
            created_at: self.now(),
            disabled_at: None,
            password: None,
            second_factor: None,
            set_up_until: Some(set_up.until),
            known_address: None,
            recovery_codes: 0,
        };
        self.account_line(by, "added", account.id)?;
        if !self.store.add_account(account, hash)? {
            return Err(AccountError::Taken);
        }
        Ok(set_up)
    }

    /// Takes password, second factor and recovery codes away and makes a new set-up code: for whoever lost them.
    pub fn reset_account(&self, by: &Actor, id: AccountId) -> Result<SetUpCode, AccountError> {
        let _hand = self.accounts_hand();
        self.account(id)?;
        let (set_up, hash) = self.new_set_up_code()?;
        self.account_line(by, "reset", id)?;
        self.store.change_account(id, AccountChange::SetUp(hash, set_up.until))?;
        Ok(set_up)
    }

    /// Disables an account, or lets it sign in again. Its sessions end.
    pub fn disable_account(&self, by: &Actor, id: AccountId, disabled: bool) -> Result<(), AccountError> {
        let _hand = self.accounts_hand();
        let account = self.account(id)?;
        if disabled {
            not_their_own(by, &account)?;
            self.somebody_is_left(&account)?;
        }
        self.account_line(by, if disabled { "disabled" } else { "enabled" }, id)?;
        self.store.change_account(id, AccountChange::Disabled(disabled.then(|| self.now())))?;
        Ok(())
    }

    /// Gives an account another role. Its sessions end.
    pub fn change_account_role(&self, by: &Actor, id: AccountId, role: Role) -> Result<(), AccountError> {
        let role = Some(role).filter(|role| ROLES.contains(role)).ok_or(AccountError::NotARole)?;
        let _hand = self.accounts_hand();
        let account = self.account(id)?;
        not_their_own(by, &account)?;
        if role != Role::SecAdmin {
            self.somebody_is_left(&account)?;
        }
        self.account_line(by, "role", id)?;
        self.store.change_account(id, AccountChange::Role(role.code().to_owned()))?;
        Ok(())
    }

    /// Makes ten new recovery codes; the old ones are no good any more.
    pub fn new_recovery_codes(&self, by: &Actor, id: AccountId) -> Result<Vec<String>, AccountError> {
        let _hand = self.accounts_hand();
        self.account(id)?;
        let (codes, hashes) = self.recovery_codes()?;
        self.account_line(by, "recovery_codes", id)?;
        self.store.change_account(id, AccountChange::RecoveryCodes(hashes))?;
        Ok(codes)
    }

    /// Whether anybody can sign in or be set up; if not, the page says how the first account is made.
    pub fn has_accounts(&self) -> Result<bool, AccountError> {
        Ok(!self.accounts()?.is_empty())
    }

    fn account(&self, id: AccountId) -> Result<Account, AccountError> {
        self.store.read().map_err(AccountError::from)?.account(id)?.ok_or(AccountError::NoSuchAccount)
    }

    /// Decisions about accounts follow one another.
    fn accounts_hand(&self) -> MutexGuard<'_, ()> {
        self.accounts_hand.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Whoever takes a security administrator away leaves one who can sign in.
    fn somebody_is_left(&self, without: &Account) -> Result<(), AccountError> {
        let decides = |account: &Account| account.role == Role::SecAdmin.code() && can_sign_in(account);
        if decides(without) && !self.accounts()?.iter().any(|other| other.id != without.id && decides(other)) {
            return Err(AccountError::LastSecAdmin);
        }
        Ok(())
    }

    fn new_set_up_code(&self) -> Result<(SetUpCode, [u8; 32]), AccountError> {
        let bytes: [u8; 10] = self.random()?;
        let until = ServerMillis(self.now().0 + SET_UP_MS);
        Ok((SetUpCode { code: second_factor::written(&bytes), until }, self.code_hash(&bytes)?))
    }

    fn recovery_codes(&self) -> Result<(Vec<String>, Vec<[u8; 32]>), AccountError> {
        let mut codes = (Vec::new(), Vec::new());
        for _ in 0..RECOVERY_CODES {
            let bytes: [u8; 10] = self.random()?;
            codes.0.push(second_factor::written(&bytes));
            codes.1.push(self.code_hash(&bytes)?);
        }
        Ok(codes)
    }

    /// What is kept of a code or a token: 80 bits of chance and more need no slow hash, but no other township's table fits.
    fn code_hash(&self, code: &[u8]) -> Result<[u8; 32], AccountError> {
        Ok(SUITE.authenticate(&self.office_key()?, Purpose::SecondFactor, &[b"code", code]))
    }

    fn office_key(&self) -> Result<SymmetricKey, AccountError> {
        Ok(SymmetricKey(self.store.read().map_err(AccountError::from)?.office_secret()?))
    }

    fn account_line(&self, by: &Actor, what: &'static str, id: AccountId) -> Result<(), AccountError> {
        let mut line = AuditLine::new(by.clone(), Action::AccountChanged, what);
        line.subject = Some(id_text(id));
        Ok(self.audit(&line)?)
    }
}

/// What stays between this program and itself needs no township's choice.
const SUITE: Suite = Suite::International;

/// An account's id as JSON and the audit log say it.
pub fn id_text(id: AccountId) -> String {
    uuid::Uuid::from_bytes(id).to_string()
}

/// Whether an account is set up and not disabled.
pub fn can_sign_in(account: &Account) -> bool {
    account.disabled_at.is_none() && account.password.is_some() && account.second_factor.is_some()
}

fn not_their_own(by: &Actor, account: &Account) -> Result<(), AccountError> {
    if *by == Actor::Account(id_text(account.id)) { Err(AccountError::OwnAccount) } else { Ok(()) }
}
