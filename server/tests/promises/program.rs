//! The program: the line that it prints, its end, and the mistakes that it reports.

use crate::server::{agent, send};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wafer-session-server"));
    command
        .env_remove("WAFER_DATA_KEYS")
        .env("WX_APPID", "wx1")
        .env("WX_SECRET", "do-not-show")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Starts the program; answers the process and the address in its first line.
fn start(command: &mut Command) -> (Child, String) {
    let mut child = command.args(["--listen", "127.0.0.1:0"]).spawn().expect("it starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
    stdout.read_line(&mut line).expect("a line");
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).trim_end().to_owned();
    (child, url)
}

fn fetch(url: &str) -> (u16, String) {
    let reply = send(&agent(), "POST", url, &[("Content-Type", "application/json")], b"").expect("an answer");
    (reply.status, reply.text())
}

fn fail(command: &mut Command) -> (i32, String) {
    let Output { status, stderr, .. } = command.output().expect("it runs");
    (status.code().expect("a code"), String::from_utf8(stderr).expect("text"))
}

#[cfg(unix)]
#[test]
fn it_tells_where_it_listens_serves_and_stops_when_asked() {
    for signal in ["-INT", "-TERM"] {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("sessions.sqlite");
        let (mut child, url) = start(program().arg("--unencrypted").arg("--database").arg(database));
        assert_eq!(fetch(&format!("{url}/nowhere")).0, 404);
        let kill = Command::new("sh")
            .args(["-c", &format!("kill {signal} {}", child.id())])
            .status()
            .expect("kill runs");
        assert!(kill.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{signal}");
        let mut log = String::new();
        child.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
        assert!(log.contains("ERR_NOT_FOUND") && !log.contains("nowhere"), "{log}");
    }
}

/// A server with a login that waits for a WeChat which never answers, and with a request that never ends.
#[cfg(unix)]
fn hanging(
    folder: &std::path::Path,
    stop_grace: &str,
) -> (Child, crate::wechat_api::Api, Vec<std::net::TcpStream>) {
    let api = crate::wechat_api::Api::start();
    api.hang(true);
    let mut command = program();
    command.args(["--unencrypted", "--wechat-api", &api.url, "--database"]).arg(folder.join("s.sqlite"));
    for setting in ["WECHAT_TIMEOUT", "REQUEST_TIMEOUT", "SILENCE_TIMEOUT"] {
        command.env(format!("WAFER_{setting}"), "3600");
    }
    let (child, url) = start(command.env("WAFER_STOP_GRACE", stop_grace).stderr(Stdio::null()));
    let streams =
        ["GET /login HTTP/1.1\r\nHost: x\r\nX-WX-Code: anna-hangs\r\n\r\n", "GET /user HTTP/1.1\r\nHost:"];
    let streams = streams.map(|text| {
        let mut stream =
            std::net::TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
        stream.write_all(text.as_bytes()).expect("it is sent");
        stream
    });
    while api.asked().is_empty() {
        std::thread::yield_now();
    }
    (child, api, streams.into())
}

#[cfg(unix)]
fn terminate(child: &Child) {
    let kill = Command::new("sh").args(["-c", &format!("kill -TERM {}", child.id())]).status();
    assert!(kill.expect("kill runs").success());
}

#[cfg(unix)]
#[test]
fn told_to_end_it_ends_whatever_hangs_and_told_twice_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut child, _api, _streams) = hanging(folder.path(), "1");
    terminate(&child);
    child.wait().expect("it ends although nothing that it waits for does");

    let folder = tempfile::tempdir().expect("a folder");
    let (mut child, _api, _streams) = hanging(folder.path(), "3600");
    terminate(&child);
    // Two signals that come at the same time count as one.
    while child.try_wait().expect("an answer").is_none() {
        terminate(&child);
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert_eq!(child.wait().expect("it has ended").code(), Some(1));
}

/// The start waits for a database that takes connections and says nothing.
#[cfg(unix)]
#[test]
fn told_to_end_while_it_starts_it_ends() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let database = format!("postgres://wafer@{}/wafer", silent.local_addr().expect("an address"));
    let mut command = program();
    command.args(["--unencrypted", "--listen", "127.0.0.1:0", "--avatars", "a", "--database", &database]);
    let mut child = command.spawn().expect("it starts");
    let _waiting = silent.accept().expect("it asks the database");
    terminate(&child);
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
}

