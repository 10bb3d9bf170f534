//! What is right, by the `url` crate and plain words: slow, whole, and written without looking at the core.

use url::Url;

/// Scheme, host and port as the WHATWG parser reads them; `None` if it refuses the URL.
pub fn origin(url: &str) -> Option<(String, String, u16)> {
    let url = Url::parse(url).ok()?;
    Some((url.scheme().to_owned(), url.host_str()?.to_owned(), url.port_or_known_default()?))
}

/// The path that the WHATWG parser sends, as a server might read it: everything decoded, slashes of all kinds alike,
/// nothing empty, no dots, no white space or control characters.
pub fn path(url: &str) -> Vec<Vec<u8>> {
    let sent = Url::parse(url).expect("a URL");
    let mut segments = Vec::new();
    for segment in decoded(sent.path()).split(|byte| matches!(byte, b'/' | b'\\')) {
        match segment {
            b"" | b"." => {}
            b".." => drop(segments.pop()),
            name => segments.push(name.to_vec()),
        }
    }
    segments
}

/// The query that the WHATWG parser sends, decoded; empty if there is none.
pub fn query(url: &str) -> Vec<u8> {
    decoded(Url::parse(url).expect("a URL").query().unwrap_or_default())
}

/// Percent signs decoded until none is left that could be, without white space and control characters.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    loop {
        bytes.retain(|byte| *byte > b' ');
        let decoded: Vec<u8> = percent_decoded(&bytes);
        if decoded == bytes {
            return bytes;
        }
        bytes = decoded;
    }
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    match bytes {
        [b'%', high, low, rest @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            let digits = [*high, *low];
            let digits = str::from_utf8(&digits).expect("ASCII");
            let mut decoded = vec![u8::from_str_radix(digits, 16).expect("two digits")];
            decoded.extend(percent_decoded(rest));
            decoded
        }
        [first, rest @ ..] => [vec![*first], percent_decoded(rest)].concat(),
        [] => Vec::new(),
    }
}
