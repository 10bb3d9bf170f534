//! The program: the line that it prints, its end, and what it refuses to do.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Output, Stdio};

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wafer-simulator"));
    command.env_remove("WX_APPID").env_remove("WX_SECRET").stdout(Stdio::piped()).stderr(Stdio::piped());
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
    let agent =
        ureq::Agent::new_with_config(ureq::Agent::config_builder().http_status_as_error(false).build());
    let mut response = agent.post(url).content_type("application/json").send("").expect("an answer");
    (response.status().as_u16(), response.body_mut().read_to_string().expect("text"))
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
fn it_simulates_on_this_machine_only_and_wants_no_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("sessions.sqlite");
    for (arguments, reason) in [
        (&["--listen", "0.0.0.0:0"][..], "只能在本机使用"),
        (&["--listen", "[::]:0"], "只能在本机使用"),
        (&["--listen", "127.0.0.1:0", "--appid", "wx1", "--secret", "s"], "不需要 AppSecret"),
        (&["--listen", "127.0.0.1:0", "--static", "missing"], "--static"),
    ] {
        let Output { status, stderr, .. } =
            program().arg("--database").arg(&database).args(arguments).output().expect("it runs");
        let message = String::from_utf8(stderr).expect("text");
        assert_eq!(status.code(), Some(1), "{message}");
        assert!(message.contains(reason), "{message}");
    }
}