#[test]
fn a_postgres_that_takes_connections_and_says_nothing_does_not_hold_the_start_up_for_ever() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let database = format!("postgres://wafer@{}/wafer", silent.local_addr().expect("an address"));
    let arguments = ["--unencrypted", "--listen", "127.0.0.1:0", "--avatars", "a", "--database", &database];
    let (code, message) = fail(program().args(arguments));
    assert_eq!(code, 1);
    assert!(message.contains("no connection within 3 s"), "{message}");
}

/// A PgBouncer with its defaults refuses the parameters with which sqlx begins a connection.
#[test]
fn what_only_a_pooler_says_is_explained() {
    let pooler = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = pooler.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in pooler.incoming() {
            let mut stream = stream.expect("a connection");
            let said = b"SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: extra_float_digits\0\0";
            let length = u32::try_from(said.len() + 4).expect("it is short").to_be_bytes();
            // The first four bytes of the question are its length.
            let mut question = [0; 4];
            stream.read_exact(&mut question).expect("a length");
            let mut rest = vec![0; u32::from_be_bytes(question) as usize - 4];
            stream.read_exact(&mut rest).expect("the question");
            stream.write_all(&[b"E", &length[..], said].concat()).expect("it is sent");
        }
    });
    let database = format!("postgres://wafer@{address}/wafer?sslmode=disable");
    let arguments = ["--unencrypted", "--listen", "127.0.0.1:0", "--avatars", "a", "--database", &database];
    let (code, message) = fail(program().args(arguments));
    assert_eq!(code, 1);
    assert!(message.contains("extra_float_digits") && message.contains("PgBouncer"), "{message}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_message_that_nobody_can_read_is_no_panic() {
    let full = std::fs::File::options().write(true).open("/dev/full").expect("a full device");
    let mut command = program();
    let status = command.args(["--listen", "127.0.0.1:0"]).stderr(full).status().expect("it runs");
    assert_eq!(status.code(), Some(1), "the key is missing");
}

#[cfg(unix)]
#[test]
fn without_a_free_descriptor_the_log_says_so_now_and_then() {
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_wafer-session-server");
    // Each thread that serves needs some for itself and for its connection to the database.
    let limit = 48 + 16 * std::thread::available_parallelism().map_or(1, usize::from);
    let mut command = Command::new("sh");
    command.args([
        "-c",
        &format!("ulimit -n {limit}; exec {program} \"$@\""),
        "sh",
        "--unencrypted",
        "--database",
    ]);
    command.arg(folder.path().join("s.sqlite")).env("WAFER_SILENCE_TIMEOUT", "3600");
    command.env("WX_APPID", "wx1").env("WX_SECRET", "s").stdout(Stdio::piped()).stderr(Stdio::piped());
    let begun = std::time::Instant::now();
    let (mut child, url) = start(&mut command);
    let address = url.trim_start_matches("http://");
    let idle: Vec<_> =
        (0..limit).map(|_| std::net::TcpStream::connect(address).expect("a connection")).collect();
    let mut log = BufReader::new(child.stderr.take().expect("its log"));
    let mut line = String::new();
    while !line.contains("connection not accepted") {
        line.clear();
        assert!(log.read_line(&mut line).expect("a line") > 0, "it ended");
    }
    std::thread::sleep(std::time::Duration::from_secs(1));
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    let mut rest = String::new();
    log.read_to_string(&mut rest).expect("text");
    let lines = 1 + rest.matches("connection not accepted").count() as u64;
    assert!(lines <= 1 + begun.elapsed().as_secs() / 10, "{lines} lines");
    drop(idle);
}

#[cfg(unix)]
#[test]
fn a_log_that_nobody_reads_holds_no_request_up() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program();
    command.args(["--unencrypted", "--log-level", "debug", "--database"]).arg(folder.path().join("s.sqlite"));
    let (mut child, url) = start(&mut command);
    let log = child.stderr.take().expect("its log");
    let agent = agent();
    // Each line has some hundred bytes; together they are more than the system keeps for a reader.
    for _ in 0..2000 {
        let reply = send(&agent, "GET", &format!("{url}/health/live"), &[], b"").expect("an answer");
        assert_eq!(reply.status, 200);
    }
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    drop(log);
}

