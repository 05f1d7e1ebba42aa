//! The handbook over HTTP: what was built, and nothing else of the disk.

use std::path::Path;

use super::wire::Served;
use super::world::World;
use crate::{Options, listen};

fn built() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let web = dir.path().join("dist");
    std::fs::create_dir_all(web.join("assets")).unwrap();
    for (name, text) in [
        ("dist/index.html", "<!doctype html>page"),
        ("dist/sw.js", "worker"),
        ("dist/assets/app-1a2b.js", "plain"),
        ("dist/assets/app-1a2b.js.gz", "zipped"),
        ("dist/assets/app-1a2b.js.br", "packed"),
        ("dist/assets/lianhu-3c4d.wasm", "wasm"),
        ("dist/notes.txt", "not for browsers"),
        ("beside.html", "not in the handbook"),
    ] {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn served(world: &World, web: &Path) -> Served {
    Served::with(&world.town, Options { handbook: Some(web.to_owned()), ..Options::ACCOUNTS })
}

#[test]
fn the_handbook_is_served_to_everybody_with_a_policy_that_lets_nothing_else_in() {
    let (world, dir) = (World::new(), built());
    let served = served(&world, &dir.path().join("dist"));
    let page = served.ask("GET /handbook/", &[("host", "lianhu.example")], b"");
    assert_eq!((page.status, page.body.as_slice()), (200, b"<!doctype html>page".as_slice()));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'self'; script-src 'self' 'wasm-unsafe-eval';"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("http"), "{policy}");
    assert_eq!(page.header("cache-control").as_deref(), Some("no-cache"));
    assert_eq!(served.get("/handbook/sw.js").header("cache-control").as_deref(), Some("no-cache"));
    let wasm = served.get("/handbook/assets/lianhu-3c4d.wasm");
    assert_eq!(wasm.header("content-type").as_deref(), Some("application/wasm"));
    assert!(wasm.header("cache-control").unwrap().contains("immutable"));
    let typed = served.get("/handbook");
    assert_eq!((typed.status, typed.header("location").as_deref()), (308, Some("/handbook/")));
}

#[test]
fn every_screen_begins_with_the_same_page_and_a_file_that_is_not_there_is_not_found() {
    let (world, dir) = (World::new(), built());
    let served = served(&world, &dir.path().join("dist"));
    assert_eq!(served.get("/handbook/households/0123abcd").body, b"<!doctype html>page");
    for absent in ["/handbook/assets/old.js", "/handbook/notes.txt", "/handbook/assets/app-1a2b.js.gz"] {
        let answer = served.get(absent);
        assert_eq!((answer.status, answer.code().as_str()), (404, "not_found"), "{absent}");
    }
}

#[test]
fn no_address_reaches_what_lies_beside_the_handbook() {
    let (world, dir) = (World::new(), built());
    #[cfg(unix)]
    std::os::unix::fs::symlink(dir.path().join("beside.html"), dir.path().join("dist/link.html")).unwrap();
    let served = served(&world, &dir.path().join("dist"));
    for way in [
        "../beside.html",
        "..%2fbeside.html",
        "%2e%2e/beside.html",
        "assets/../../beside.html",
        "link.html",
        "/etc/a.html",
    ] {
        let answer = served.get(&format!("/handbook/{way}"));
        assert!(!String::from_utf8_lossy(&answer.body).contains("not in the handbook"), "{way}");
        assert_eq!(answer.status, 404, "{way}");
    }
}

#[test]
fn whoever_unpacks_it_is_given_the_smallest_and_nobody_gets_what_they_refused() {
    let (world, dir) = (World::new(), built());
    let served = served(&world, &dir.path().join("dist"));
    let told = |accepts: &str| {
        let answer = served.ask("GET /handbook/assets/app-1a2b.js", &[("accept-encoding", accepts)], b"");
        (answer.header("content-encoding"), String::from_utf8(answer.body).unwrap())
    };
    assert_eq!(told("gzip, deflate, br"), (Some("br".to_owned()), "packed".to_owned()));
    assert_eq!(told("gzip;q=0.8"), (Some("gzip".to_owned()), "zipped".to_owned()));
    assert_eq!(told("br;q=0, identity"), (None, "plain".to_owned()));
}

#[test]
fn without_a_handbook_the_address_says_how_to_build_one_and_a_folder_that_holds_none_stops_the_server() {
    let world = World::new();
    let answer = Served::of(&world.town).get("/handbook/");
    assert!(String::from_utf8(answer.body).unwrap().contains("cargo xtask web"));
    let empty = tempfile::tempdir().unwrap();
    let options = Options { handbook: Some(empty.path().to_owned()), ..Options::ACCOUNTS };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let refused = runtime.block_on(listen(world.town.clone(), "127.0.0.1:0".parse().unwrap(), options));
    assert_eq!(refused.err().unwrap().kind(), std::io::ErrorKind::InvalidInput);
}
