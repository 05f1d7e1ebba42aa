//! Signing in and out. A session is a token the browser keeps; the township keeps its hash, by which it cannot be made.

use std::net::IpAddr;

use lianhu_crypto::Suite;
use lianhu_store::{Account, AccountId, Session};
use lianhu_sync::ids::ServerMillis;
use lianhu_sync::ports::Township as _;

use super::{AccountError, SUITE, Waits, can_sign_in, id_text, password, second_factor};
use crate::audit::{Action, Actor, AuditLine};
use crate::limits::{SESSION_IDLE_MS, SESSION_MS, SESSION_NOTED_MS};
use crate::town::Town;

/// A session that has just begun.
pub(crate) struct Fresh {
    pub(crate) token: String,
    pub(crate) account: Account,
}

impl Town {
    /// Signs in with password and second factor: a code of the authenticator, or a recovery code, which is used up. Slow on
    /// purpose, and as slow for a login nobody has. Every sign-in begins a session of its own.
    pub(crate) fn sign_in(
        &self,
        waits: &Waits,
        login: &str,
        password: &str,
        code: &str,
        from: IpAddr,
    ) -> Result<Fresh, AccountError> {
        let login = login.trim().to_lowercase();
        let found = self.store.read().map_err(AccountError::from)?.account_named(&login)?;
        let known = found.as_ref().and_then(|account| account.known_address.as_deref()) == Some(&from.to_string());
        waits.begin(&login, from, known, self.now()).map_err(AccountError::Wait)?;
        let account = found.as_ref().filter(|account| can_sign_in(account));
        let kept = account.and_then(|account| account.password.as_deref()).unwrap_or(password::NOBODYS);
        let right = password::fits(password, kept);
        let _hand = self.accounts_hand();
        let Some(account) = account.filter(|_| right) else { return self.failed(found.as_ref()) };
        // Disabled or reset while the password was being looked at.
        let account = self.account(account.id)?;
        if account.password.as_deref() != Some(kept) || !can_sign_in(&account) || !self.second_fits(&account, code)? {
            return self.failed(Some(&account));
        }
        waits.succeeded(&login, from);
        self.session_line(Action::SignedIn, "signed_in", Some(account.id))?;
        let token = self.new_token()?;
        let now = self.now();
        let stale = ServerMillis(now.0 - SESSION_MS);
        self.store.begin_session(token_hash(&token), account.id, from.to_string(), now, stale)?;
        Ok(Fresh { token, account })
    }

    /// The session of a token, unless its time is over.
    pub(crate) fn session(&self, token: &str) -> Result<Option<Session>, AccountError> {
        let hash = token_hash(token);
        let Some(session) = self.store.read().map_err(AccountError::from)?.session(hash)? else { return Ok(None) };
        let now = self.now();
        let over = now.0 >= session.last_seen.0 + SESSION_IDLE_MS || now.0 >= session.created_at.0 + SESSION_MS;
        if over || !can_sign_in(&session.account) {
            self.session_line(Action::SignedOut, "time_over", Some(session.account.id))?;
            self.store.end_session(hash)?;
            return Ok(None);
        }
        if now.0 >= session.last_seen.0 + SESSION_NOTED_MS {
            self.store.note_session(hash, now)?;
        }
        Ok(Some(session))
    }

    /// Ends a session, or all of its account.
    pub(crate) fn sign_out(&self, token: &str, id: AccountId, everywhere: bool) -> Result<(), AccountError> {
        let what = if everywhere { "everywhere" } else { "signed_out" };
        self.session_line(Action::SignedOut, what, Some(id))?;
        if everywhere {
            self.store.end_sessions(id)?
        } else {
            self.store.end_session(token_hash(token))?
        };
        Ok(())
    }

    /// Whether this is the account's second factor; a code is used up by asking.
    pub(crate) fn second_fits(&self, account: &Account, code: &str) -> Result<bool, AccountError> {
        if let Some(secret) = self.second_factor(account)?
            && let Some(step) = second_factor::step_of(&secret, code, self.now())
        {
            return Ok(self.store.use_step(account.id, step)?);
        }
        let Some(bytes) = second_factor::read(code) else { return Ok(false) };
        let used = self.store.use_recovery_code(account.id, self.code_hash(&bytes)?)?;
        if used {
            self.account_line(&Actor::Account(id_text(account.id)), "recovery_code_used", account.id)?;
        }
        Ok(used)
    }

    fn failed(&self, account: Option<&Account>) -> Result<Fresh, AccountError> {
        self.session_line(Action::SignInFailed, "failed", account.map(|account| account.id))?;
        Err(AccountError::Wrong)
    }

    fn session_line(&self, action: Action, what: &'static str, id: Option<AccountId>) -> Result<(), AccountError> {
        let actor = match (action, id) {
            // Nobody has shown yet who they are.
            (Action::SignInFailed, _) | (_, None) => Actor::Township,
            (_, Some(id)) => Actor::Account(id_text(id)),
        };
        let mut line = AuditLine::new(actor, action, what);
        line.subject = id.map(id_text);
        Ok(self.audit(&line)?)
    }

    fn new_token(&self) -> Result<String, AccountError> {
        let halves: [[u8; 16]; 2] = [self.random()?, self.random()?];
        Ok(data_encoding::BASE64URL_NOPAD.encode(halves.as_flattened()))
    }
}

/// What is kept of a token: 256 bits of chance need no slow hash.
fn token_hash(token: &str) -> [u8; 32] {
    SUITE.hash(&[b"lianhu session 1", token.as_bytes()])
}

/// What every act in a session must bring along in a header: another site can make a browser send the cookie, but not this.
pub(crate) fn act_token(token: &str) -> String {
    let suite: Suite = SUITE;
    data_encoding::BASE64URL_NOPAD.encode(&suite.hash(&[b"lianhu act 1", token.as_bytes()]))
}
