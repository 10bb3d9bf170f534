//! Commands of an operator. Each may be run while the server serves.

use crate::clock::Clock;
use crate::config::{ConfigError, Settings};
use crate::http::avatars::Avatars;
use crate::store::{EndedSession, Location, Store, StoreError, UserName};
use clap::{Args, Subcommand};
use std::io;
use std::path::PathBuf;

/// Commands of an operator.
#[derive(Subcommand)]
pub enum Command {
    /// Ends sessions
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Lists or deletes users
    #[command(subcommand)]
    Users(UsersCommand),
    /// Looks after the keys of what is encrypted
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Writes a copy of the SQLite database, whole at one moment
    Backup {
        /// File to write; it must not exist
        file: PathBuf,
    },
}

/// Commands about sessions.
#[derive(Subcommand)]
pub enum SessionsCommand {
    /// Ends all sessions of a user, at once
    Revoke(WhichUser),
}

/// Commands about users.
#[derive(Subcommand)]
pub enum UsersCommand {
    /// Lists users: id, AppID, openid, live sessions
    List,
    /// Deletes a user with sessions, phone number and avatar
    Delete(WhichUser),
}

/// Commands about keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Encrypts everything under the first of WAFER_DATA_KEYS; then the others can go
    Rotate,
}

/// A user.
#[derive(Args)]
pub struct WhichUser {
    /// openid of the user, or the id that `users list` shows
    #[arg(long, value_name = "OPENID|ID")]
    user: String,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The database.
    #[error("数据库操作失败：{0}")]
    Store(#[from] StoreError),
    /// There is no database: a server creates one, a command does not.
    #[error("没有数据库 {0}，请检查 --database")]
    NoDatabase(PathBuf),
    /// The folder of pictures.
    #[error("无法使用头像目录：{0}")]
    Avatars(#[from] io::Error),
    /// Nobody has this openid or id.
    #[error("没有用户 {0}")]
    NoUser(String),
    /// The copy would replace a file.
    #[error("{0} 已存在，备份不会覆盖文件")]
    Exists(PathBuf),
    /// PostgreSQL has its own tools.
    #[error("PostgreSQL 请用 pg_dump 备份")]
    NotSqlite,
}

/// Runs a command; answers what to print.
pub async fn run(command: Command, settings: &Settings) -> Result<String, CommandError> {
    let location = settings.location();
    if let Location::Sqlite(file) = &location
        && !file.exists()
    {
        return Err(CommandError::NoDatabase(file.clone()));
    }
    let store = Store::open(&location, settings.vault()?, 1).await?;
    let result = carry_out(command, settings, &store).await;
    store.close().await;
    result
}

async fn carry_out(command: Command, settings: &Settings, store: &Store) -> Result<String, CommandError> {
    let now_ms = Clock::system().now_ms();
    match command {
        Command::Sessions(SessionsCommand::Revoke(WhichUser { user })) => {
            let name = UserName(user);
            let ended = store.end(EndedSession::User(&name)).await?.ok_or(CommandError::NoUser(name.0))?;
            store.settle().await;
            Ok(format!("{ended}\n"))
        }
        Command::Users(UsersCommand::List) => {
            const PAGE: i64 = 500;
            let (mut text, mut after) = (String::new(), 0);
            loop {
                let users = store.users(after, PAGE, now_ms).await?;
                let Some((last, _)) = users.last() else { return Ok(text) };
                after = last.id;
                for (user, sessions) in &users {
                    text.push_str(&format!("{}\t{}\t{}\t{sessions}\n", user.id, user.appid, user.openid));
                }
            }
        }
        Command::Users(UsersCommand::Delete(WhichUser { user })) => {
            let avatars = Avatars::new(settings.avatars_folder()?, &[])?;
            let (count, pictures) = store.delete_users(&UserName(user.clone())).await?;
            if count == 0 {
                return Err(CommandError::NoUser(user));
            }
            store.settle().await;
            avatars.remove(&pictures).await;
            Ok(format!("{count}\n"))
        }
        Command::Keys(KeysCommand::Rotate) => Ok(format!("{}\n", store.reseal(now_ms).await?)),
        Command::Backup { file } => {
            if file.exists() {
                return Err(CommandError::Exists(file));
            }
            if store.back_up(&file).await? { Ok(String::new()) } else { Err(CommandError::NotSqlite) }
        }
    }
}
