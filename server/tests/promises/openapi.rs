//! openapi.json says what the server serves, no more and no less.

use crate::server::both_started;
use serde_json::Value;
use std::collections::BTreeSet;
use wafer_session_server::http::router;

const METHODS: [&str; 4] = ["GET", "POST", "PUT", "DELETE"];

#[test]
fn the_description_names_every_path_and_method_that_is_served_and_no_other() {
    let (_api, server) = both_started();
    let text =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json")).expect("the file");
    let description: Value = serde_json::from_str(&text).expect("JSON");
    let described = description["paths"].as_object().expect("paths");
    let served: BTreeSet<&str> = router::paths(server.running().app()).into_iter().collect();
    assert_eq!(described.keys().map(String::as_str).collect::<BTreeSet<_>>(), served);
    for (path, operations) in described {
        for method in METHODS {
            let url = path.replace("{id}", "unknown").replace("{name}", "unknown");
            let is_served = server.send(method, &url, &[], b"").status != 405;
            let is_described = operations.get(method.to_lowercase()).is_some();
            assert_eq!(is_served, is_described, "{method} {path}");
        }
    }
}
