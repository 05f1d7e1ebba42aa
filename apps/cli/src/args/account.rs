//! The office's accounts.

use clap::{Args, Subcommand, ValueEnum};
use lianhu_core::roster::Role;

use super::TownshipArgs;

/// The accounts.
#[derive(Debug, Args)]
pub struct AccountArgs {
    /// The township's folder
    #[command(flatten)]
    pub township: TownshipArgs,
    /// What to do
    #[command(subcommand)]
    pub action: AccountAction,
}

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountAction {
    /// Make an account; prints its one-time set-up code, good for a day
    Add {
        /// What the person types to sign in
        login: String,
        /// Its one role
        #[arg(long, value_enum)]
        role: OfficeRole,
        /// What the person is called
        #[arg(long)]
        name: String,
    },
    /// List the accounts
    List,
    /// Take password and second factor away and print a new set-up code: for whoever lost them
    Reset {
        /// Whose
        login: String,
    },
    /// Let nobody sign in with it any more
    Disable {
        /// Which
        login: String,
    },
    /// Let it be used again
    Enable {
        /// Which
        login: String,
    },
    /// Print ten new recovery codes; the old ones are no good any more
    Recovery {
        /// Whose
        login: String,
    },
}

/// The roles of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum OfficeRole {
    /// 镇综合信息指挥室: the office's work
    TownDesk,
    /// 县级: figures, and named data with a written reason
    CountyView,
    /// 系统管理员: the machine
    SysAdmin,
    /// 安全管理员: accounts and devices
    SecAdmin,
    /// 审计管理员: the audit log
    AuditAdmin,
}

impl From<OfficeRole> for Role {
    fn from(role: OfficeRole) -> Self {
        match role {
            OfficeRole::TownDesk => Role::TownDesk,
            OfficeRole::CountyView => Role::CountyView,
            OfficeRole::SysAdmin => Role::SysAdmin,
            OfficeRole::SecAdmin => Role::SecAdmin,
            OfficeRole::AuditAdmin => Role::AuditAdmin,
        }
    }
}
