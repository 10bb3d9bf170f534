//! The program: its line, its stop, its mistakes.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wafer-session-server"));
    command.env_remove("WX_APPID").env_remove("WX_SECRET").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Starts the program and answers it with the address in its first line.
fn start(command: &mut Command) -> (Child, String) {
    let mut child = command.args(["--listen", "127.0.0.1:0"]).spawn().expect("it starts");
    let mut line = String::new();
    let mut stdout = BufReader::new(child.stdout.take().expect("its output"));
    stdout.read_line(&mut line).expect("a line");
    let url = line.strip_prefix("listening on ").unwrap_or_else(|| panic!("{line}")).trim_end().to_owned();
    (child, url)
}

fn fetch(url: &str) -> (u16, String) {
    let agent =
        ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let mut response = agent.post(url).send_empty().expect("an answer");
    (response.status().as_u16(), response.body_mut().read_to_string().expect("text"))
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
        let (mut child, url) = start(program().arg("--database").arg(folder.path().join("sessions.sqlite")));
        let (status, body) = fetch(&format!("{url}/dev/code"));
        assert_eq!(status, 200);
        let code = serde_json::from_str::<serde_json::Value>(&body).expect("JSON")["code"].clone();

        let kill = Command::new("sh")
            .args(["-c", &format!("kill {signal} {}", child.id())])
            .status()
            .expect("kill runs");
        assert!(kill.success());
        assert_eq!(child.wait().expect("it ends").code(), Some(0), "{signal}");
        let mut log = String::new();
        child.stderr.take().expect("its log").read_to_string(&mut log).expect("text");
        assert!(log.contains("/dev/code") && !log.contains(code.as_str().expect("a code")), "{log}");
    }
}

#[test]
fn appid_and_secret_switch_development_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = program();
    command.arg("--database").arg(folder.path().join("sessions.sqlite"));
    let (mut child, url) = start(command.env("WX_APPID", "wx1").env("WX_SECRET", "s"));
    let (status, _) = fetch(&format!("{url}/dev/code"));
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    assert_eq!(status, 404);
}

#[test]
fn mistakes_in_starting_it_are_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("sessions.sqlite");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();

    let (code, message) = fail(program().arg("--database").arg(&database).args(["--listen", &address]));
    assert_eq!(code, 1);
    assert!(message.contains("无法监听") && message.contains(&address), "{message}");

    let nowhere = folder.path().join("missing").join("sessions.sqlite");
    let (code, message) = fail(program().arg("--database").arg(&nowhere).args(["--listen", "127.0.0.1:0"]));
    assert_eq!(code, 1);
    assert!(message.contains("--database"), "{message}");

    let (code, message) = fail(program().arg("--database").arg(&database).args([
        "--listen",
        "127.0.0.1:0",
        "--static",
        "missing",
    ]));
    assert_eq!(code, 1);
    assert!(message.contains("--static"), "{message}");

    for wrong in
        [&["--secret", "s"][..], &["--protocol", "wafer3"], &["--session-ttl", "0"], &["--listen", "x"]]
    {
        let (code, message) = fail(program().args(wrong));
        assert_eq!(code, 2, "{wrong:?}");
        assert!(message.contains(wrong[0]) || message.contains("--appid"), "{message}");
    }
}

#[test]
fn help_never_shows_the_secret_of_the_environment() {
    let Output { status, stdout, .. } =
        program().env("WX_SECRET", "do-not-show").arg("--help").output().expect("it runs");
    assert!(status.success());
    let help = String::from_utf8(stdout).expect("text");
    assert!(help.contains("WX_SECRET") && !help.contains("do-not-show"));
}
