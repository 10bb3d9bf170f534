//! Several instances on one PostgreSQL.

use crate::server::{Session, agent, fresh_code, send, session_of};
use crate::wechat_api::Api;
use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use tempfile::TempDir;

/// A PostgreSQL for this test run alone: in a temporary folder, reached through a socket in it.
struct Postgres {
    folder: TempDir,
    server: Mutex<Child>,
    programs: PathBuf,
}

/// PostgreSQL refuses to run as root: there it runs as the user that Debian's package makes.
fn as_nobody_special(program: &Path) -> Command {
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"));
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

/// Debian keeps the programs of each version in a folder that is not in PATH.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions.map(|version| version.path().join("bin")).max();
    let path = std::env::var_os("PATH").unwrap_or_default();
    newest
        .into_iter()
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").exists())
        .expect("PostgreSQL is missing: run scripts/setup.sh services")
}

impl Postgres {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("wafer-postgres").tempdir().expect("a folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let everybody = std::fs::Permissions::from_mode(0o777);
            std::fs::set_permissions(folder.path(), everybody).expect("permissions");
        }
        let data = folder.path().join("data");
        let made = as_nobody_special(&programs.join("initdb"))
            .current_dir("/")
            .args(["--no-sync", "--auth=trust", "--username=wafer", "--encoding=UTF8", "--locale=C", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let server = Mutex::new(serve(&programs, folder.path()));
        Self { folder, server, programs }
    }

    /// Stops it, which ends all connections to it.
    fn stop(&self) {
        let mut server = self.server.lock().expect("the server");
        let _ = Command::new("sh").args(["-c", &format!("kill -INT {}", server.id())]).status();
        let _ = server.wait();
    }

    /// Starts it again with the same data.
    fn start_again(&self) {
        *self.server.lock().expect("the server") = serve(&self.programs, self.folder.path());
    }

    /// The address of a new, empty database.
    fn database(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("wafer{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let made = Command::new(self.programs.join("createdb"))
            .args(["-U", "wafer", "-h"])
            .arg(self.folder.path())
            .arg(&name)
            .output()
            .expect("createdb runs");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        format!("postgres://wafer@localhost/{name}?host={}", self.folder.path().display())
    }
}

/// Starts the PostgreSQL whose data is in `folder`, and returns when it answers.
fn serve(programs: &Path, folder: &Path) -> Child {
    let mut server = as_nobody_special(&programs.join("postgres"))
        .current_dir("/")
        .arg("-D")
        .arg(folder.join("data"))
        // Each instance opens all its connections when it starts, and a machine may run many tests at a time.
        .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=600"])
        .args(["-c", "track_activity_query_size=16384"])
        .arg("-k")
        .arg(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("postgres runs");
    let mut log = BufReader::new(server.stderr.take().expect("its log"));
    let mut line = String::new();
    while !line.contains("ready to accept connections") {
        line.clear();
        assert!(log.read_line(&mut line).expect("a line") > 0, "PostgreSQL did not start");
    }
    std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
    server
}

/// One PostgreSQL for all tests, since it takes longer to start than they take to run. The last lease to go stops it.
struct Lease;

static SHARED: OnceLock<Mutex<(usize, Option<Postgres>)>> = OnceLock::new();

fn shared() -> std::sync::MutexGuard<'static, (usize, Option<Postgres>)> {
    SHARED.get_or_init(Mutex::default).lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Lease {
    fn take() -> Self {
        let mut shared = shared();
        shared.0 += 1;
        shared.1.get_or_insert_with(Postgres::start);
        Self
    }

    fn database(&self) -> String {
        shared().1.as_ref().expect("it runs").database()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut shared = shared();
        shared.0 -= 1;
        if shared.0 == 0
            && let Some(postgres) = shared.1.take()
        {
            // With a fast shutdown: the folder can be deleted only when nobody writes into it.
            postgres.stop();
        }
    }
}

/// What psql says to `sql`, as the owner of everything.
fn query(database: &str, sql: &str) -> String {
    let (front, host) = database.split_once("?host=").expect("a host");
    let name = front.rsplit('/').next().expect("a name");
    let output = Command::new(programs().join("psql"))
        .args(["-U", "wafer", "-h", host, "-d", name, "-tAc", sql])
        .output()
        .expect("psql runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// An instance as production runs it.
struct Instance {
    child: Child,
    url: String,
}

impl Instance {
    fn start(api: &Api, database: &str, avatars: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_wafer-session-server"))
            .env("WX_APPID", "wx1")
            .env("WX_SECRET", "s")
            .env("WAFER_DATA_KEYS", "a".repeat(64))
            .args(["--listen", "127.0.0.1:0", "--database", database, "--wechat-api", &api.url])
            .arg("--avatars")
            .arg(avatars)
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
        stdout.read_line(&mut line).expect("a line");
        let url = line.strip_prefix("listening on ").expect("it listens").trim_end().to_owned();
        Self { child, url }
    }

    fn log_in(&self, code: &str) -> Option<Session> {
        let url = format!("{}/login", self.url);
        let reply = send(&agent(), "GET", &url, &[("X-WX-Code", code)], b"").ok()?;
        reply.json()["session"].is_object().then(|| session_of(&reply))
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> crate::server::Reply {
        send(&agent(), "GET", &format!("{}{path}", self.url), headers, b"").expect("an answer")
    }

    fn is_live(&self, session: &Session) -> bool {
        self.get("/user", &session.headers()).json()["data"].is_object()
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Pair {
    one: Instance,
    other: Instance,
    api: Api,
    _avatars: TempDir,
    _lease: Lease,
}

fn pair(arguments: &[&str]) -> Pair {
    let lease = Lease::take();
    let (api, database) = (Api::start(), lease.database());
    let avatars = tempfile::tempdir().expect("a folder");
    let start = || Instance::start(&api, &database, avatars.path(), arguments);
    let (one, other) = (start(), start());
    Pair { one, other, api, _avatars: avatars, _lease: lease }
}

#[test]
fn a_session_of_one_instance_is_one_of_the_other_and_ends_at_both() {
    let pair = pair(&[]);
    let session = pair.one.log_in("anna-pg1").expect("a session");
    assert!(pair.other.is_live(&session));
    pair.other.get("/logout", &session.headers());
    assert!(!pair.one.is_live(&session), "at the very next request");
    let first = pair.one.log_in("anna-pg2").expect("a session");
    let second = pair.other.log_in("anna-pg3").expect("a session");
    assert!(
        !pair.one.is_live(&first) && pair.one.is_live(&second),
        "one session a user, wherever they log in"
    );
}

#[test]
fn of_logins_of_one_user_at_the_same_time_one_session_is_left_whichever_instances_they_came_to() {
    use wafer_session_server::store::{Location, Login, SessionLife, SessionsPerUser, Store, Vault};
    let lease = Lease::take();
    let location = Location::Postgres(lease.database());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let open = || Store::open(&location, Vault::default(), 8);
        let stores = [open().await.expect("it opens"), open().await.expect("it opens")];
        let log_in = async |number: usize| {
            let login = Login { appid: "wx1", openid: "o", unionid: None, session_key: "k", info: None };
            let life = SessionLife { total_ms: 1000, idle_ms: None };
            let store = &stores[number % 2];
            store.log_in(&login, SessionsPerUser::One, life, 0).await.expect("a session").1
        };
        for _ in 0..10 {
            let mut live = 0;
            for session in futures_util::future::join_all((0..16).map(log_in)).await {
                let found = stores[0].find_session(&session.skey, None, 0).await.expect("an answer");
                live += usize::from(found.is_some());
            }
            assert_eq!(live, 1, "one session a user");
        }
        for store in stores {
            store.close().await;
        }
    });
}

#[test]
fn a_profile_that_came_with_a_login_is_kept_by_a_login_without_one() {
    use wafer_session_server::store::{
        Location, Login, SessionLife, SessionsPerUser, Store, UserInfo, Vault,
    };
    let lease = Lease::take();
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for location in [Location::Sqlite(folder.path().join("s.sqlite")), Location::Postgres(lease.database())] {
        runtime.block_on(async {
            let store = Store::open(&location, Vault::default(), 2).await.expect("it opens");
            let log_in = async |unionid, info| {
                let login = Login { appid: "wx1", openid: "o", unionid, session_key: "k", info };
                let life = SessionLife { total_ms: 1000, idle_ms: None };
                store.log_in(&login, SessionsPerUser::One, life, 0).await.expect("a session").0
            };
            let new = log_in(None, None).await;
            assert_eq!((new.info.nick_name.as_str(), new.info.gender), ("微信用户", 0));
            let info = UserInfo { nick_name: "小明".to_owned(), gender: 1, ..UserInfo::default() };
            assert_eq!(log_in(Some("u"), Some(&info)).await.info, info);
            let anonymous = UserInfo::default();
            for later in [log_in(None, None).await, log_in(None, Some(&anonymous)).await] {
                assert_eq!((later.id, later.unionid.as_deref(), &later.info), (new.id, Some("u"), &info));
            }
            store.close().await;
        });
    }
}

#[test]
fn a_tunnel_offered_by_one_instance_is_opened_at_the_other_once() {
    let pair = pair(&[]);
    let session = pair.one.log_in("anna-pg4").expect("a session");
    let offered = pair.one.get("/tunnel", &session.headers()).json();
    let url = offered["url"].as_str().expect("a url");
    let path = url.rsplit_once("/tunnel/").expect("a path").1;
    let elsewhere = format!("{}/tunnel/{path}", pair.other.url.replacen("http", "ws", 1));
    let (mut socket, _) = tungstenite::connect(&elsewhere).expect("it opens");
    socket.send(tungstenite::Message::text("ping")).expect("it is sent");
    assert_eq!(socket.read().expect("a packet").into_text().expect("text").as_str(), "pong");
    assert!(tungstenite::connect(url).is_err(), "it was used");
}

#[test]
fn instances_count_the_logins_of_a_client_together() {
    let pair = pair(&["--login-rate", "4", "--trusted-proxy", "127.0.0.0/8"]);
    let status = |instance: &Instance, number: usize| {
        let code = format!("anna-rate{number}");
        instance.get("/login", &[("X-WX-Code", &code), ("X-Forwarded-For", "203.0.113.9")]).status
    };
    let statuses: Vec<u16> =
        (0..12).map(|number| status(if number % 2 == 0 { &pair.one } else { &pair.other }, number)).collect();
    let served = statuses.iter().filter(|status| **status == 200).count();
    // The minute in which logins are counted may end during the test.
    assert!((4..=8).contains(&served) && statuses.contains(&429), "{statuses:?}");
}

#[test]
fn no_code_is_used_twice_whatever_instances_it_is_brought_to() {
    let pair = pair(&[]);
    let code = fresh_code("anna");
    let sessions: Vec<Option<Session>> = std::thread::scope(|scope| {
        let logins: Vec<_> = (0..20)
            .map(|number| {
                let instance = if number % 2 == 0 { &pair.one } else { &pair.other };
                scope.spawn(|| instance.log_in(&code))
            })
            .collect();
        logins.into_iter().map(|login| login.join().expect("an answer")).collect()
    });
    assert_eq!(sessions.iter().flatten().count(), 1);
    assert_eq!(pair.api.asked().len(), 1, "WeChat was asked once");
}

#[test]
fn of_two_instances_one_dies_in_the_middle_of_a_hundred_logins_and_nothing_is_lost() {
    let mut pair = pair(&["--sessions-per-user", "many"]);
    let codes: Vec<String> = (0..100).map(|number| fresh_code(&format!("user{number}"))).collect();
    let done = AtomicUsize::new(0);
    let mut victim = Command::new("sh");
    victim.args(["-c", &format!("kill -9 {}", pair.one.child.id())]);
    let victim = Mutex::new(victim);
    let sessions: Vec<Session> = std::thread::scope(|scope| {
        let logins: Vec<_> = codes
            .iter()
            .enumerate()
            .map(|(number, code)| {
                let instance = if number % 2 == 0 { &pair.one } else { &pair.other };
                let (done, victim) = (&done, &victim);
                scope.spawn(move || {
                    let session = instance.log_in(code);
                    if done.fetch_add(1, Ordering::SeqCst) == 20 {
                        victim.lock().expect("the victim").status().expect("kill runs");
                    }
                    session
                })
            })
            .collect();
        logins.into_iter().filter_map(|login| login.join().expect("no panic")).collect()
    });
    pair.one.child.wait().expect("it is dead");
    assert!(sessions.len() >= 21, "{} sessions were given", sessions.len());
    for session in &sessions {
        assert!(pair.other.is_live(session), "a session that a client was given is lost");
    }
    let asked: Vec<String> = pair.api.asked().into_iter().map(|(_, query, _)| query).collect();
    assert_eq!(asked.iter().collect::<HashSet<_>>().len(), asked.len(), "a code was used twice");
    // A client that got no answer logs in again with a fresh code.
    pair.other.log_in(&fresh_code("user0")).expect("a session");
}

#[test]
fn a_postgres_that_goes_away_ends_no_session_and_is_used_again_when_it_is_back() {
    let postgres = Postgres::start();
    let (api, database) = (Api::start(), postgres.database());
    let avatars = tempfile::tempdir().expect("a folder");
    let instance = Instance::start(&api, &database, avatars.path(), &[]);
    let session = instance.log_in("anna-away1").expect("a session");
    let code = |path| instance.get(path, &session.headers()).json()["error"].as_str().map(str::to_owned);
    postgres.stop();
    // No answer may mean "log in again" to a client, neither for several lookups at once nor for a single one.
    std::thread::scope(|scope| {
        for answer in [(); 8].map(|()| scope.spawn(|| code("/user"))) {
            assert_eq!(answer.join().expect("an answer").as_deref(), Some("ERR_CHECK_LOGIN_FAILED"));
        }
    });
    assert_eq!(instance.get("/auth/check", &session.headers()).status, 503);
    assert_eq!(instance.get("/health/ready", &[]).status, 503);
    assert_eq!(instance.get("/health/live", &[]).status, 200);
    assert!(instance.log_in("anna-away2").is_none());
    postgres.start_again();
    while instance.get("/health/ready", &[]).status != 200 {
        std::thread::yield_now();
    }
    assert!(instance.is_live(&session));
    instance.log_in("anna-away3").expect("a session");
    drop(instance);
    postgres.stop();
}

#[test]
fn of_uploads_of_one_user_at_the_same_time_one_picture_is_left_whichever_instances_they_came_to() {
    use wafer_session_server::store::{Location, Login, SessionLife, SessionsPerUser, Store, Vault};
    let lease = Lease::take();
    let location = Location::Postgres(lease.database());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&location, Vault::default(), 16).await.expect("it opens");
        let login = Login { appid: "wx1", openid: "o", unionid: None, session_key: "k", info: None };
        let life = SessionLife { total_ms: 1000, idle_ms: None };
        let user = store.log_in(&login, SessionsPerUser::One, life, 0).await.expect("a session").0;
        for round in 0..20 {
            let names: Vec<String> = (0..8).map(|number| format!("{round}-{number}.png")).collect();
            let uploads = names.iter().map(|name| store.replace_avatar(user.id, name, name, 0));
            let mut replaced = HashSet::new();
            let mut shown = HashSet::new();
            for upload in futures_util::future::join_all(uploads).await {
                let (user, earlier) = upload.expect("it is stored");
                shown.insert(user.info.avatar_url);
                replaced.extend(earlier);
            }
            let left: Vec<&String> = shown.difference(&replaced).collect();
            assert_eq!(left.len(), 1, "the others' files are removed: {left:?}");
            assert!(store.owns_avatar(user.id, left[0]).await.expect("an answer"));
        }
        store.close().await;
    });
}

#[test]
fn sessions_that_are_asked_for_at_once_are_each_answered_for_themselves() {
    use wafer_session_server::store::{Location, Login, SessionLife, SessionsPerUser, Store, Vault};
    let lease = Lease::take();
    let location = Location::Postgres(lease.database());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&location, Vault::default(), 8).await.expect("it opens");
        let life = |number: i64| SessionLife { total_ms: 1000 * (number % 3), idle_ms: None };
        let mut sessions = Vec::new();
        for number in 0..30 {
            let openid = format!("o-{number}");
            let login = Login { appid: "wx1", openid: &openid, unionid: None, session_key: "k", info: None };
            let session = store.log_in(&login, SessionsPerUser::One, life(number), 0).await.expect("one").1;
            sessions.push((openid, session));
        }
        // Every third session is over at 500 ms, and every second lookup asks for an skey that nobody has.
        let lookups = (0..200).map(|number| {
            let (openid, session) = &sessions[number % 30];
            let skey = if number % 2 == 0 { session.skey.as_str() } else { "nobody's" };
            let live = number % 2 == 0 && (number % 30) % 3 != 0;
            let store = &store;
            async move {
                let found = store.find_session(skey, Some(&session.id), 500).await.expect("an answer");
                let found = found.map(|found| found.user.openid.clone());
                assert_eq!(found.as_ref(), live.then_some(openid), "{number}");
            }
        });
        futures_util::future::join_all(lookups).await;
        // The same skey twice in one query.
        let (openid, session) = &sessions[1];
        let twice = [(); 2].map(|()| store.find_session(&session.skey, None, 500));
        for found in futures_util::future::join_all(twice).await {
            assert_eq!(&found.expect("an answer").expect("a session").user.openid, openid);
        }
        store.close().await;
    });
}