#[cfg(unix)]
#[test]
fn its_log_is_json_if_asked_to_and_names_each_request_as_its_answer_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program();
    command.arg("--unencrypted").arg("--database").arg(folder.path().join("sessions.sqlite"));
    let (mut child, url) = start(command.args(["--log-format", "json", "--log-level", "debug"]));
    let replies = ["health/live", "user?secret=x", "nowhere"]
        .map(|path| send(&agent(), "GET", &format!("{url}/{path}"), &[], b"").expect("an answer"));
    // HTTP allows any word as a method.
    let mut stream = std::net::TcpStream::connect(url.trim_start_matches("http://")).expect("a connection");
    stream.write_all(b"SECRET /user HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").expect("it is sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    Command::new("sh").args(["-c", &format!("kill {}", child.id())]).status().expect("kill runs");
    child.wait().expect("it ends");
    let mut log = String::new();
    child.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
    let lines: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect();
    for (reply, (level, route)) in
        replies.iter().zip([("DEBUG", "/health/live"), ("INFO", "/user"), ("INFO", "(none)")])
    {
        let id = reply.header("x-request-id");
        let line = lines.iter().find(|line| line["id"] == id).unwrap_or_else(|| panic!("{id}: {log}"));
        assert_eq!((&line["level"], &line["route"]), (&level.into(), &route.into()), "{line}");
    }
    assert!(!log.to_lowercase().contains("secret") && !log.contains("nowhere"), "{log}");
}

#[test]
fn it_has_no_simulator() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program();
    command.arg("--unencrypted").arg("--database").arg(folder.path().join("sessions.sqlite"));
    let (mut child, url) = start(&mut command);
    let (status, _) = fetch(&format!("{url}/dev/code"));
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    assert_eq!(status, 404);
}

#[test]
fn missing_or_half_credentials_end_it_with_a_message() {
    for (appid, secret, missing) in [
        (None, None, "AppID 和 AppSecret"),
        (Some("wx1"), None, "AppSecret"),
        (None, Some("s"), "AppID"),
        (Some("wx1"), Some(""), "AppSecret"),
        (Some(""), Some("s"), "AppID"),
    ] {
        let mut command = program();
        command.env_remove("WX_APPID").env_remove("WX_SECRET");
        for (name, value) in [("WX_APPID", appid), ("WX_SECRET", secret)] {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        let (code, message) = fail(command.args(["--unencrypted", "--listen", "127.0.0.1:0"]));
        assert_eq!(code, 1, "{message}");
        assert!(message.contains(&format!("缺少 {missing}")) && message.contains("WX_SECRET"), "{message}");
    }
}

#[test]
fn without_a_key_it_does_not_store_secrets_in_plain_text_unless_told_to() {
    let (code, message) = fail(program().args(["--listen", "127.0.0.1:0"]));
    assert_eq!(code, 1);
    assert!(message.contains("WAFER_DATA_KEYS") && message.contains("--unencrypted"), "{message}");
    let (code, message) = fail(program().env("WAFER_DATA_KEYS", "short").args(["--listen", "127.0.0.1:0"]));
    assert_eq!(code, 1);
    assert!(message.contains("openssl rand -hex 32") && !message.contains("short"), "{message}");
}

#[test]
fn file_environment_and_flags_are_read_in_this_order_and_check_shows_them_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("server.toml");
    let text = "login_rate = 7\nsession_ttl = 60\nmax_tunnels = 5\n\
                database = \"postgres://wafer:do-not-show@db/wafer\"\navatars = \"/avatars\"\n\
                [[apps]]\nappid = \"wx2\"\nsecret = \"do-not-show\"\n";
    std::fs::write(&file, text).expect("a file");
    let mut command = program();
    command.arg("--check").arg("--config").arg(&file).args(["--session-ttl", "90"]);
    command
        .env("WAFER_LOGIN_RATE", "8")
        .env("WAFER_SESSION_TTL", "80")
        .env("WAFER_PACKAGE", "another program's");
    command.env("WAFER_DATA_KEYS", "0123456789abcdef".repeat(4));
    let Output { status, stdout, stderr } = command.output().expect("it runs");
    let shown = String::from_utf8(stdout).expect("text");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    for line in ["max_tunnels = 5", "login_rate = 8", "session_ttl = 90", "appid = \"wx1\""] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert!(shown.contains("wx2") && shown.contains("postgres://db/wafer"), "{shown}");
    assert!(!shown.contains("do-not-show") && !shown.contains("0123456789abcdef"), "{shown}");
    // The output is a settings file like the one that was read; the secrets come from the environment.
    let file_again: String =
        shown.lines().filter(|line| !line.contains("已设置")).collect::<Vec<_>>().join("\n");
    std::fs::write(&file, file_again).expect("a file");
    let shown_again = checked(program().arg("--config").arg(&file));
    assert!(
        shown_again.contains("max_tunnels = 5") && shown_again.contains("session_ttl = 90"),
        "{shown_again}"
    );

    std::fs::write(&file, "login_rat = 7\n").expect("a file");
    let (code, message) = fail(program().arg("--check").arg("--config").arg(&file));
    assert_eq!(code, 1);
    assert!(message.contains("login_rat"), "{message}");
    let (code, message) = fail(program().args(["--check", "--config", "missing.toml"]));
    assert_eq!(code, 1);
    assert!(message.contains("missing.toml"), "{message}");
}

