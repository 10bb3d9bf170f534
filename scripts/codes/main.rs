//! `make codes`: writes what is generated of the numbers and texts that src/ declares. tests/tables fails while the
//! files are not current.

mod print;

use std::fs;
use std::io;

const README: &str = "pkg-template/README.md";

fn main() -> io::Result<()> {
    fs::write("js/codes.ts", print::numbers())?;
    fs::write("js/error-codes.ts", print::error_codes())?;
    let document = fs::read_to_string(README)?;
    let current = print::with_error_table(&document)
        .ok_or_else(|| io::Error::other(format!("{README} has no place for the table of errors")))?;
    fs::write(README, current)
}