/// To plan the statement of a signed request takes PostgreSQL longer than to carry it out.
#[test]
fn postgres_keeps_the_plan_of_the_statement_of_signed_requests() {
    let lease = Lease::take();
    let (api, database, avatars) = (Api::start(), lease.database(), tempfile::tempdir().expect("a folder"));
    let instance = Instance::start(&api, &database, avatars.path(), &[]);
    let session = instance.log_in("anna-plan").expect("a session");
    assert!(instance.is_live(&session));
    let statement = query(
        &database,
        "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND query LIKE '%skey_hash%' AND query LIKE '%FROM sessions JOIN users%'",
    );
    let (statement, hash) = (statement.trim(), format!("sha256('{}')", session.skey));
    assert!(statement.contains("$17"), "{statement}");
    // With few hashes and with many: PostgreSQL weighs the plan that it made for five of them against one for all.
    let list = |hashes: usize| [vec![hash.as_str(); hashes], vec!["NULL"; 16 - hashes]].concat().join(", ");
    let asked: String = (0..12).map(|turn| format!("EXECUTE found(1, {});", list(1 + turn % 16))).collect();
    let counted = "SELECT 'kept ' || generic_plans FROM pg_prepared_statements WHERE name = 'found'";
    let kept = query(&database, &format!("PREPARE found AS {statement}; {asked} {counted}"));
    assert!(kept.lines().any(|line| line == "kept 7"), "{kept}");
}