#[test]
fn settings_with_which_nobody_would_be_served_are_refused_before_it_starts() {
    for (variable, value) in [
        ("DATABASE_CONNECTIONS", "0"),
        ("WECHAT_TIMEOUT", "0"),
        ("WECHAT_CONCURRENCY", "0"),
        ("SESSION_TTL", "0"),
        ("SESSION_IDLE", "0"),
        ("MAX_CONNECTIONS", "0"),
        ("MAX_LOGINS", "0"),
        ("REQUEST_TIMEOUT", "0"),
        ("SILENCE_TIMEOUT", "0"),
        ("PUBLIC_URL", "example.com"),
        ("PUBLIC_URL", "wss://example.com"),
        ("WECHAT_API", "api.weixin.qq.com"),
        ("TRUSTED_PROXIES", "127.0.0.1/32,proxy"),
    ] {
        let mut command = program();
        command.args(["--unencrypted", "--check"]).env(format!("WAFER_{variable}"), value);
        let (code, message) = fail(&mut command);
        assert_eq!(code, 1, "{variable}={value}");
        assert!(message.to_lowercase().contains(&variable.to_lowercase()), "{variable}={value}: {message}");
    }
}

/// SQLite takes some of these for a file of another name or for none, and a misspelt `sslmode` would protect nothing.
#[test]
fn a_database_that_could_mean_two_things_is_refused() {
    let check = |database: &str| {
        let mut command = program();
        command.args(["--unencrypted", "--check", "--avatars", "a", "--database", database]);
        command.output().expect("it runs")
    };
    for database in ["file:s.sqlite", "sqlite://s.sqlite", ":memory:", "mysql://wafer:do-not-show@db/wafer"] {
        let refused = check(database);
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{database}");
        assert!(message.contains("database") && !message.contains("do-not-show"), "{database}: {message}");
    }
    for (parameters, named) in
        [("sslmode=require&ssl_mode=verify-full", "ssl_mode"), ("do-not-show@db/wafer", "…")]
    {
        let refused = check(&format!("postgres://wafer:p@db/wafer?{parameters}"));
        let message = String::from_utf8_lossy(&refused.stderr);
        assert_eq!(refused.status.code(), Some(1), "{parameters}");
        assert!(message.contains(named) && !message.contains("do-not-show"), "{parameters}: {message}");
    }
    for database in
        ["./file:s.sqlite", "C:\\s.sqlite", "postgres://db/wafer?sslmode=require&options%5Ba%5D=b"]
    {
        assert!(check(database).status.success(), "{database}");
    }
    let shown = check("postgres://wafer@db/wafer?password=do@not-show");
    assert!(!String::from_utf8_lossy(&shown.stdout).contains("not-show"));
}

