//! The office's door, over real HTTP: accounts, sessions, roles, and what nobody gets around.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use lianhu_core::roster::Role;
use lianhu_sync::ids::ServerMillis;
use serde_json::{Value, json};

use super::wire::{Answer, Served};
use crate::accounts::{ROLES, code_of};
use crate::audit::Actor;
use crate::http::{Who, routes};
use crate::{Options, Town};

const PASSWORD: &str = "山高水长 correct horse";
const BEGIN: i64 = 1_795_435_200_000;
const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;

/// A township with accounts, a clock of its own, and a server before it.
struct Office {
    served: Served,
    town: Arc<Town>,
    clock: Arc<AtomicI64>,
    _dir: tempfile::TempDir,
}

/// Somebody who has signed in, with what their browser holds.
struct Person {
    id: String,
    cookie: String,
    act: String,
    secret: Vec<u8>,
}

impl Office {
    fn new() -> Self {
        Office::with(Options::ACCOUNTS)
    }

    fn with(options: Options) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(BEGIN));
        let told = Arc::clone(&clock);
        let town = Town::open_by(dir.path(), Arc::new(move || ServerMillis(told.load(Ordering::Relaxed)))).unwrap();
        let town = Arc::new(town);
        Office { served: Served::with(&town, options), town, clock, _dir: dir }
    }

    fn later(&self, millis: i64) {
        self.clock.fetch_add(millis, Ordering::Relaxed);
    }

    /// What an authenticator shows now.
    fn shows(&self, secret: &[u8]) -> String {
        let step = self.clock.load(Ordering::Relaxed) / 30_000;
        format!("{:06}", code_of(secret.try_into().unwrap(), step))
    }

    fn post(&self, path: &str, body: &Value) -> Answer {
        self.served.post_json(path, &body.to_string())
    }

    /// Makes an account and sets it up; answers its second factor's secret and its recovery codes.
    fn set_up(&self, login: &str, role: Role) -> (Vec<u8>, Vec<String>) {
        let made = self.town.add_account(&Actor::Machine, login, "某人", role).unwrap();
        self.finish(&made.code)
    }

    fn finish(&self, code: &str) -> (Vec<u8>, Vec<String>) {
        let begun = self.post("/office/v1/set-up", &json!({ "code": code })).json();
        let secret = data_encoding::BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
        let asked = json!({ "set_up": code, "password": PASSWORD, "code": self.shows(&secret) });
        let done = self.post("/office/v1/set-up/finish", &asked);
        assert_eq!(done.status, 200);
        let codes = done.json()["recovery_codes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        // The code that was shown is used up.
        self.later(MINUTE);
        (secret, codes)
    }

    fn try_in(&self, login: &str, password: &str, code: &str) -> Answer {
        self.post("/office/v1/sign-in", &json!({ "login": login, "password": password, "code": code }))
    }

    fn sign_in(&self, login: &str, secret: &[u8]) -> Person {
        let answer = self.try_in(login, PASSWORD, &self.shows(secret));
        assert_eq!(answer.status, 200, "{:?}", answer.json());
        let cookie = answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let told = answer.json();
        let word = |name: &str| told[name].as_str().unwrap().to_owned();
        self.later(MINUTE);
        Person { id: word("id"), cookie, act: word("act"), secret: secret.to_vec() }
    }

    fn person(&self, login: &str, role: Role) -> Person {
        let (secret, _) = self.set_up(login, role);
        self.sign_in(login, &secret)
    }

    fn get_as(&self, who: &Person, path: &str) -> Answer {
        self.served.ask(&format!("GET {path}"), &[("cookie", &who.cookie)], b"")
    }

    fn post_as(&self, who: &Person, path: &str, body: &Value) -> Answer {
        let headers =
            [("cookie", who.cookie.as_str()), ("x-lianhu-act", &who.act), ("content-type", "application/json")];
        self.served.ask(&format!("POST {path}"), &headers, body.to_string().as_bytes())
    }
}

fn told(answer: &Answer) -> (u16, String) {
    (answer.status, answer.code())
}