#[test]
fn what_is_over_is_swept_from_either_database() {
    use wafer_session_server::store::{
        Location, Login, SessionLife, SessionsPerUser, Store, TunnelOffer, Vault,
    };
    let lease = Lease::take();
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    for location in [Location::Sqlite(folder.path().join("s.sqlite")), Location::Postgres(lease.database())] {
        runtime.block_on(async {
            let store = Store::open(&location, Vault::default(), 2).await.expect("it opens");
            let login = Login { appid: "wx1", openid: "o", unionid: None, session_key: "k", info: None };
            let life = SessionLife { total_ms: 1000, idle_ms: None };
            let now_ms = 1_700_000_000_000;
            store.log_in(&login, SessionsPerUser::One, life, now_ms).await.expect("a session");
            let offer = TunnelOffer { session_id: "s".to_owned(), user_id: 1 };
            store.offer_tunnel(&offer, now_ms).await.expect("an offer");
            assert!(store.claim_code("wx1", "c", now_ms).await.expect("an answer"));
            assert_eq!(store.count_login("203.0.113.7", now_ms).await.expect("a count"), 1);
            assert_eq!(store.sweep(now_ms).await.expect("it sweeps"), 0);
            assert_eq!(store.sweep(now_ms + 1000).await.expect("it sweeps"), 1, "the session");
            assert_eq!(store.sweep(now_ms + 3_600_000).await.expect("it sweeps"), 3, "offer, code and count");
            store.close().await;
        });
    }
}