/// As container files set those that they pass on.
#[test]
fn a_variable_that_is_set_to_nothing_is_as_if_it_were_not_set() {
    let mut command = program();
    for name in ["LISTEN", "DATABASE", "AVATARS", "LOGIN_RATE", "PUBLIC_URL", "APPS", "CONFIG", "APPID"] {
        command.env(format!("WAFER_{name}"), "");
    }
    let shown = checked(command.arg("--unencrypted"));
    for line in
        ["listen = \"127.0.0.1:8080\"", "login_rate = 600", "database = \"wafer-session-server.sqlite\""]
    {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    assert!(shown.contains("# avatars: 未设置"), "{shown}");
}

#[test]
fn each_flag_is_a_variable_as_well() {
    let shown = checked(
        program()
            .env_remove("WX_APPID")
            .env_remove("WX_SECRET")
            .env("WAFER_APPID", "wx9")
            .env("WAFER_SECRET", "12345678901234567890123456789012")
            .env("WAFER_PUBLIC_URL", "https://example.com/api")
            .env("WAFER_TRUSTED_PROXIES", "127.0.0.1/32, 10.0.0.0/8"),
    );
    for line in [
        "appid = \"wx9\"",
        "public_url = \"https://example.com/api\"",
        "trusted_proxies = [\"127.0.0.1/32\",\"10.0.0.0/8\"]",
    ] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    let shown = checked(program().env("WAFER_APPID", "wx9"));
    assert!(shown.contains("appid = \"wx1\""), "WX_APPID is what was documented first: {shown}");
}

#[test]
fn mistakes_in_starting_it_are_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("sessions.sqlite");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();

    let (code, message) =
        fail(program().arg("--unencrypted").arg("--database").arg(&database).args(["--listen", &address]));
    assert_eq!(code, 1);
    assert!(message.contains("无法监听") && message.contains(&address), "{message}");

    let nowhere = folder.path().join("missing").join("sessions.sqlite");
    let (code, message) = fail(
        program().arg("--unencrypted").arg("--database").arg(&nowhere).args(["--listen", "127.0.0.1:0"]),
    );
    assert_eq!(code, 1);
    assert!(message.contains("--database"), "{message}");

    let (code, message) = fail(program().arg("--unencrypted").arg("--database").arg(&database).args([
        "--listen",
        "127.0.0.1:0",
        "--static",
        "missing",
    ]));
    assert_eq!(code, 1);
    assert!(message.contains("--static"), "{message}");

    for wrong in [&["--protocol", "wafer3"][..], &["--session-ttl", "0"], &["--listen", "x"]] {
        let (code, message) = fail(program().args(wrong));
        assert_eq!(code, 2, "{wrong:?}");
        assert!(message.contains(wrong[0]), "{message}");
    }
}

/// A pool of connections tries again until its time is over, and does not tell why.
#[test]
fn a_postgres_that_cannot_be_reached_is_explained_by_its_cause() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = gone.local_addr().expect("an address");
    drop(gone);
    let database = format!("postgres://wafer:do-not-show@{address}/wafer");
    let arguments = ["--unencrypted", "--listen", "127.0.0.1:0", "--avatars", "a", "--database", &database];
    let (code, message) = fail(program().args(arguments));
    assert_eq!(code, 1);
    assert!(message.contains(&address.to_string()) && message.contains("Connection refused"), "{message}");
    assert!(!message.contains("do-not-show"), "{message}");
}

#[test]
fn help_never_shows_the_secret_of_the_environment() {
    let Output { status, stdout, .. } =
        program().env("WX_SECRET", "do-not-show").arg("--help").output().expect("it runs");
    assert!(status.success());
    let help = String::from_utf8(stdout).expect("text");
    assert!(help.contains("WX_SECRET") && !help.contains("do-not-show"));
}

fn deployed(file: &str) -> String {
    std::fs::read_to_string(format!("{}/deploy/{file}", env!("CARGO_MANIFEST_DIR"))).expect("the file")
}

/// The settings in force, as the program prints them.
fn checked(command: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        command.arg("--check").env("WAFER_DATA_KEYS", "a".repeat(64)).output().expect("it runs");
    assert!(status.success(), "{}", String::from_utf8_lossy(&stderr));
    String::from_utf8(stdout).expect("text")
}

#[test]
fn what_is_deployed_starts_the_program_with_settings_that_it_takes() {
    let unit = deployed("wafer-session-server.service");
    let line = unit.lines().find_map(|line| line.strip_prefix("ExecStart=")).expect("a command");
    let shown = checked(program().args(line.split(' ').skip(1)));
    assert!(shown.contains("database = \"/var/lib/wafer/sessions.sqlite\""), "{shown}");

    let image = deployed("Dockerfile");
    assert!(image.contains("ENTRYPOINT [\"wafer-session-server\"]"));
    let line = image.lines().find_map(|line| line.strip_prefix("ENV WAFER_")).expect("settings");
    let variables = line.split(' ').map(|pair| pair.trim_start_matches("WAFER_").split_once('='));
    let variables: Vec<_> = variables.map(|pair| pair.expect("a value")).collect();
    let shown =
        checked(program().envs(variables.iter().map(|(name, value)| (format!("WAFER_{name}"), value))));
    for (name, value) in variables {
        let set = format!("{} = \"{value}\"", name.to_lowercase());
        assert!(shown.lines().any(|shown| shown == set), "{set}: {shown}");
    }
}