#[test]
fn every_route_answers_its_roles_and_nobody_else() {
    let office = Office::new();
    let people: Vec<(Role, Person)> =
        ROLES.iter().map(|role| (*role, office.person(&role.code().replace('_', "-"), *role))).collect();
    for route in routes() {
        let path = route.path.replace("{view}", "workers").replace("{village}", "x").replace("{kind}", "x");
        let path = path.replace("{id}", "x").replace("{doc}", "x").replace("{change}", "x").replace("{household}", "x");
        if path == "/office/v1/sign-out" || path == "/office/v1/recovery" || path == "/office/v1/password" {
            // They are tried below: they would end the sessions.
            assert_eq!(route.who, Who::Account);
            continue;
        }
        let line = format!("{} {path}", route.method);
        let stranger = office.served.ask(&line, &[("content-type", "application/json")], b"{}");
        assert_ne!(stranger.status, 405, "{line}: the row and its handler disagree");
        let inside = matches!(route.who, Who::Account | Who::Roles(_));
        assert_eq!(inside, stranger.status == 401 && stranger.code() == "sign_in", "{line}");
        for (role, person) in people.iter().filter(|_| inside) {
            let answer = match route.method {
                "GET" => office.get_as(person, &path),
                _ => office.post_as(person, &path, &json!({})),
            };
            let may = match route.who {
                Who::Roles(roles) => roles.contains(role),
                _ => true,
            };
            let sent_away = answer.status == 403 && answer.code() == "not_your_role";
            assert_eq!(may, !sent_away, "{line} as {}", role.code());
            let reason = answer.status == 403 && answer.code() == "reason_needed";
            assert_eq!(may && route.named && *role == Role::CountyView, reason, "{line} as {}", role.code());
        }
    }
}

#[test]
fn no_administrator_reads_a_household() {
    for route in routes().filter(|route| route.named) {
        let Who::Roles(roles) = route.who else { panic!("{} names people and is open", route.path) };
        for admin in [Role::SysAdmin, Role::SecAdmin, Role::AuditAdmin] {
            assert!(!roles.contains(&admin), "{}", route.path);
        }
    }
}

#[test]
fn the_county_reads_named_data_with_a_reason_that_is_written_down() {
    let office = Office::new();
    let county = office.person("county", Role::CountyView);
    let ask = |reason: &str| {
        let headers = [("cookie", county.cookie.as_str()), ("x-lianhu-reason", reason)];
        office.served.ask("GET /office/v1/lists/workers", &headers, b"")
    };
    assert_eq!(told(&ask("%E6%A0%B8")), (403, "reason_needed".to_owned()));
    assert_eq!(ask("%E6%A0%B8%E5%AF%B9%E6%B1%9B%E6%83%85").status, 200);
}

#[test]
fn the_audit_administrator_reads_the_log_page_by_page_and_has_it_checked() {
    let office = Office::new();
    let auditor = office.person("auditor", Role::AuditAdmin);
    let get = |path: &str| office.get_as(&auditor, path).json();
    let lines = get("/office/v1/audit")["lines"].as_array().unwrap().clone();
    assert!(lines.iter().any(|line| line["action"] == "signed_in"), "{lines:?}");
    let first = lines[0]["number"].as_u64().unwrap();
    let after = get(&format!("/office/v1/audit?after={first}"));
    assert_eq!(after["lines"][0]["number"].as_u64(), Some(first + 1));
    let found = get("/office/v1/audit/verify");
    assert_eq!((&found["problems"], found["lines"].as_u64()), (&json!([]), found["head"]["line"].as_u64()));
    let head = found["head"]["hash"].as_str().unwrap();
    assert_eq!(get(&format!("/office/v1/audit/verify?head={head}"))["problems"], json!([]));
    let other = get(&format!("/office/v1/audit/verify?head={}", "07".repeat(32)));
    assert_eq!(other["problems"][0]["problem"], "not_the_noted_head");
    assert_eq!(told(&office.get_as(&auditor, "/office/v1/audit/verify?head=07")), (400, "not_a_head".to_owned()));
}