#[test]
fn a_postgres_database_is_bound_and_its_values_are_encrypted_as_those_of_a_file_are() {
    let lease = Lease::take();
    let (api, database) = (Api::start(), lease.database());
    let avatars = tempfile::tempdir().expect("a folder");
    let instance = Instance::start(&api, &database, avatars.path(), &[]);
    instance.log_in("anna-pg5").expect("a session");
    let query = |sql: &str| query(&database, sql);
    assert_eq!(query("SELECT value FROM bindings ORDER BY value"), "wechat\nwx1\n");
    assert!(!query("SELECT session_key FROM users").contains(crate::wechat_api::SESSION_KEY));
    drop(instance);
    let refused = Command::new(env!("CARGO_BIN_EXE_wafer-session-server"))
        .env("WX_APPID", "wxanother")
        .env("WX_SECRET", "s")
        .env("WAFER_DATA_KEYS", "a".repeat(64))
        .args(["--listen", "127.0.0.1:0", "--database", &database, "--avatars"])
        .arg(avatars.path())
        .output()
        .expect("it runs");
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("wx1"));
}

/// sqlx's own lock would stay with the connection of the start that failed, and all later starts would wait for it.
#[test]
fn a_start_that_may_not_make_tables_says_so_and_holds_no_other_up() {
    use wafer_session_server::store::{Location, Store, Vault};
    let lease = Lease::take();
    let database = lease.database();
    query(&database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE reader LOGIN");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let open = async |database: String| {
        let location = Location::Postgres(database);
        let opened = Store::open(&location, Vault::default(), 4);
        // A bound on the test, which would wait for ever.
        let opened = tokio::time::timeout(std::time::Duration::from_secs(120), opened).await;
        opened.expect("it ends")
    };
    runtime.block_on(async {
        let as_reader = database.replacen("wafer@", "reader@", 1);
        for refused in [open(as_reader.clone()).await, open(as_reader).await] {
            let refused = refused.err().expect("it is refused").to_string();
            assert!(refused.contains("permission denied"), "{refused}");
        }
        open(database.clone()).await.expect("the owner may").close().await;
    });
}

