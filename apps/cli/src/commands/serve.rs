//! `lianhu serve`

use std::io::IsTerminal as _;
use std::sync::Arc;

use lianhu_core::gate::{LARGE_STACK_BYTES, this_stack_is_large};
use lianhu_server::{OfficeDoor, Options, Tls, Town, listen};
use serde_json::json;

use crate::args::{Office, ServeArgs, Tongue};
use crate::commands::{ground_of, open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Serves a township until Ctrl-C or SIGTERM, then finishes what is under way.
pub fn run(talk: Talk, args: &ServeArgs) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("LIANHU_LOG")
                .unwrap_or_else(|_| "warn,lianhu_server::audit=info".into()),
        )
        .init();
    let town = if args.set_aside_damaged {
        let (town, aside) = Town::open_or_set_aside(&args.township.dir, ground_of(&args.township)?)
            .map_err(|why| town_failure(&why))?;
        if let Some(aside) = aside {
            let path = aside.path.display();
            talk.say(match talk.tongue {
                Tongue::Zh => format!(
                    "数据库已损坏，已改名保存在 {path}（没有删除），现在从空库开始。请先恢复备份，没有备份再重新导入名册。"
                ),
                Tongue::En => format!(
                    "the database was damaged; it lies at {path} (nothing was deleted) and an empty one was begun. Restore a \
                     backup if there is one; import the roster again if not."
                ),
            });
        }
        town
    } else {
        open_town(&args.township)?
    };
    // Threads that judge changes need room for a deep document; most of it is never touched. They say that they have it, so
    // that no exchange starts a thread of its own.
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    threads.thread_stack_size(LARGE_STACK_BYTES).on_thread_start(this_stack_is_large);
    let runtime = threads.enable_all().build()?;
    runtime.block_on(async {
        let listening = listen(Arc::new(town), args.listen, options(args)).await.map_err(|why| {
            if why.kind() == std::io::ErrorKind::InvalidInput {
                return Failure::new(Kind::Input, (format!("不能这样开：{why}"), why.to_string())).hint((
                    "请核对 --tls-cert、--tls-key 两个文件和 --web 的文件夹；有代理时办公页面要用账号",
                    "check the files of --tls-cert and --tls-key and the folder of --web; behind a proxy the office needs accounts",
                ));
            }
            let address = args.listen;
            Failure::new(
                Kind::Network,
                (format!("不能在 {address} 上接听：{why}"), format!("cannot listen on {address}: {why}")),
            )
            .hint((
                "可能另有程序占用了这个地址；用 --listen 换一个",
                "another program may use that address: choose another one with --listen",
            ))
        })?;
        let scheme = if args.tls_cert.is_some() { "https" } else { "http" };
        let address = format!("{scheme}://{}", listening.address()?);
        // A server that belongs to another program leaves the talking to it.
        let says = |sentence: String| {
            if !args.until_stdin_closes {
                talk.say(sentence)
            }
        };
        let who = match (args.office, args.tls_cert.is_some() || args.behind_proxy.is_some()) {
            (Office::ThisMachine, _) => talk.pick("只在本机打开，不用账号", "on this machine only, without accounts"),
            (Office::Accounts, false) => {
                talk.pick("用账号登录，没有 TLS 时只在本机打开", "with an account; without TLS, on this machine only")
            }
            (Office::Accounts, true) => talk.pick("用账号登录", "with an account"),
        };
        says(match talk.tongue {
            Tongue::Zh => {
                format!("镇服务器已开：{address}\n办公页面：    {address}/office/（{who}）\n按 Ctrl-C 停止。")
            }
            Tongue::En => format!("serving on {address}\noffice page: {address}/office/ ({who})\nCtrl-C stops it."),
        });
        if args.web.is_some() {
            says(format!("{} {address}/handbook/", talk.pick("联户手册：", "handbook:")));
        }
        let handbook = args.web.as_ref().map(|_| format!("{address}/handbook/"));
        talk.object(&json!({ "address": address, "office": format!("{address}/office/"), "handbook": handbook }));
        // On the threads that answer: on this one, every connection would wake it first.
        let running = tokio::spawn(listening.run(stop_signal(args.until_stdin_closes)));
        running.await.map_err(std::io::Error::other)??;
        says(talk.pick("已停止；收下的都已落盘。", "stopped; everything acknowledged is on disk.").to_owned());
        Ok(())
    })
}

fn options(args: &ServeArgs) -> Options {
    let tls = args.tls_cert.clone().zip(args.tls_key.clone());
    Options {
        office: match args.office {
            Office::Accounts => OfficeDoor::Accounts,
            Office::ThisMachine => OfficeDoor::ThisMachine,
        },
        tls: tls.map(|(certificate, key)| Tls { certificate, key }),
        behind_proxy: args.behind_proxy,
        handbook: args.web.clone(),
    }
}

/// Resolves at Ctrl-C, at SIGTERM, or, where asked for, when stdin closes.
async fn stop_signal(until_stdin_closes: bool) {
    let stdin = tokio::task::spawn_blocking(move || {
        if until_stdin_closes { std::io::copy(&mut std::io::stdin(), &mut std::io::sink()).map(drop) } else { Ok(()) }
    });
    let closed = async {
        _ = stdin.await;
        if !until_stdin_closes {
            std::future::pending::<()>().await;
        }
    };
    let interrupt = tokio::signal::ctrl_c();
    tokio::select! {
        _ = interrupt => {}
        () = terminated() => {}
        () = closed => {}
    }
}

/// Resolves at SIGTERM.
#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => _ = terminate.recv().await,
        Err(_) => std::future::pending().await,
    }
}

/// There is no SIGTERM here.
#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