#[test]
fn an_account_opens_nothing_until_it_is_set_up_and_its_code_is_good_once_and_for_a_day() {
    let office = Office::new();
    assert_eq!(office.served.get("/office/v1/door").json()["has_accounts"], false);
    let made = office.town.add_account(&Actor::Machine, "wang", "王", Role::TownDesk).unwrap();
    assert_eq!(office.served.get("/office/v1/door").json()["has_accounts"], true);
    assert_eq!(told(&office.try_in("wang", "", "")), (401, "wrong_sign_in".to_owned()));
    let begin = |code: &str| office.post("/office/v1/set-up", &json!({ "code": code }));
    let secret =
        data_encoding::BASE32_NOPAD.decode(begin(&made.code).json()["secret"].as_str().unwrap().as_bytes()).unwrap();
    let finish = |password: &str, code: &str| {
        office.post("/office/v1/set-up/finish", &json!({ "set_up": made.code, "password": password, "code": code }))
    };
    assert_eq!(told(&finish("too short", &office.shows(&secret))), (422, "weak_password".to_owned()));
    assert_eq!(told(&finish(PASSWORD, "000000")), (401, "wrong_sign_in".to_owned()));
    office.later(24 * HOUR);
    assert_eq!(told(&begin(&made.code)), (403, "no_such_code".to_owned()));
    let id = office.town.account_named("wang").unwrap().id;
    let again = office.town.reset_account(&Actor::Machine, id).unwrap();
    office.finish(&again.code);
    assert_eq!(told(&begin(&again.code)), (403, "no_such_code".to_owned()));
}

#[test]
fn a_code_of_the_second_factor_is_good_once_and_a_recovery_code_too() {
    let office = Office::new();
    let (secret, codes) = office.set_up("wang", Role::TownDesk);
    let code = office.shows(&secret);
    assert_eq!(office.try_in("wang", PASSWORD, &code).status, 200);
    assert_eq!(told(&office.try_in("wang", PASSWORD, &code)), (401, "wrong_sign_in".to_owned()), "a replay");
    assert_eq!(office.try_in("wang", PASSWORD, &codes[0].to_lowercase()).status, 200);
    assert_eq!(told(&office.try_in("wang", PASSWORD, &codes[0])), (401, "wrong_sign_in".to_owned()));
    assert_eq!(office.town.account_named("wang").unwrap().recovery_codes, 9);
    office.later(MINUTE);
    for (login, password, code) in
        [("wang", "山高水长 wrong horse", office.shows(&secret)), ("nobody", PASSWORD, office.shows(&secret))]
    {
        assert_eq!(told(&office.try_in(login, password, &code)), (401, "wrong_sign_in".to_owned()), "{login}");
    }
}

#[test]
fn whoever_fails_waits_longer_each_time_and_known_and_unknown_logins_alike() {
    for login in ["wang", "nobody"] {
        let office = Office::new();
        office.set_up("wang", Role::TownDesk);
        for _ in 0..4 {
            assert_eq!(office.try_in(login, "wrong wrong wrong", "123456").status, 401);
        }
        let waits = office.try_in(login, "wrong wrong wrong", "123456");
        assert_eq!((told(&waits), waits.header("retry-after")), ((429, "wait".to_owned()), Some("3".to_owned())));
    }
}

#[test]
fn a_session_ends_when_nothing_is_asked_and_after_a_working_day() {
    let office = Office::new();
    let wang = office.person("wang", Role::TownDesk);
    office.later(29 * MINUTE - MINUTE);
    assert_eq!(office.get_as(&wang, "/office/v1/counters").status, 200);
    office.town.store().flush().unwrap();
    office.later(29 * MINUTE);
    assert_eq!(office.get_as(&wang, "/office/v1/counters").status, 200, "it was in use meanwhile");
    office.town.store().flush().unwrap();
    office.later(30 * MINUTE);
    assert_eq!(told(&office.get_as(&wang, "/office/v1/counters")), (401, "sign_in".to_owned()));

    let wang = office.sign_in("wang", &wang.secret);
    for _ in 0..47 {
        assert_eq!(office.get_as(&wang, "/office/v1/counters").status, 200);
        office.town.store().flush().unwrap();
        office.later(15 * MINUTE);
    }
    office.later(15 * MINUTE);
    assert_eq!(told(&office.get_as(&wang, "/office/v1/counters")), (401, "sign_in".to_owned()));
}