#[test]
fn an_instance_that_gets_fewer_connections_than_configured_says_so_and_serves_with_these() {
    use wafer_session_server::store::{Location, Login, SessionLife, SessionsPerUser, Store, Vault};
    crate::server::capture_log();
    let lease = Lease::take();
    let database = lease.database();
    query(&database, "CREATE ROLE few LOGIN CONNECTION LIMIT 3; GRANT CREATE ON SCHEMA public TO few");
    let location = Location::Postgres(database.replacen("wafer@", "few@", 1));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(&location, Vault::default(), 16).await.expect("it opens");
        let logins = (0..100).map(async |number| {
            let openid = format!("o-{number}");
            let login = Login { appid: "wx1", openid: &openid, unionid: None, session_key: "k", info: None };
            let life = SessionLife { total_ms: 1000, idle_ms: None };
            store.log_in(&login, SessionsPerUser::One, life, 0).await
        });
        for login in futures_util::future::join_all(logins).await {
            login.expect("a session");
        }
        assert_eq!(store.connections().0, 3);
        store.close().await;
    });
    let log = crate::server::log();
    let line = log.lines().find(|line| line.contains("fewer connections than configured"));
    assert!(line.is_some_and(|line| line.contains("open=3 database_connections=16")), "{line:?}");
}
