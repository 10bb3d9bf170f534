//! The settings of the server. They come from the defaults, the file, the environment and the flags, in this order; a
//! later source wins.

use crate::clock::Clock;
use crate::http::state::{AuthUser, Behaviour, LoginMode};
use crate::http::tunnels::TunnelLimits;
use crate::protocol::Protocol;
use crate::server::ServerOptions;
use crate::store::{KeyError, Location, Mode, SessionLife, SessionsPerUser, Vault};
use crate::wechat::WeChat;
#[cfg(feature = "production")]
use crate::wechat::{ClientOptions, WeChatClient};
use axum::http::Uri;
use clap::Args;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use figment::value::{Dict, Value};
use ipnet::IpNet;
use percent_encoding::percent_decode_str;
use serde::de::{SeqAccess, Visitor, value::SeqAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The environment variable that names the file when no flag does.
const CONFIG_VARIABLE: &str = "WAFER_CONFIG";

/// Variables whose text is taken as it is, each with its setting; of two for the same one, the later wins.
const TEXT_VARIABLES: [(&str, &str); 6] = [
    ("WAFER_APPID", "appid"),
    ("WAFER_SECRET", "secret"),
    ("WX_APPID", "appid"),
    ("WX_SECRET", "secret"),
    ("WAFER_DATABASE", "database"),
    ("WAFER_DATA_KEYS", "data_keys"),
];

/// The flags. Each one is also a setting of the file (`login_rate`) and of the environment (`WAFER_LOGIN_RATE`).
#[derive(Args, Serialize, Default, Clone)]
pub struct Flags {
    /// TOML file with settings
    #[arg(long, value_name = "FILE", global = true)]
    #[serde(skip)]
    pub config: Option<PathBuf>,
    /// Address to listen on; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
    /// Address for Prometheus' /metrics; keep it internal [default: none]
    #[arg(long, value_name = "ADDRESS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metrics_listen: Option<SocketAddr>,
    /// SQLite file, created when missing, or postgres:// address [default: wafer-session-server.sqlite]
    #[arg(long, value_name = "FILE|URL", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Folder of uploaded avatars [default: beside the SQLite file, FILE.avatars]
    #[arg(long, value_name = "DIR", global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub avatars: Option<PathBuf>,
    /// Write session_keys and phone numbers in plain text instead of asking for WAFER_DATA_KEYS
    #[arg(long, global = true)]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub unencrypted: bool,
    /// AppID of the mini-program, or WX_APPID; several apps go into the file
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub appid: Option<String>,
    /// AppSecret of the mini-program; better WX_SECRET, which other users do not see
    #[arg(long)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// WeChat's server API, or a proxy of it [default: https://api.weixin.qq.com]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wechat_api: Option<String>,
    /// Family of clients to speak to [default: wafer]
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Protocol>,
    /// Whether a login ends the user's older sessions [default: one]
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sessions_per_user: Option<SessionsPerUser>,
    /// Life of a session from its login on [default: 30 days, wafer2: 7200]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_ttl: Option<u32>,
    /// Life of a session from its last use on, within --session-ttl [default: use does not matter]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_idle: Option<u32>,
    /// What a login must carry [default: code]
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_mode: Option<LoginMode>,
    /// Logins a minute of one client address; 0: any number [default: 600]
    #[arg(long, value_name = "COUNT")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub login_rate: Option<u32>,
    /// Network of proxies whose X-Forwarded-For is believed; may be repeated
    #[arg(long = "trusted-proxy", value_name = "NETWORK")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trusted_proxies: Vec<IpNet>,
    /// What X-Wafer-User of /auth/check tells a backend [default: openid]
    #[arg(long, value_enum)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_user: Option<AuthUser>,
    /// Address that clients reach this server under, scheme included [default: what they ask for]
    #[arg(long, value_name = "URL")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    /// Folder of a page to serve at /
    #[arg(long = "static", value_name = "DIR")]
    #[serde(rename = "static", skip_serializing_if = "Option::is_none")]
    pub static_files: Option<PathBuf>,
    /// Form of the log [default: text]
    #[arg(long, value_enum, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
    /// Least of what is logged [default: info]
    #[arg(long, value_enum, global = true)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<LogLevel>,
}

/// Form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// An object a line.
    Json,
}

