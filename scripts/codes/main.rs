//! `make codes`: writes what is generated of the numbers and texts that src/ declares. tests/tables fails while the
//! files are not current.

mod print;

use std::fs;
use std::io;

fn main() -> io::Result<()> {
    fs::write("js/codes.ts", print::numbers())?;
    fs::write("js/error-codes.ts", print::error_codes())?;
    for (path, current) in print::DOCUMENTS {
        let document = fs::read_to_string(path)?;
        let current = current(&document)
            .ok_or_else(|| io::Error::other(format!("{path} has no place for the table of errors")))?;
        fs::write(path, current)?;
    }
    Ok(())
}