#[test]
fn every_sign_in_is_a_session_of_its_own_and_all_of_them_can_be_ended() {
    let office = Office::new();
    let first = office.person("wang", Role::TownDesk);
    let second = office.sign_in("wang", &first.secret);
    let third = office.sign_in("wang", &first.secret);
    assert_ne!(first.cookie, second.cookie);
    assert_eq!(office.post_as(&second, "/office/v1/sign-out", &json!({})).status, 200);
    assert_eq!(office.get_as(&second, "/office/v1/session").status, 401);
    assert_eq!(office.get_as(&first, "/office/v1/session").status, 200);
    assert_eq!(office.post_as(&first, "/office/v1/sign-out", &json!({ "everywhere": true })).status, 200);
    assert_eq!(
        (office.get_as(&first, "/office/v1/session").status, office.get_as(&third, "/office/v1/session").status),
        (401, 401)
    );
}

#[test]
fn another_site_can_make_a_browser_ask_but_nothing_is_done() {
    let office = Office::new();
    let wang = office.person("wang", Role::TownDesk);
    let host = office.served.address.to_string();
    let ask = |headers: &[(&str, &str)]| {
        let all = [&[("cookie", wang.cookie.as_str()), ("content-type", "application/json")], headers].concat();
        office.served.ask("POST /office/v1/calendar", &all, b"{}")
    };
    let own = format!("http://{host}");
    for headers in [
        vec![],
        vec![("x-lianhu-act", "")],
        vec![("x-lianhu-act", "AAAA")],
        vec![("x-lianhu-act", wang.act.as_str()), ("origin", "https://evil.example")],
        vec![("x-lianhu-act", wang.act.as_str()), ("origin", "null")],
    ] {
        assert_eq!(told(&ask(&headers)), (403, "forged".to_owned()), "{headers:?}");
    }
    // Let in, and found to be no year.
    assert_eq!(ask(&[("x-lianhu-act", &wang.act), ("origin", &own)]).status, 422);
    let body = json!({ "login": "wang", "password": PASSWORD, "code": "000000" }).to_string();
    let headers = [("origin", "https://evil.example"), ("content-type", "application/json")];
    assert_eq!(
        told(&office.served.ask("POST /office/v1/sign-in", &headers, body.as_bytes())),
        (403, "forged".to_owned())
    );
    assert_eq!(
        told(&office.served.ask("GET /office/", &[("host", "evil.example")], b"")),
        (403, "not_secure".to_owned())
    );
}

#[test]
fn behind_a_proxy_the_cookie_is_for_this_host_and_tls_alone() {
    let options = Options { behind_proxy: Some("127.0.0.1".parse().unwrap()), ..Options::ACCOUNTS };
    let office = Office::with(options);
    let made = office.town.add_account(&Actor::Machine, "wang", "王", Role::TownDesk).unwrap();
    let through =
        [("x-forwarded-for", "10.0.0.7"), ("x-forwarded-proto", "https"), ("content-type", "application/json")];
    let post =
        |path: &str, body: Value| office.served.ask(&format!("POST {path}"), &through, body.to_string().as_bytes());
    let begun = post("/office/v1/set-up", json!({ "code": made.code })).json();
    let secret = data_encoding::BASE32_NOPAD.decode(begun["secret"].as_str().unwrap().as_bytes()).unwrap();
    let asked = json!({ "set_up": made.code, "password": PASSWORD, "code": office.shows(&secret) });
    assert_eq!(post("/office/v1/set-up/finish", asked).status, 200);
    office.later(MINUTE);
    let answer =
        post("/office/v1/sign-in", json!({ "login": "wang", "password": PASSWORD, "code": office.shows(&secret) }));
    let cookie = answer.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-lianhu="), "{cookie}");
    for flag in ["; Path=/;", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(cookie.contains(flag), "{cookie}");
    }
    assert!(!cookie.contains("Domain"));
    // Over plain HTTP through the proxy, or around it, the office stays shut.
    let plain = [("x-forwarded-for", "10.0.0.7"), ("x-forwarded-proto", "http")];
    assert_eq!(told(&office.served.ask("GET /office/", &plain, b"")), (403, "not_secure".to_owned()));
    assert_eq!(told(&office.served.get("/office/")), (403, "not_secure".to_owned()));
}