/// Least of what is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum LogLevel {
    /// Faults of the server.
    Error,
    /// What an operator should look at.
    Warn,
    /// Refused requests, too.
    Info,
    /// Every request.
    Debug,
}

/// An app and its secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppCredentials {
    /// AppID.
    pub appid: String,
    /// AppSecret.
    pub secret: String,
}

/// All settings.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Address for `/metrics`.
    pub metrics_listen: Option<SocketAddr>,
    /// SQLite file or `postgres://` address.
    pub database: String,
    /// Connections to PostgreSQL.
    pub database_connections: u32,
    /// Folder of uploaded avatars.
    pub avatars: Option<PathBuf>,
    /// Keys of what is encrypted at rest, the newest first.
    pub data_keys: Option<String>,
    /// Nothing is encrypted at rest.
    pub unencrypted: bool,
    /// The only app.
    pub appid: Option<String>,
    /// Its secret.
    pub secret: Option<String>,
    /// All apps, where there are several.
    pub apps: Vec<AppCredentials>,
    /// WeChat's server API.
    pub wechat_api: String,
    /// How long WeChat's answer is waited for, in seconds.
    pub wechat_timeout: u32,
    /// Questions to WeChat at a time, for each app.
    pub wechat_concurrency: usize,
    /// Family of clients.
    pub protocol: Protocol,
    /// Whether a login ends older sessions.
    pub sessions_per_user: SessionsPerUser,
    /// Life of a session, in seconds.
    pub session_ttl: Option<u32>,
    /// Its life without use, in seconds.
    pub session_idle: Option<u32>,
    /// What a login must carry.
    pub login_mode: LoginMode,
    /// Logins a minute of one client.
    pub login_rate: u32,
    /// Proxies that are believed.
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// Encrypted user data older than this many seconds is refused.
    pub user_data_max_age: u32,
    /// What `X-Wafer-User` tells.
    pub auth_user: AuthUser,
    /// Address that clients use.
    pub public_url: Option<String>,
    /// Folder of a page.
    pub r#static: Option<PathBuf>,
    /// Connections at a time.
    pub max_connections: usize,
    /// Logins under way at a time.
    pub max_logins: usize,
    /// Tunnels at a time.
    pub max_tunnels: usize,
    /// Tunnels of one user at a time.
    pub max_tunnels_per_user: usize,
    /// How often a tunnel looks whether its session is live, in milliseconds.
    pub tunnel_check_ms: u32,
    /// Longest time for a request, in seconds.
    pub request_timeout: u32,
    /// Longest silence on a connection or within a body, in seconds.
    pub silence_timeout: u32,
    /// How long requests in flight may take when the server stops, in seconds.
    pub stop_grace: u32,
    /// Free disk space below which the server is not ready, in megabytes.
    pub min_free_mb: u32,
    /// Form of the log.
    pub log_format: LogFormat,
    /// Least of what is logged.
    pub log_level: LogLevel,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            metrics_listen: None,
            database: "wafer-session-server.sqlite".to_owned(),
            database_connections: 16,
            avatars: None,
            data_keys: None,
            unencrypted: false,
            appid: None,
            secret: None,
            apps: Vec::new(),
            wechat_api: "https://api.weixin.qq.com".to_owned(),
            wechat_timeout: 8,
            wechat_concurrency: 64,
            protocol: Protocol::Wafer,
            sessions_per_user: SessionsPerUser::One,
            session_ttl: None,
            session_idle: None,
            login_mode: LoginMode::Code,
            login_rate: 600,
            trusted_proxies: Vec::new(),
            user_data_max_age: 600,
            auth_user: AuthUser::Openid,
            public_url: None,
            r#static: None,
            max_connections: 4096,
            max_logins: 512,
            max_tunnels: 10_000,
            max_tunnels_per_user: 8,
            tunnel_check_ms: 10_000,
            request_timeout: 30,
            silence_timeout: 10,
            stop_grace: 3,
            min_free_mb: 64,
            log_format: LogFormat::Text,
            log_level: LogLevel::Info,
        }
    }
}

/// A list of networks, or a text in which commas separate them, as an environment variable has it.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    struct Networks;

    impl<'de> Visitor<'de> for Networks {
        type Value = Vec<IpNet>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("networks such as 127.0.0.1/32")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| name.parse().map_err(|error| E::custom(format!("{name}: {error}")))).collect()
        }

        fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
            Vec::deserialize(SeqAccessDeserializer::new(list))
        }
    }

    deserializer.deserialize_any(Networks)
}

