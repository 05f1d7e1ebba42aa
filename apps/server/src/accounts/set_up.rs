//! Setting an account up: the person brings the code, sees the second factor's secret, and proves that it works.

use lianhu_crypto::{Purpose, SymmetricKey};
use lianhu_store::{Account, AccountChange, AccountId};
use lianhu_sync::ports::Township as _;

use super::second_factor::{self, SECRET_BYTES, Secret};
use super::{AccountError, SUITE, id_text, password};
use crate::audit::Actor;
use crate::town::Town;

/// What whoever brings a set-up code sees.
#[derive(Clone)]
pub struct Begun {
    /// The account's login.
    pub login: String,
    /// What the person is called.
    pub name: String,
    /// The stable word of its role.
    pub role: String,
    /// The second factor's secret in base32, to be typed into an authenticator.
    pub secret: String,
    /// The same as an address an authenticator opens.
    pub address: String,
}

impl Town {
    /// What the account of a set-up code is, and the secret its second factor will have. Asking again answers the same.
    pub fn begin_set_up(&self, code: &str) -> Result<Begun, AccountError> {
        let (account, hash) = self.account_of_code(code)?;
        let secret = data_encoding::BASE32_NOPAD.encode(&self.secret_to_be(&account, hash)?);
        let login = &account.login;
        let address =
            format!("otpauth://totp/lianhu:{login}?secret={secret}&issuer=lianhu&algorithm=SHA1&digits=6&period=30");
        Ok(Begun { login: account.login, name: account.name, role: account.role, secret, address })
    }

    /// Sets the account up: the password, and a code that shows that the authenticator has the secret. Answers the recovery
    /// codes, which nobody will see again. Slow on purpose: the password is hashed.
    pub fn finish_set_up(&self, code: &str, password: &str, shown: &str) -> Result<Vec<String>, AccountError> {
        let (account, hash) = self.account_of_code(code)?;
        if !password::will_do(password, &account.login) {
            return Err(AccountError::WeakPassword);
        }
        let secret = self.secret_to_be(&account, hash)?;
        let step = second_factor::step_of(&secret, shown, self.now()).ok_or(AccountError::Wrong)?;
        let kept = self.hashed(password)?;
        let _hand = self.accounts_hand();
        // Somebody else may have used the code meanwhile.
        self.account_of_code(code)?;
        let (codes, hashes) = self.recovery_codes()?;
        self.account_line(&Actor::Account(id_text(account.id)), "set_up", account.id)?;
        self.store.change_account(account.id, AccountChange::Ready(kept, self.sealed(account.id, &secret)?, hashes))?;
        self.store.use_step(account.id, step)?;
        Ok(codes)
    }

    /// Another password, for whoever knows the present one. Every session of the account ends.
    pub fn change_password(&self, id: AccountId, present: &str, new: &str) -> Result<(), AccountError> {
        let account = self.account(id)?;
        if !account.password.as_ref().is_some_and(|kept| password::fits(present, kept)) {
            return Err(AccountError::Wrong);
        }
        if !password::will_do(new, &account.login) {
            return Err(AccountError::WeakPassword);
        }
        let kept = self.hashed(new)?;
        let _hand = self.accounts_hand();
        // A reset, or another new password, got in first.
        if self.account(id)?.password != account.password {
            return Err(AccountError::Wrong);
        }
        self.account_line(&Actor::Account(id_text(id)), "password", id)?;
        self.store.change_account(id, AccountChange::Password(kept))?;
        Ok(())
    }

    fn account_of_code(&self, code: &str) -> Result<(Account, [u8; 32]), AccountError> {
        let bytes = second_factor::read(code).ok_or(AccountError::NoSuchCode)?;
        let hash = self.code_hash(&bytes)?;
        let found = self.store.read().map_err(AccountError::from)?.account_to_set_up(hash)?;
        let good = |account: &Account| {
            account.disabled_at.is_none() && account.set_up_until.is_some_and(|until| self.now().0 < until.0)
        };
        found.filter(good).map(|account| (account, hash)).ok_or(AccountError::NoSuchCode)
    }

    /// The secret follows from the code, so that nothing is kept of a set-up that was only begun.
    fn secret_to_be(&self, account: &Account, code: [u8; 32]) -> Result<Secret, AccountError> {
        let key = SUITE.authenticate(&self.office_key()?, Purpose::SecondFactor, &[b"secret", &account.id, &code]);
        Ok(std::array::from_fn(|place| key.get(place).copied().unwrap_or_default()))
    }

    fn hashed(&self, password: &str) -> Result<String, AccountError> {
        password::hash(password, self.random()?).ok_or(AccountError::WeakPassword)
    }

    fn sealed(&self, id: AccountId, secret: &Secret) -> Result<Vec<u8>, AccountError> {
        let (first, second): ([u8; 12], [u8; 12]) = (self.random()?, self.random()?);
        let nonce = std::array::from_fn(|place| first.iter().chain(&second).nth(place).copied().unwrap_or_default());
        SUITE.seal(&self.seal_key()?, &nonce, &id, secret).map_err(|_| AccountError::Wrong)
    }

    /// The secret of an account's second factor.
    pub(super) fn second_factor(&self, account: &Account) -> Result<Option<Secret>, AccountError> {
        let Some(sealed) = &account.second_factor else { return Ok(None) };
        let opened = SUITE.open(&self.seal_key()?, &account.id, sealed).ok();
        Ok(opened.and_then(|bytes| <[u8; SECRET_BYTES]>::try_from(bytes).ok()))
    }

    fn seal_key(&self) -> Result<SymmetricKey, AccountError> {
        Ok(SUITE.derive(&self.office_key()?, Purpose::SecondFactor, b"seal"))
    }
}
