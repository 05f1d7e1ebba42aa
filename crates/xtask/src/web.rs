//! `cargo xtask web`: the handbook as browsers load it, in `apps/web/dist`: the wasm, its JavaScript, and the app around them.
//!
//! What is needed and not here is said with the one command that installs it.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{cargo_command, installed, root};

const TARGET: &str = "wasm32-unknown-unknown";
const CRATE: &str = "lianhu-wasm";
/// What SQLite's build for browsers has besides and nothing here uses: half of its size.
const WITHOUT: &str = "-USQLITE_ENABLE_FTS5 -USQLITE_ENABLE_RTREE -USQLITE_ENABLE_SESSION -USQLITE_ENABLE_PREUPDATE_HOOK \
    -USQLITE_ENABLE_MATH_FUNCTIONS -USQLITE_ENABLE_DBPAGE_VTAB -USQLITE_ENABLE_DBSTAT_VTAB -USQLITE_ENABLE_BYTECODE_VTAB \
    -USQLITE_ENABLE_STMTVTAB -USQLITE_ENABLE_OFFSET_SQL_FUNC";
/// Further parts of it that nothing here asks for.
const OMITTED: &str =
    "-DSQLITE_OMIT_JSON -DSQLITE_OMIT_TRACE -DSQLITE_OMIT_AUTHORIZATION -DSQLITE_OMIT_PROGRESS_CALLBACK";
/// Nothing in a browser reads `Debug`, and where a panic was is told by the function it was in. Both would be a tenth of what a
/// phone loads.
const SMALL: &str = "-Zlocation-detail=none -Zfmt-debug=none";
/// Debian's compiler for its browsers, its sources, and the linker that goes with them.
const DEBIANS: (&str, &str, &str) = ("/usr/bin/rustc", "/usr/lib/rustlib/src/rust/library", "wasm-ld-19");
/// The standard library made small, where its source is at hand: a few per cent of what a phone loads.
const STD: &[&str] = &["-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size"];

/// Builds all of it. `--wasm` ends after the wasm.
pub(crate) fn run(args: &[String]) -> Result<(), String> {
    let only_wasm = match args {
        [] => false,
        [flag] if flag == "--wasm" => true,
        _ => return Err("web takes `--wasm` and nothing else".to_owned()),
    };
    let compiler = compiler()?;
    has_clang()?;
    let built = build(&compiler)?;
    let bindgen = bindgen()?;
    let out = root().join("apps/web/src/wasm");
    run_one(
        Command::new(&bindgen)
            .args(["--remove-name-section", "--target", "web", "--out-name", "lianhu_wasm", "--out-dir"])
            .arg(&out)
            .arg(&built),
        "wasm-bindgen",
    )?;
    // No `wasm-opt`: what it makes is smaller on the disk and larger on the line (docs/adr/0013-store-in-the-browser.md).
    let size = std::fs::metadata(out.join("lianhu_wasm_bg.wasm")).map_or(0, |file| file.len() / 1024);
    eprintln!("       {size} KiB of wasm");
    if only_wasm {
        return Ok(());
    }
    let web = root().join("apps/web");
    install(&web)?;
    run_one(Command::new("npm").args(["run", "build"]).current_dir(&web), "npm")
}

/// What compiles for a browser here.
enum Compiler {
    /// rustup's, with the target; whether it has the standard library's source too.
    Rustup { source: bool },
    /// Debian's, which brings the standard library as source.
    Debian,
}