/// Whether a name begins as the address of a database does, such as `file:` or `sqlite:`, or is SQLite's `:memory:`.
/// A single letter is a drive of Windows.
fn is_an_address(name: &str) -> bool {
    name.find(':').is_some_and(|length| length != 1)
}

/// The first parameter of a `postgres://` address that sqlx would leave out, with a warning that this log has not.
fn unknown_parameter(url: &str) -> Option<String> {
    const KNOWN: [&str; 18] = [
        "application_name",
        "dbname",
        "host",
        "hostaddr",
        "options",
        "password",
        "port",
        "ssl-ca",
        "ssl-cert",
        "ssl-key",
        "ssl-mode",
        "ssl-root-cert",
        "sslcert",
        "sslkey",
        "sslmode",
        "sslrootcert",
        "statement-cache-capacity",
        "user",
    ];
    let (_, parameters) = url.split_once('?')?;
    let names =
        parameters.split('&').filter_map(|pair| pair.split('=').next()).filter(|name| !name.is_empty());
    let mut names = names.map(|name| percent_decode_str(name).decode_utf8_lossy());
    let unknown = names.find(|name| !KNOWN.contains(&name.as_ref()) && !name.starts_with("options["))?;
    // A password with a `?` that is not escaped must not be shown.
    Some(if parameters.contains('@') { "…".to_owned() } else { unknown.into_owned() })
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A setting is unknown or of the wrong type.
    #[error("配置有误：{0}")]
    Invalid(#[from] Box<figment::Error>),
    /// With this setting at 0, nobody would be served.
    #[error("配置有误：{0} 至少为 1")]
    Zero(&'static str),
    /// An address without a scheme or a host leads nowhere.
    #[error("配置有误：{0} 须为完整的地址，以 http:// 或 https:// 开头")]
    Address(&'static str),
    /// SQLite would take it for something else than a file, or somebody means another database.
    #[error("配置有误：database 须为文件名，或以 postgres:// 开头的地址；名字里有冒号的文件请在前面加上 ./")]
    NoDatabaseFile,
    /// What it should have done would not be done: a misspelt `sslmode` would leave the connection unprotected.
    #[error(
        "配置有误：database 的地址里有不支持的参数 {0}，请删去或改正；密码里的特殊字符须转义，例如 ? 写成 %3F"
    )]
    DatabaseParameter(String),
    /// The file is not there.
    #[error("没有配置文件 {0}，请检查 --config")]
    NoFile(PathBuf),
    /// An app without a secret, a secret without an app, or neither.
    #[error(
        "缺少{0}。请在环境变量 WX_APPID 和 WX_SECRET 中同时提供小程序的 AppID 和 AppSecret，或写入配置文件。\
         本程序只连接微信；要模拟的微信，请用 wafer-simulator"
    )]
    Credentials(&'static str),
    /// An app is named twice.
    #[error("小程序 {0} 配置了两次")]
    AppTwice(String),
    /// There is no key to encrypt with.
    #[error(
        "缺少 WAFER_DATA_KEYS：session_key 和手机号要加密保存。请用 openssl rand -hex 32 生成一个密钥并妥善保管；\
         确实要明文保存，请加 --unencrypted"
    )]
    NoDataKeys,
    /// A key is not in the right form.
    #[error("WAFER_DATA_KEYS 有误：{0}")]
    DataKeys(#[from] KeyError),
    /// With PostgreSQL there is no file beside which the folder of pictures could be.
    #[error("使用 PostgreSQL 时请用 --avatars 指定头像目录；多个实例须共享同一个目录")]
    NoAvatars,
}