const READMES: [&str; 2] = [include_str!("../../README.md"), include_str!("../../README.zh-CN.md")];

#[cfg(unix)]
#[test]
fn the_commands_of_the_readme_start_it_in_an_empty_folder() {
    const BUILT: &str = "target/production/wafer-session-server";
    for readme in READMES {
        let folder = tempfile::tempdir().expect("a folder");
        let blocks = readme.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
        let (mut variables, mut ran) = (Vec::new(), 0);
        for line in blocks.flat_map(str::lines) {
            let line = line.split(" #").next().unwrap_or(line).trim_end();
            if let Some(exported) = line.strip_prefix("export ") {
                let exported = exported.replace("$(openssl rand -hex 32)", &"a".repeat(64)).replace('…', "1");
                let pairs = exported.split(' ').map(|pair| pair.split_once('=').expect("a value"));
                variables.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
                continue;
            }
            let Some(arguments) = line.strip_prefix(BUILT) else {
                assert!(
                    line.starts_with("cargo build ") && line.contains(" --profile production "),
                    "{line}"
                );
                continue;
            };
            let mut command = program();
            command.current_dir(folder.path()).envs(variables.clone()).args(arguments.split_whitespace());
            if arguments.contains("--check") {
                assert!(command.output().expect("it runs").status.success(), "{line}");
            } else {
                let (mut child, url) = start(&mut command);
                let reply =
                    send(&agent(), "GET", &format!("{url}/health/ready"), &[], b"").expect("an answer");
                child.kill().expect("it is stopped");
                child.wait().expect("it ends");
                assert_eq!(reply.status, 200, "{line}: {}", reply.text());
            }
            ran += 1;
        }
        assert_eq!(ran, 3);
    }
}

#[test]
fn the_readme_names_every_setting_with_its_default() {
    let shown = checked(program().arg("--unencrypted").args(["--database", "wafer-session-server.sqlite"]));
    for readme in READMES {
        let rows = || readme.lines().filter(|line| line.starts_with("| `"));
        for line in shown.lines() {
            let (name, value) = line.split_once(" = ").or_else(|| line.split_once(": ")).expect("a setting");
            let name = name.trim_start_matches("# ");
            let row = rows()
                .find(|row| row.contains(&format!("`{name}`")) || row.contains(&format!("`[[{name}]]`")));
            let row = row.unwrap_or_else(|| panic!("{name} is missing"));
            let secret = ["appid", "secret", "data_keys", "unencrypted"].contains(&name);
            let spelled = value.trim_matches('"').trim_start_matches("https://");
            let has_default = !secret && !value.starts_with('[') && !value.contains("未设置");
            assert!(!has_default || row.contains(spelled), "{name} = {value}: {row}");
        }
    }
}

#[test]
fn an_image_is_made_with_the_toolchain_that_is_pinned() {
    let pinned = include_str!("../../../rust-toolchain.toml");
    let channel = pinned.lines().find_map(|line| line.strip_prefix("channel = ")).expect("a channel");
    let channel = channel.trim_matches('"');
    let (image, version) = (deployed("Dockerfile"), channel.rsplit_once('.').expect("a version").0);
    assert!(image.contains(&format!("FROM rust:{version}-bookworm AS build")), "{channel}");
    assert!(image.contains(&format!("ENV RUSTUP_TOOLCHAIN={channel}\n")), "{channel}");
}

/// Lets systemd analyze the unit; the program of this test run stands in the place of the installed one.
#[cfg(target_os = "linux")]
fn analyzed(arguments: &[&str]) -> Option<Output> {
    let unit = deployed("wafer-session-server.service");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("wafer-session-server.service");
    let program = env!("CARGO_BIN_EXE_wafer-session-server");
    std::fs::write(&file, unit.replace("/usr/local/bin/wafer-session-server", program)).expect("a file");
    Command::new("systemd-analyze").args(arguments).arg(&file).output().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn systemd_understands_every_word_of_the_unit_and_finds_it_well_shut_in() {
    // systemd rates, out of a hundred points, what a service could do to its machine.
    const MOST_EXPOSED: &str = "--threshold=17";
    let Some(verified) = analyzed(&["verify", "--man=no"]) else {
        eprintln!("systemd-analyze is not installed: the unit is not tested here");
        return;
    };
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("wafer-session-server"), "{said}");
    let security = analyzed(&["security", "--offline=true", MOST_EXPOSED]).expect("it runs");
    assert!(security.status.success(), "{}", String::from_utf8_lossy(&security.stdout));
}

