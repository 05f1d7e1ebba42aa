//! Data to stdout, talk to stderr; what scripts read never mixes with what people read.

use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};
use lianhu_core::Lang;
use serde::Serialize;

use crate::args::{Cli, Tongue};

/// How this run of the command speaks.
#[derive(Clone, Copy, Debug)]
pub struct Talk {
    /// The language people read.
    pub tongue: Tongue,
    /// Whether the last line of stdout is one JSON object.
    pub json: bool,
}

impl Talk {
    /// As the arguments ask.
    pub fn new(cli: &Cli) -> Self {
        Talk { tongue: cli.lang, json: cli.json }
    }

    /// The sentence in the language people asked for.
    pub fn pick<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self.tongue {
            Tongue::Zh => zh,
            Tongue::En => en,
        }
    }

    /// The same language, as the documents crate names it.
    pub fn lang(self) -> Lang {
        match self.tongue {
            Tongue::Zh => Lang::Zh,
            Tongue::En => Lang::En,
        }
    }

    /// Says something to the person, on stderr.
    pub fn say(self, sentence: impl AsRef<str>) {
        // A reader who has gone away is no reason to stop half way: what cannot be said is not said.
        _ = writeln!(std::io::stderr(), "{}", sentence.as_ref());
    }

    /// Prints what was asked for, on stdout; with `--json` the JSON object says it instead.
    pub fn print(self, text: impl AsRef<str>) {
        if self.json {
            self.say(text);
        } else {
            _ = writeln!(std::io::stdout(), "{}", text.as_ref());
        }
    }

    /// With `--json`, prints one object as a line of stdout.
    pub fn object(self, object: &impl Serialize) {
        if self.json {
            match serde_json::to_string(object) {
                Ok(line) => _ = writeln!(std::io::stdout(), "{line}"),
                Err(why) => self.say(why.to_string()),
            }
        }
    }

    /// A progress bar on stderr; silent where stderr is not a terminal.
    pub fn bar(self, what: &str, count: u64) -> ProgressBar {
        let bar = ProgressBar::new(count);
        let style = ProgressStyle::with_template("{msg:<28} {bar:32} {pos:>6}/{len} {elapsed:>4}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar
    }
}