impl Settings {
    /// Reads file, environment and flags.
    pub fn load(flags: &Flags) -> Result<Self, ConfigError> {
        let named = || std::env::var_os(CONFIG_VARIABLE).filter(|name| !name.is_empty());
        let file = flags.config.clone().or_else(|| named().map(PathBuf::from));
        let defaults = Serialized::defaults(Self::default());
        // Variables that begin with `WAFER_` may belong to other programs.
        let known: BTreeSet<String> = Self::default().dictionary()?.into_keys().collect();
        let mut figment = Figment::from(defaults);
        if let Some(file) = file {
            if !file.is_file() {
                return Err(ConfigError::NoFile(file));
            }
            figment = figment.merge(Toml::file_exact(file));
        }
        // Scripts and container files that pass a variable on set it to nothing where there is none.
        let empty: BTreeSet<String> = std::env::vars_os()
            .filter(|(_, value)| value.is_empty())
            .map(|(name, _)| name.to_string_lossy().to_ascii_lowercase())
            .collect();
        let environment = Env::prefixed("WAFER_")
            .filter(move |name| {
                let name = name.as_str().to_ascii_lowercase();
                known.contains(&name) && !empty.contains(&format!("wafer_{name}"))
            })
            // A secret that consists of digits must stay a text; figment would read a number.
            .ignore(&TEXT_VARIABLES.map(|(_, setting)| setting));
        figment = figment.merge(environment);
        for (variable, setting) in TEXT_VARIABLES {
            if let Some(text) = std::env::var(variable).ok().filter(|text| !text.is_empty()) {
                figment = figment.merge(Serialized::default(setting, text));
            }
        }
        figment = figment.merge(Serialized::defaults(flags));
        let settings: Self = figment.extract().map_err(Box::new)?;
        settings.make_sense()?;
        Ok(settings)
    }

    /// Refuses settings with which the server would start, and serve nobody.
    fn make_sense(&self) -> Result<(), ConfigError> {
        let zeros = [
            ("database_connections", self.database_connections == 0),
            ("wechat_timeout", self.wechat_timeout == 0),
            ("wechat_concurrency", self.wechat_concurrency == 0),
            ("session_ttl", self.session_ttl == Some(0)),
            ("session_idle", self.session_idle == Some(0)),
            ("max_connections", self.max_connections == 0),
            ("max_logins", self.max_logins == 0),
            ("request_timeout", self.request_timeout == 0),
            ("silence_timeout", self.silence_timeout == 0),
        ];
        if let Some((setting, _)) = zeros.into_iter().find(|(_, is_zero)| *is_zero) {
            return Err(ConfigError::Zero(setting));
        }
        match self.location() {
            Location::Sqlite(_) if self.database.split(['/', '\\']).next().is_some_and(is_an_address) => {
                return Err(ConfigError::NoDatabaseFile);
            }
            Location::Sqlite(_) => {}
            Location::Postgres(url) => {
                if let Some(unknown) = unknown_parameter(&url) {
                    return Err(ConfigError::DatabaseParameter(unknown));
                }
            }
        }
        let leads_somewhere = |address: &str| {
            let address = Uri::try_from(address).ok();
            let scheme = address.as_ref().and_then(Uri::scheme_str);
            matches!(scheme, Some("http" | "https"))
                && address.is_some_and(|address| address.query().is_none())
        };
        if !leads_somewhere(&self.wechat_api) {
            return Err(ConfigError::Address("wechat_api"));
        }
        if self.public_url.as_ref().is_some_and(|address| !leads_somewhere(address)) {
            return Err(ConfigError::Address("public_url"));
        }
        Ok(())
    }

    fn dictionary(&self) -> Result<Dict, Box<figment::Error>> {
        Ok(Value::serialize(self)?.into_dict().unwrap_or_default())
    }

    /// Where the database is.
    pub fn location(&self) -> Location {
        let Ok(location) = self.database.parse();
        location
    }

    /// The keys that encrypt values at rest.
    pub fn vault(&self) -> Result<Vault, ConfigError> {
        let vault = Vault::from_keys(self.data_keys.as_deref().unwrap_or_default())?;
        if !vault.encrypts() && !self.unencrypted {
            return Err(ConfigError::NoDataKeys);
        }
        Ok(vault)
    }

    /// The folder of uploaded avatars.
    pub fn avatars_folder(&self) -> Result<PathBuf, ConfigError> {
        match (&self.avatars, self.location()) {
            (Some(folder), _) => Ok(folder.clone()),
            (None, Location::Sqlite(file)) => {
                let mut folder = file.into_os_string();
                folder.push(".avatars");
                Ok(folder.into())
            }
            (None, Location::Postgres(_)) => Err(ConfigError::NoAvatars),
        }
    }

