//! What can be said about diaries.

use clap::{Args, Subcommand};
use lianhu_core::diary::Audience;

use super::choices::one_of;
use super::desk::DeskArgs;

/// The diary, at a desk.
#[derive(Debug, Args)]
pub struct DiaryArgs {
    /// Where
    #[command(flatten)]
    pub desk: DeskArgs,
    /// What to do
    #[command(subcommand)]
    pub action: DiaryAction,
}

/// What can be done with a diary.
#[derive(Debug, Subcommand)]
pub enum DiaryAction {
    /// Write an entry; one sentence will do
    Write {
        /// What you want to remember
        text: String,
        /// The rest of it
        #[command(flatten)]
        more: EntryMore,
    },
    /// List entries with their ids and comments; at the township those it may read
    List {
        /// Only this month, yyyy-mm
        #[arg(long, value_name = "MONTH")]
        month: Option<String>,
    },
    /// Say something to an entry you may read
    Comment {
        /// The entry's id, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        entry: String,
        /// What you say
        text: String,
    },
    /// Make a matter of a sentence of your entry
    Raise {
        /// The entry's id, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        entry: String,
        /// The sentence, word for word
        sentence: String,
        /// The title for the public board; the sentence itself unless given
        #[arg(long, default_value = "", hide_default_value = true)]
        title: String,
        /// The household; the entry's own, if it names one
        #[arg(long)]
        household: Option<String>,
    },
    /// Move an entry of yours to other readers
    Move {
        /// The entry's id, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        entry: String,
        /// Who may read it: self, branch, village, town
        #[arg(value_parser = one_of::<Audience>())]
        audience: Audience,
    },
    /// Take an entry out
    Remove {
        /// The entry's id, as `list` shows it
        #[arg(allow_hyphen_values = true)]
        entry: String,
    },
}

/// What an entry may say besides its text. Everything may be left out.
#[derive(Clone, Debug, Default, Args)]
pub struct EntryMore {
    /// The day; today unless named
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub on: String,
    /// Who may read it: self, branch (as usual), village, town
    #[arg(long, value_parser = one_of::<Audience>())]
    pub audience: Option<Audience>,
    /// A household it tells of: id, doorplate or the head's name; may be given several times
    #[arg(long = "household", value_name = "HOUSEHOLD")]
    pub households: Vec<String>,
    /// A title
    #[arg(long, default_value = "", hide_default_value = true)]
    pub title: String,
    /// The place
    #[arg(long, default_value = "", hide_default_value = true)]
    pub place: String,
    /// The weather
    #[arg(long, default_value = "", hide_default_value = true)]
    pub weather: String,
    /// What you think of it
    #[arg(long, default_value = "", hide_default_value = true)]
    pub reflection: String,
    /// A tag; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    pub tags: Vec<String>,
    /// Whose paper book you type in
    #[arg(long = "for", value_name = "WORKER")]
    pub author: Option<String>,
    /// The village of whoever the paper book belongs to
    #[arg(long)]
    pub village: Option<String>,
    /// The day it was written down on paper
    #[arg(long, value_name = "DATE", default_value = "", hide_default_value = true)]
    pub written_on: String,
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use crate::args::Cli;

    #[test]
    fn an_id_that_begins_with_a_dash_is_an_id() {
        for words in [
            "diary raise -DRvCIyp0eI 路灯不亮",
            "visit rewrite 7组9号 -DRvCIyp0eI 又去了",
            "matter settle 1 -DRvCIyp0eI",
            "person answer 7组9号 -DRvCIyp0eI done",
            "person file 7组9号 --resident -DRvCIyp0eI --out person.json --reason 本人",
            "plan measure-done PLAN -DRvCIyp0eI",
            "roster unlink -DRvCIyp0eI",
            "roster backup -DRvCIyp0eI --none",
            "roster grid end -DRvCIyp0eI --last-day 2026-12-31 --replaced-by -0RvCIyp0eI",
        ] {
            let typed = ["lianhu"].into_iter().chain(words.split(' '));
            assert_eq!(Cli::try_parse_from(typed).err().map(|why| why.kind()), None, "{words}");
        }
    }
}
