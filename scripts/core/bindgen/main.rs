//! `core-bindgen MODULE OUT`: what `wasm-bindgen --target=bundler --out-name=core --out-dir=OUT MODULE` does.
//!
//! The command-line tool as published comes with a test runner and an HTTP server, which take minutes to compile.

use std::env::args;
use std::process::exit;

use wasm_bindgen_cli_support::Bindgen;

fn main() {
    let [module, out] = args().skip(1).collect::<Vec<_>>().try_into().unwrap_or_else(|_| {
        eprintln!("usage: core-bindgen MODULE OUT");
        exit(2)
    });
    let mut bindgen = Bindgen::new();
    let generated = bindgen
        .bundler(true)
        .and_then(|bindgen| bindgen.input_path(module).out_name("core").typescript(true).generate(out));
    if let Err(error) = generated {
        eprintln!("core-bindgen: {error:?}");
        exit(1);
    }
}