    /// All apps with their secrets.
    pub fn credentials(&self) -> Result<Vec<AppCredentials>, ConfigError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let mut apps = self.apps.clone();
        match (given(&self.appid), given(&self.secret)) {
            (Some(appid), Some(secret)) => apps.insert(0, AppCredentials { appid, secret }),
            (Some(_), None) => return Err(ConfigError::Credentials(" AppSecret")),
            (None, Some(_)) => return Err(ConfigError::Credentials(" AppID")),
            (None, None) if apps.is_empty() => return Err(ConfigError::Credentials(" AppID 和 AppSecret")),
            (None, None) => {}
        }
        let mut seen = BTreeSet::new();
        for app in &apps {
            if app.appid.is_empty() {
                return Err(ConfigError::Credentials(" AppID"));
            }
            if app.secret.is_empty() {
                return Err(ConfigError::Credentials(" AppSecret"));
            }
            if !seen.insert(app.appid.clone()) {
                return Err(ConfigError::AppTwice(app.appid.clone()));
            }
        }
        Ok(apps)
    }

    /// How to run for users: with WeChat itself.
    #[cfg(feature = "production")]
    pub fn for_production(&self, clock: Arc<Clock>) -> Result<ServerOptions, ConfigError> {
        let apps = self.credentials()?.into_iter().map(|AppCredentials { appid, secret }| {
            let options = ClientOptions {
                base_url: self.wechat_api.clone(),
                appid,
                secret,
                timeout: Duration::from_secs(self.wechat_timeout.into()),
                concurrency: self.wechat_concurrency,
            };
            Arc::new(WeChatClient::new(options, Arc::clone(&clock))) as Arc<dyn WeChat>
        });
        self.options(Mode::WeChat, apps.collect(), clock)
    }

    /// The options of a server that asks `apps` in place of WeChat's own API.
    pub fn options(
        &self,
        mode: Mode,
        apps: Vec<Arc<dyn WeChat>>,
        clock: Arc<Clock>,
    ) -> Result<ServerOptions, ConfigError> {
        let seconds = |seconds: u32| Duration::from_secs(seconds.into());
        let ttl_s = self.session_ttl.unwrap_or(self.protocol.default_session_ttl_s());
        Ok(ServerOptions {
            listen: self.listen,
            metrics_listen: self.metrics_listen,
            database: self.location(),
            database_connections: self.database_connections,
            vault: self.vault()?,
            avatars: self.avatars_folder()?,
            own_pictures: &[],
            mode,
            apps,
            behaviour: Behaviour {
                protocol: self.protocol,
                login_mode: self.login_mode,
                sessions_per_user: self.sessions_per_user,
                session_life: SessionLife {
                    total_ms: i64::from(ttl_s) * 1000,
                    idle_ms: self.session_idle.map(|idle_s| i64::from(idle_s) * 1000),
                },
                user_data_max_age_ms: i64::from(self.user_data_max_age) * 1000,
                public_url: self.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
                auth_user: self.auth_user,
                request_timeout: seconds(self.request_timeout),
                body_silence: seconds(self.silence_timeout),
                min_free_bytes: u64::from(self.min_free_mb) * 1024 * 1024,
            },
            tunnel_limits: TunnelLimits {
                total: self.max_tunnels,
                per_user: self.max_tunnels_per_user,
                check_every: Duration::from_millis(self.tunnel_check_ms.max(1).into()),
            },
            logins_per_minute: self.login_rate,
            max_logins: self.max_logins,
            trusted_proxies: self.trusted_proxies.clone(),
            max_connections: self.max_connections,
            connection_silence: seconds(self.silence_timeout),
            stop_grace: seconds(self.stop_grace),
            static_files: self.r#static.clone(),
            clock,
        })
    }
}

/// The settings in force as TOML. A word stands in the place of each secret; a setting without a value is a comment.
impl fmt::Display for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const HIDDEN: &str = "（已设置）";
        let mut shown = self.clone();
        shown.database = shown.location().to_string();
        for secret in [&mut shown.secret, &mut shown.data_keys] {
            if secret.is_some() {
                *secret = Some(HIDDEN.to_owned());
            }
        }
        for app in &mut shown.apps {
            app.secret = HIDDEN.to_owned();
        }
        for (name, value) in shown.dictionary().map_err(|_| fmt::Error)? {
            let json = serde_json::to_string(&value).map_err(|_| fmt::Error)?;
            match json.as_str() {
                "null" => writeln!(formatter, "# {name}: 未设置")?,
                json => writeln!(formatter, "{name} = {json}")?,
            }
        }
        Ok(())
    }
}
