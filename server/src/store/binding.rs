//! What a database belongs to. Users of one app, or of a simulated WeChat, must never be taken for those of another.

use super::{Store, StoreError, statements};
use sqlx::Row;
use std::collections::BTreeSet;
use std::fmt;

/// Whose users a database holds: WeChat's, or a simulator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// WeChat itself.
    WeChat,
    /// A simulator, in which everybody can log in as anybody.
    Simulator,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::WeChat => "wechat",
            Self::Simulator => "simulator",
        }
    }
}

/// Why a database may not be used.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// It holds users of a simulated WeChat but the real one is to be used, or the other way round.
    #[error("它属于{}，不能用于{}。请换一个数据库", mode_name(.bound), mode_name(.wanted.name()))]
    Mode {
        /// The mode of the database.
        bound: String,
        /// The mode of the server.
        wanted: Mode,
    },
    /// It holds users of an app that is not configured.
    #[error("其中有小程序 {0} 的用户，而配置里没有这个小程序。请检查 AppID，或换一个数据库")]
    App(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn mode_name(name: &str) -> impl fmt::Display + use<> {
    if name == Mode::Simulator.name() { "模拟的微信" } else { "真实的微信" }
}

impl Store {
    /// Binds a new database to `mode` and `appids`. One that is bound already must have the same mode, and all of its
    /// apps must be among `appids`; further apps may join.
    pub async fn bind(&self, mode: Mode, appids: &[&str]) -> Result<(), BindingError> {
        let _turn = self.turn().await;
        let mut transaction = self.begin().await?;
        let rows =
            sqlx::query(statements::BINDINGS).fetch_all(&mut *transaction).await.map_err(StoreError::from)?;
        let mut bound = BTreeSet::new();
        for row in rows {
            let name: String = row.try_get(0).map_err(StoreError::from)?;
            let value: String = row.try_get(1).map_err(StoreError::from)?;
            if name == "mode" && value != mode.name() {
                return Err(BindingError::Mode { bound: value, wanted: mode });
            }
            if name == "appid" {
                bound.insert(value);
            }
        }
        if let Some(missing) = bound.iter().find(|appid| !appids.contains(&appid.as_str())) {
            return Err(BindingError::App(missing.clone()));
        }
        if let (true, Some(first)) = (bound.is_empty(), appids.first()) {
            // Users of a file from before there were several apps have no AppID yet: they become users of the first
            // app.
            sqlx::query(statements::ADOPT_USERS)
                .bind(*first)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::from)?;
        }
        let values = [("mode", mode.name())].into_iter().chain(appids.iter().map(|appid| ("appid", *appid)));
        for (name, value) in values {
            sqlx::query(statements::BIND)
                .bind(name)
                .bind(value)
                .execute(&mut *transaction)
                .await
                .map_err(StoreError::from)?;
        }
        transaction.commit().await.map_err(StoreError::from)?;
        Ok(())
    }
}