#[test]
fn nobody_changes_their_own_role_and_the_last_security_administrator_stays() {
    let office = Office::new();
    let chief = office.person("chief", Role::SecAdmin);
    let change = |who: &Person, about: &str, body: Value| {
        let answer = office.post_as(who, &format!("/office/v1/accounts/{about}"), &body);
        if answer.status == 200 { "done".to_owned() } else { answer.code() }
    };
    assert_eq!(change(&chief, &chief.id, json!({ "do": "role", "role": "town_desk" })), "own_account");
    assert_eq!(change(&chief, &chief.id, json!({ "do": "disable" })), "own_account");
    let id = office.town.account_named("chief").unwrap().id;
    for refused in [
        office.town.disable_account(&Actor::Machine, id, true).unwrap_err(),
        office.town.change_account_role(&Actor::Machine, id, Role::TownDesk).unwrap_err(),
    ] {
        assert_eq!(refused.code(), "last_sec_admin");
    }
    let made =
        office.post_as(&chief, "/office/v1/accounts", &json!({ "login": "deputy", "name": "副", "role": "sec_admin" }));
    let (secret, _) = office.finish(made.json()["set_up"].as_str().unwrap());
    let deputy = office.sign_in("deputy", &secret);
    assert_eq!(change(&deputy, &chief.id, json!({ "do": "disable" })), "done");
    assert_eq!(office.get_as(&chief, "/office/v1/session").status, 401, "its sessions ended");
    assert_eq!(
        told(&office.try_in("chief", PASSWORD, &office.shows(&chief.secret))),
        (401, "wrong_sign_in".to_owned())
    );
    assert_eq!(change(&deputy, &chief.id, json!({ "do": "enable" })), "done");
    office.sign_in("chief", &chief.secret);
    for (body, code) in [
        (json!({ "login": "Deputy", "name": "副", "role": "sec_admin" }), "taken"),
        (json!({ "login": "1", "name": "副", "role": "sec_admin" }), "not_a_login"),
        (json!({ "login": "other", "name": " ", "role": "sec_admin" }), "not_a_name"),
        (json!({ "login": "other", "name": "副", "role": "member" }), "not_a_role"),
    ] {
        assert_eq!(office.post_as(&deputy, "/office/v1/accounts", &body).code(), code);
    }
}

#[test]
fn a_new_password_and_new_recovery_codes_ask_for_the_old_ones() {
    let office = Office::new();
    let (secret, codes) = office.set_up("wang", Role::TownDesk);
    let wang = office.sign_in("wang", &secret);
    let new = "another long password 7";
    let asked = |present: &str| json!({ "present": present, "new": new });
    assert_eq!(
        told(&office.post_as(&wang, "/office/v1/password", &asked("wrong wrong wrong"))),
        (401, "wrong_sign_in".to_owned())
    );
    let shown = office.shows(&secret);
    let given = office.post_as(&wang, "/office/v1/recovery", &json!({ "code": shown })).json();
    assert_eq!(given["recovery_codes"].as_array().unwrap().len(), 10);
    assert_eq!(
        told(&office.post_as(&wang, "/office/v1/recovery", &json!({ "code": codes[1] }))),
        (401, "wrong_sign_in".to_owned())
    );
    assert_eq!(office.post_as(&wang, "/office/v1/password", &asked(PASSWORD)).status, 200);
    assert_eq!(office.get_as(&wang, "/office/v1/session").status, 401);
    office.later(MINUTE);
    assert_eq!(office.try_in("wang", PASSWORD, &office.shows(&secret)).status, 401);
    assert_eq!(office.try_in("wang", new, &office.shows(&secret)).status, 200);
}

#[test]
fn nothing_of_a_password_a_code_or_a_token_lies_in_the_folder() {
    let office = Office::new();
    let (secret, codes) = office.set_up("wang", Role::TownDesk);
    let wang = office.sign_in("wang", &secret);
    office.town.store().flush().unwrap();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(office._dir.path()).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    let token = wang.cookie.split_once('=').unwrap().1;
    let plain = codes[0].replace('-', "");
    let code = data_encoding::BASE32_NOPAD.decode(plain.as_bytes()).unwrap();
    for kept in [
        PASSWORD.as_bytes(),
        &secret,
        token.as_bytes(),
        codes[0].as_bytes(),
        plain.as_bytes(),
        &code,
        wang.act.as_bytes(),
    ] {
        assert!(!bytes.windows(kept.len()).any(|window| window == kept));
    }
    assert!(bytes.windows(10).any(|window| window == b"$argon2id$"));
}