#[cfg(unix)]
#[test]
fn more_connections_than_a_shell_lets_a_program_open_leave_room_for_logins() {
    let api = crate::wechat_api::Api::start();
    let folder = tempfile::tempdir().expect("a folder");
    let program = env!("CARGO_BIN_EXE_wafer-session-server");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -Sn 64; exec {program} \"$@\""), "sh"]);
    command
        .args(["--unencrypted", "--wechat-api", &api.url, "--database"])
        .arg(folder.path().join("s.sqlite"));
    // Longer than the test takes, so that no connection ends by itself.
    command
        .env("WAFER_SILENCE_TIMEOUT", "3600")
        .env("WX_APPID", "wx1")
        .env("WX_SECRET", "s")
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let (mut child, url) = start(&mut command);
    let address = url.trim_start_matches("http://");
    let idle: Vec<_> =
        (0..100).map(|_| std::net::TcpStream::connect(address).expect("a connection")).collect();
    let reply = send(&agent(), "GET", &format!("{url}/login"), &[("X-WX-Code", "anna-files")], b"");
    crate::server::session_of(&reply.expect("an answer"));
    drop(idle);
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
}

#[cfg(unix)]
#[test]
fn killed_in_the_middle_of_a_hundred_logins_it_loses_no_session_that_a_client_was_given() {
    let api = crate::wechat_api::Api::start();
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("s.sqlite");
    let command = || {
        let mut command = program();
        command.args([
            "--unencrypted",
            "--sessions-per-user",
            "many",
            "--wechat-api",
            &api.url,
            "--database",
        ]);
        command.arg(&database).stderr(Stdio::null());
        command
    };
    let (child, url) = start(&mut command());
    let (child, done) = (std::sync::Mutex::new(child), std::sync::atomic::AtomicUsize::new(0));
    let sessions: Vec<_> = std::thread::scope(|scope| {
        let logins: Vec<_> = (0..100)
            .map(|_| {
                scope.spawn(|| {
                    let code = crate::server::fresh_code("anna");
                    let url = format!("{url}/login");
                    let reply = send(&agent(), "GET", &url, &[("X-WX-Code", &code)], b"").ok();
                    if done.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 20 {
                        child.lock().expect("the child").kill().expect("it is killed");
                    }
                    reply.map(|reply| crate::server::session_of(&reply))
                })
            })
            .collect();
        logins.into_iter().filter_map(|login| login.join().expect("no panic")).collect()
    });
    child.lock().expect("the child").wait().expect("it is dead");
    assert!(sessions.len() >= 20, "{} sessions were given", sessions.len());
    let (mut child, url) = start(&mut command());
    for session in &sessions {
        let reply =
            send(&agent(), "GET", &format!("{url}/user"), &session.headers(), b"").expect("an answer");
        assert!(reply.json()["data"].is_object(), "a session that a client was given is lost");
    }
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    assert_eq!(integrity_of(&database), "ok");
}

