//! `lianhu account`

use lianhu_server::Town;
use lianhu_server::accounts::{AccountError, SetUpCode, can_sign_in};
use lianhu_server::audit::Actor;
use lianhu_store::Account;
use serde_json::json;

use crate::args::{AccountAction, AccountArgs};
use crate::commands::{open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Does what was asked about accounts, as whoever sits at the township's own machine.
pub fn run(talk: Talk, args: &AccountArgs) -> Result<(), Failure> {
    let town = open_town(&args.township)?;
    let by = Actor::Machine;
    let id = |login: &str| Ok::<_, AccountError>(town.account_named(login)?.id);
    match &args.action {
        AccountAction::Add { login, role, name } => {
            let made = town.add_account(&by, login, name, (*role).into()).map_err(failure)?;
            hand_over(talk, login, &made);
        }
        AccountAction::Reset { login } => {
            let made = id(login).and_then(|id| town.reset_account(&by, id)).map_err(failure)?;
            hand_over(talk, login, &made);
        }
        AccountAction::List => list(talk, &town)?,
        AccountAction::Disable { login } | AccountAction::Enable { login } => {
            let disabled = matches!(args.action, AccountAction::Disable { .. });
            id(login).and_then(|id| town.disable_account(&by, id, disabled)).map_err(failure)?;
            talk.say(match disabled {
                true => talk.pick("已停用，各处都已退出。", "Disabled, and signed out everywhere."),
                false => talk.pick("已启用。", "Enabled."),
            });
            talk.object(&json!({ "login": login, "disabled": disabled }));
        }
        AccountAction::Recovery { login } => {
            let codes = id(login).and_then(|id| town.new_recovery_codes(&by, id)).map_err(failure)?;
            talk.say(talk.pick(
                "每个码能代替动态口令一次，只显示这一次：",
                "Each replaces the authenticator once; shown this once:",
            ));
            codes.iter().for_each(|code| talk.print(code));
            talk.object(&json!({ "login": login, "recovery_codes": codes }));
        }
    }
    Ok(())
}

fn hand_over(talk: Talk, login: &str, made: &SetUpCode) {
    talk.print(&made.code);
    let page = format!("/office/set-up#{}", made.code);
    talk.say(match talk.pick("zh", "en") {
        "zh" => format!(
            "这是 {login} 的开户码，一天内有效，只显示这一次。请本人打开服务器的 {page}，自己设密码和动态口令。"
        ),
        _ => format!(
            "The set-up code of {login}, good for a day and shown this once. Its person opens {page} on the server, and \
             chooses a password and a second factor."
        ),
    });
    talk.object(&json!({ "login": login, "set_up": made.code, "page": page, "until": made.until.0 }));
}

fn list(talk: Talk, town: &Town) -> Result<(), Failure> {
    let accounts = town.accounts().map_err(failure)?;
    for account in &accounts {
        talk.print(format!("{}\t{}\t{}\t{}", account.login, account.role, state(talk, account), account.name));
    }
    if accounts.is_empty() {
        talk.say(talk.pick(
            "还没有账号：lianhu account add 登录名 --role sec_admin --name 姓名",
            "No account yet: lianhu account add LOGIN --role sec_admin --name NAME",
        ));
    }
    let told: Vec<_> = accounts
        .iter()
        .map(|account| json!({ "login": account.login, "role": account.role, "can_sign_in": can_sign_in(account) }))
        .collect();
    talk.object(&json!({ "accounts": told }));
    Ok(())
}

fn state(talk: Talk, account: &Account) -> &'static str {
    match (account.disabled_at, can_sign_in(account)) {
        (Some(_), _) => talk.pick("已停用", "disabled"),
        (None, true) => talk.pick("可登录", "ready"),
        (None, false) => talk.pick("待开户", "to be set up"),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "what maps an error takes it")]
fn failure(why: AccountError) -> Failure {
    let zh = match &why {
        AccountError::Town(why) => return town_failure(why),
        AccountError::NotALogin => "登录名是 2 到 32 个小写字母、数字、点、横线，以字母开头",
        AccountError::NotAName => "请写姓名，至多 32 个字",
        AccountError::Taken => "这个登录名已经有了",
        AccountError::NoSuchAccount => "没有这个账号",
        AccountError::LastSecAdmin => "这是最后一位能登录的安全管理员：请先另开一个",
        _ => "没有办成",
    };
    Failure::new(Kind::Input, (zh, why.to_string()))
}
