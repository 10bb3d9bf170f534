#!/usr/bin/env bash
# Installs what the other commands need, each part only if it is missing:
#
#   scripts/setup.sh [base] [node] [rust] [tools] [deny] [browser] [services] [valgrind] [wrk] [mariadb]      (default: all but the last two)
#
#   base     make and a C compiler (Debian packages)
#   node     node_modules (npm), while the other parts go on
#   rust     the toolchain of rust-toolchain.toml with std's source and the wasm target (rustup)
#   tools    wasm-pack and wasm-bindgen's test runner into .tools/bin (cargo), for the tests in Chromium alone
#   deny     cargo-deny into .tools/bin (cargo), which checks the crates that the project depends on
#   browser  Chromium, its driver, a Chinese font and JavaScriptCore's shell (Debian packages), for tests and
#            benchmarks
#   services nginx, PostgreSQL, Python, Go and systemd's tools (Debian packages), for the tests of the session server and
#            its recipes
#   wrk      loads the session server, for its benchmark (Debian package)
#   mariadb  database of a server that is measured beside it (Debian packages)
#   valgrind counts instructions, for benchmarks (Debian package); its absence stops nothing: not every system has it
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly WASM_PACK_VERSION=0.15.1
readonly CARGO_DENY_VERSION=0.20.2
readonly NODE_MAJOR=20

say() { printf '==> %s\n' "$*"; }
give_up() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

# The crate's own pin: the command-line tool must have exactly the library's version.
wasm_bindgen_version() { sed -n 's/^wasm-bindgen = .*"=\([0-9.]*\)".*/\1/p' Cargo.toml | head -n 1; }
toolchain() { sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml; }

# debian_packages COMMAND PACKAGE ...: installs the package of each command that is missing.
debian_packages() {
  local packages=()
  local commands=()
  while [ $# -gt 0 ]; do
    if ! has "$1"; then
      commands+=("$1")
      packages+=("$2")
    fi
    shift 2
  done
  [ ${#packages[@]} -gt 0 ] || return 0
  has apt-get || give_up "missing: ${commands[*]}" \
    "on Debian: apt-get install ${packages[*]}; elsewhere, install them and put them into PATH"
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    has sudo || give_up "missing: ${commands[*]}" "run as root: apt-get install ${packages[*]}"
    as_root=(sudo)
  fi
  say "installing ${packages[*]}"
  "${as_root[@]}" apt-get update -q
  # RUNLEVEL: the packages' own services stay off; tests start what they need themselves.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -q -y --no-install-recommends "${packages[@]}"
}

setup_base() { debian_packages make make cc gcc ld binutils; }

setup_rust() {
  has rustup || give_up "rustup is missing: see https://rustup.rs"
  local channel sysroot
  channel=$(toolchain)
  if sysroot=$(rustc "+$channel" --print sysroot 2>/dev/null) &&
    [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown" ] &&
    [ -d "$sysroot/lib/rustlib/src/rust/library" ] &&
    [ -x "$sysroot/bin/cargo-clippy" ] && [ -x "$sysroot/bin/rustfmt" ]; then
    return
  fi
  say "installing Rust $channel with std's source and the wasm target"
  rustup toolchain install "$channel" --profile minimal --no-self-update
  rustup "+$channel" target add wasm32-unknown-unknown
  rustup "+$channel" component add rust-src rustfmt clippy
}

setup_tools() {
  setup_base
  setup_rust
  local wanted
  wanted=$(wasm_bindgen_version)
  [ -n "$wanted" ] || give_up "Cargo.toml does not pin wasm-bindgen"
  cargo_tool wasm-bindgen wasm-bindgen-cli "$wanted"
  cargo_tool wasm-pack wasm-pack "$WASM_PACK_VERSION"
  rm -rf .tools/target
}

setup_deny() {
  setup_base
  setup_rust
  cargo_tool cargo-deny cargo-deny "$CARGO_DENY_VERSION"
  rm -rf .tools/target
}

# cargo_tool COMMAND CRATE VERSION. Speed of the tools does not matter, speed of their build does.
cargo_tool() {
  local installed
  installed=$(".tools/bin/$1" --version 2>/dev/null || true)
  [ "$installed" != "$1 $3" ] || return 0
  say "building $2 $3 into .tools"
  CARGO_TARGET_DIR=.tools/target CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
    CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 RUSTFLAGS='' \
    cargo install "$2" --version "=$3" --root .tools --force
}

setup_node() {
  local major
  has node || give_up "Node.js $NODE_MAJOR or later is missing: see https://nodejs.org"
  major=$(node -p 'parseInt(process.versions.node)')
  [ "$major" -ge "$NODE_MAJOR" ] || give_up "Node.js $NODE_MAJOR or later is needed, this is $(node --version)"
  node scripts/setup/node-modules-current.mjs && return
  say "installing node_modules"
  # No package here needs its install script: the native ones ship prebuilt as optional dependencies.
  npm ci --ignore-scripts --no-audit --no-fund
}

can_install() { has apt-get && { [ "$(id -u)" -eq 0 ] || has sudo; }; }
has_chinese_font() { has fc-list && [ -n "$(fc-list :lang=zh)" ]; }

setup_browser() {
  local font=()
  # Without such a font Chromium draws boxes. It is no command, and not worth giving up for.
  if can_install && ! has_chinese_font; then font=(fc-list fontconfig a-chinese-font fonts-noto-cjk); fi
  debian_packages chromium chromium chromedriver chromium-driver jsc libjavascriptcoregtk-4.0-bin "${font[@]}"
}

# Debian keeps PostgreSQL's programs out of PATH.
setup_services() {
  debian_packages nginx nginx python3 python3
  # Only one recipe is in Go, and on other systems it is a large thing to ask for.
  has go || { can_install && (debian_packages go golang-go); } || say "Go could not be installed: its recipe is not tested here"
  # Where there is no systemd, its unit is of no use either.
  has systemd-analyze || { can_install && (debian_packages systemd-analyze systemd); } || say "systemd could not be installed: its unit is not tested here"
  if has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then return; fi
  debian_packages initdb postgresql
}

setup_wrk() { debian_packages wrk wrk; }
setup_mariadb() { debian_packages mariadbd mariadb-server-core mariadb mariadb-client-core; }

setup_valgrind() {
  has valgrind || { can_install && (debian_packages valgrind valgrind); } ||
    say "valgrind could not be installed: the benchmarks count no instructions here"
}

[ $# -gt 0 ] || set -- base node rust tools deny browser services valgrind
node_pid=
for part in "$@"; do
  case $part in
    # npm waits for the network, the others compute.
    node) setup_node & node_pid=$! ;;
    base | rust | tools | deny | browser | services | valgrind | wrk | mariadb) "setup_$part" ;;
    *) give_up "unknown part '$part'" ;;
  esac
done
[ -z "$node_pid" ] || wait "$node_pid"
