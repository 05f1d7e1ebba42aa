//! `lianhu serve`

use std::sync::Arc;

use lianhu_server::{Town, listen};
use serde_json::json;

use crate::args::ServeArgs;
use crate::commands::{open_town, town_failure};
use crate::failure::{Failure, Kind};
use crate::talk::Talk;

/// Threads that judge changes need room for a deep document; most of it is never touched.
const STACK_BYTES: usize = 8 << 20;

/// Serves a township until Ctrl-C or SIGTERM, then finishes what is under way.
pub fn run(talk: Talk, args: &ServeArgs) -> Result<(), Failure> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_env("LIANHU_LOG").unwrap_or_else(|_| "warn".into()))
        .init();
    let town = if args.set_aside_damaged {
        let (town, aside) = Town::open_or_set_aside(&args.township.dir).map_err(|why| town_failure(&why))?;
        if let Some(aside) = aside {
            talk.say(format!("the damaged database lies at {}; a new one was begun", aside.path.display()));
        }
        town
    } else {
        open_town(&args.township.dir)?
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_stack_size(STACK_BYTES).build()?;
    runtime.block_on(async {
        let listening = listen(Arc::new(town), args.listen).await.map_err(|why| {
            Failure::new(Kind::Network, format!("cannot listen on {}: {why}", args.listen))
                .hint("choose another address with --listen")
        })?;
        let address = format!("http://{}", listening.address()?);
        talk.say(match talk.pick("zh", "en") {
            "zh" => {
                format!("镇服务器已开：{address}\n办公页面：    {address}/office/（只在本机打开）\n按 Ctrl-C 停止。")
            }
            _ => {
                format!("serving on {address}\noffice page: {address}/office/ (on this machine only)\nCtrl-C stops it.")
            }
        });
        talk.object(&json!({ "address": address, "office": format!("{address}/office/") }));
        listening.run(stop_signal(args.until_stdin_closes)).await?;
        talk.say(talk.pick("已停止；收下的都已落盘。", "stopped; everything acknowledged is on disk."));
        Ok(())
    })
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
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
                () = closed => {}
            }
            return;
        }
    }
    #[cfg(not(unix))]
    tokio::select! {
        _ = interrupt => {}
        () = closed => {}
    }
}