fn integrity_of(database: &std::path::Path) -> String {
    let connection = rusqlite::Connection::open(database).expect("the database");
    connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("an answer")
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_logins_are_refused_sessions_go_on_and_nothing_is_broken() {
    let api = crate::wechat_api::Api::start();
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("s.sqlite");
    // A limit on the size of files stands for a full disk, as in the test of uploads below; here it is 512 kB.
    let server = |shell: &str| {
        let mut command = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_wafer-session-server");
        command.args(["-c", &format!("{shell} exec {program} \"$@\""), "sh"]);
        command.args(["--unencrypted", "--login-rate", "0", "--sessions-per-user", "many"]);
        command.args(["--wechat-api", &api.url, "--database"]).arg(&database);
        command.env("WX_APPID", "wx1").env("WX_SECRET", "s").stdout(Stdio::piped()).stderr(Stdio::null());
        start(&mut command)
    };
    let (mut child, url) = server("trap '' XFSZ; ulimit -f 1024;");
    let log_in = |url: &str| {
        let code = crate::server::fresh_code("anna");
        send(&agent(), "GET", &format!("{url}/login"), &[("X-WX-Code", &code)], b"").expect("an answer")
    };
    let live = |url: &str, session: &crate::server::Session| {
        let reply =
            send(&agent(), "GET", &format!("{url}/user"), &session.headers(), b"").expect("an answer");
        reply.json()["data"].is_object()
    };
    let mut sessions = Vec::new();
    let refused = loop {
        let reply = log_in(&url);
        if !reply.json()["session"].is_object() {
            break reply;
        }
        sessions.push(crate::server::session_of(&reply));
    };
    refused.assert_session_refusal("ERR_LOGIN_FAILED");
    assert!(sessions.iter().all(|session| live(&url, session)), "who is logged in notices nothing");
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    let (mut child, url) = server("");
    sessions.push(crate::server::session_of(&log_in(&url)));
    assert!(sessions.iter().all(|session| live(&url, session)), "with room again, all are there");
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    assert_eq!(integrity_of(&database), "ok");
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_half_a_backup_is_not_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let (database, copy) = (folder.path().join("s.sqlite"), folder.path().join("copy.sqlite"));
    let (mut child, _url) = start(program().arg("--unencrypted").arg("--database").arg(&database));
    // A limit on the size of files stands for a full disk, as in the tests above and below; here it is 16 kB.
    let back_up = |shell: &str| {
        let mut command = Command::new("sh");
        let program = env!("CARGO_BIN_EXE_wafer-session-server");
        command.args(["-c", &format!("{shell} exec {program} \"$@\""), "sh", "--unencrypted", "--database"]);
        command.arg(&database).arg("backup").arg(&copy).output().expect("it runs")
    };
    let failed = back_up("trap '' XFSZ; ulimit -f 32;");
    assert_eq!(failed.status.code(), Some(1), "{}", String::from_utf8_lossy(&failed.stderr));
    assert!(!copy.exists(), "it would pass for a backup");
    assert!(back_up("").status.success(), "with room again, the same name can be used");
    assert_eq!(integrity_of(&copy), "ok");
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
}

#[test]
fn a_file_that_is_no_database_is_named_and_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("s.sqlite");
    let text = "not a database, but somebody's only copy of something ".repeat(100);
    std::fs::write(&database, &text).expect("a file");
    let before = std::fs::metadata(&database).expect("the file");
    let mut command = program();
    command.args(["--listen", "127.0.0.1:0", "--unencrypted", "--database"]).arg(&database);
    let (code, message) = fail(&mut command);
    assert_eq!(code, 1);
    assert!(message.contains("无法使用数据库") && message.contains("s.sqlite"), "{message}");
    assert!(message.contains("not an SQLite database"), "{message}");
    assert_eq!(std::fs::read_to_string(&database).expect("the file"), text);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&before.permissions());
        let after = std::fs::metadata(&database).expect("the file").permissions();
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&after), mode, "others may still read it");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_disk_an_upload_is_refused_and_leaves_nothing_behind() {
    let api = crate::wechat_api::Api::start();
    let folder = tempfile::tempdir().expect("a folder");
    // No file may grow beyond 768 kB. The signal for that is ignored, so that writes fail as on a full disk.
    let program = env!("CARGO_BIN_EXE_wafer-session-server");
    let mut command = Command::new("sh");
    command.args(["-c", &format!("trap '' XFSZ; ulimit -f 1536; exec {program} \"$@\""), "sh"]);
    command
        .args(["--unencrypted", "--wechat-api", &api.url, "--database"])
        .arg(folder.path().join("s.sqlite"));
    command.env("WX_APPID", "wx1").env("WX_SECRET", "s").stdout(Stdio::piped()).stderr(Stdio::piped());
    let (mut child, url) = start(&mut command);
    let log_in = send(&agent(), "GET", &format!("{url}/login"), &[("X-WX-Code", "anna-disk")], b"");
    let session = crate::server::session_of(&log_in.expect("an answer"));
    let upload = |bytes: usize| {
        let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
        picture.resize(bytes, 0);
        let form = [
            b"--b\r\nContent-Disposition: form-data; name=\"avatar\"\r\n\r\n",
            &picture[..],
            b"\r\n--b--\r\n",
        ];
        let headers = [session.headers(), vec![("Content-Type", "multipart/form-data; boundary=b")]].concat();
        send(&agent(), "POST", &format!("{url}/avatar"), &headers, &form.concat()).expect("an answer")
    };
    let refused = upload(1_500_000);
    assert_eq!((refused.status, &refused.json()["error"]), (507, &serde_json::json!("ERR_STORAGE_FULL")));
    let avatars = folder.path().join("s.sqlite.avatars");
    assert_eq!(std::fs::read_dir(&avatars).expect("the folder").count(), 0);
    assert_eq!(upload(1000).status, 200);
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
}