fn compiler() -> Result<Compiler, String> {
    let said = |args: &[&str]| {
        let output = Command::new("rustc").args(args).current_dir(root()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let sysroot = said(&["--print", "sysroot"]).unwrap_or_default();
    let has = |path: &str| Path::new(&sysroot).join("lib/rustlib").join(path).is_dir();
    if has(TARGET) {
        return Ok(Compiler::Rustup { source: has("src/rust/library") });
    }
    let (rustc, source, linker) = DEBIANS;
    let new_enough = Command::new(rustc).arg("--version").output().is_ok_and(|output| {
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        minor(&said).is_some_and(|found| Some(found) >= minor(&format!("rustc {}", env!("CARGO_PKG_RUST_VERSION"))))
    });
    if new_enough && Path::new(source).exists() && is_here(linker) {
        return Ok(Compiler::Debian);
    }
    Err(format!(
        "this compiler does not make wasm. Install what is missing:\n\n    rustup target add {TARGET}\n\nor, where Rust comes \
         from Debian:\n\n    apt-get install rustc-web rust-web-src lld-19"
    ))
}

/// What compiles for browsers, installed where this user may: Debian's, unless there is another.
pub(crate) fn installed_compilers() -> Result<(), String> {
    installed(&["rustc-web", "rust-web-src", "lld-19"], || compiler().is_ok())?;
    installed(&["clang"], || has_clang().is_ok())
}

/// The second number of `rustc 1.95.0 (…)`.
fn minor(version: &str) -> Option<u32> {
    version.split_whitespace().nth(1)?.split('.').nth(1)?.parse().ok()
}

fn is_here(program: &str) -> bool {
    Command::new(program).arg("--version").output().is_ok_and(|output| output.status.success())
}

/// SQLite is written in C.
fn has_clang() -> Result<(), String> {
    if is_here("clang") {
        return Ok(());
    }
    Err("SQLite is compiled with clang, which is not here:\n\n    apt-get install clang".to_owned())
}

/// Compiles, in a folder of its own: another compiler or other flags would throw away what is built for this machine.
fn build(compiler: &Compiler) -> Result<PathBuf, String> {
    let folder = target().join("web");
    let mut cargo = cargo_command();
    cargo.args(["build", "--profile", "wasm", "--target", TARGET, "--package", CRATE]);
    cargo.env("CARGO_TARGET_DIR", &folder).env("SQLITE_WASM_RS_FLAGS", format!("{WITHOUT} {OMITTED}"));
    // What makes it small is not stable; what comes of it is the same program.
    cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", SMALL);
    match compiler {
        Compiler::Rustup { source: false } => {
            eprintln!("       (with `rustup component add rust-src` it becomes smaller)")
        }
        Compiler::Rustup { source: true } => _ = cargo.args(STD),
        Compiler::Debian => {
            cargo.args(STD).env("RUSTC", DEBIANS.0);
            cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIANS.2);
        }
    }
    run_one(&mut cargo, "cargo")?;
    Ok(folder.join(TARGET).join("wasm/lianhu_wasm.wasm"))
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The program that writes the JavaScript around the wasm, of exactly the library's version; installed once, below `target`.
fn bindgen() -> Result<PathBuf, String> {
    let version = locked("wasm-bindgen")?;
    let is_it = |program: &Path| {
        let said = Command::new(program).arg("--version").output();
        said.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).trim() == format!("wasm-bindgen {version}"))
    };
    let tools = target().join("tools");
    let own = tools.join("bin/wasm-bindgen");
    if let Some(here) = [own.clone(), PathBuf::from("wasm-bindgen")].into_iter().find(|program| is_it(program)) {
        return Ok(here);
    }
    let mut cargo = cargo_command();
    cargo.args(["install", "wasm-bindgen-cli", "--debug", "--version", &version, "--root"]).arg(&tools);
    cargo.env("CARGO_TARGET_DIR", tools.join("build"));
    run_one(&mut cargo, "cargo")?;
    Ok(own)
}

/// The version of a package in the lock file.
fn locked(package: &str) -> Result<String, String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).map_err(|why| format!("Cargo.lock: {why}"))?;
    version_in(&lock, package).ok_or_else(|| format!("Cargo.lock does not name {package}"))
}

fn version_in(lock: &str, package: &str) -> Option<String> {
    let (_, after) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    Some(after.split('"').next()?.to_owned())
}

/// The app's own tools, as its lock file has them, unless they are there already.
fn install(web: &Path) -> Result<(), String> {
    let written = |path: &str| std::fs::metadata(web.join(path)).and_then(|file| file.modified()).ok();
    let (wanted, there) = (written("package-lock.json"), written("node_modules/.package-lock.json"));
    if there.is_some() && there >= wanted {
        return Ok(());
    }
    if !is_here("npm") {
        return Err(
            "the handbook is built with Node and npm, which are not here:\n\n    apt-get install nodejs npm".to_owned()
        );
    }
    run_one(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(web), "npm")
}

fn run_one(command: &mut Command, name: &str) -> Result<(), String> {
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
    eprintln!("$ {name} {}", words.join(" "));
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` ended with {status}")),
        Err(why) => Err(format!("`{name}` could not be started: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_the_library_is_read_from_the_lock_file() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in(lock, "wasm"), None);
    }

    #[test]
    fn compilers_are_compared_as_numbers() {
        assert_eq!(minor("rustc 1.96.0 (built from a source tarball)"), Some(96));
        assert!(minor("rustc 1.100.0") > minor("rustc 1.95.1"));
        assert_eq!(minor("nonsense"), None);
    }
}
