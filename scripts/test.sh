#!/usr/bin/env bash
# Every test there is, in sections; the first that fails ends the run. `make test` has done the set-up.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

passed=()
current=
summary() {
  local status=$?
  printf '\n'
  if [ $status -eq 0 ]; then
    printf 'make test: all sections passed: %s\n' "$(list "${passed[@]}")"
  else
    printf 'make test: FAILED in "%s"; passed before: %s\n' "$current" "$(list "${passed[@]:-none}")"
  fi
}
list() {
  local joined
  joined=$(printf '%s, ' "$@")
  printf '%s' "${joined%, }"
}
trap summary EXIT

# section NAME COMMAND...
section() {
  current=$1
  shift
  printf '\n=== %s ===\n' "$current"
  "$@"
  passed+=("$current")
}

javascript_tests() {
  local files
  mapfile -t files < <(find tests miniprogram-demo benches -name node_modules -prune -o -name '*.test.mjs' -print 2>/dev/null | LC_ALL=C sort)
  node --test "${files[@]}"
}

section 'lint' make --no-print-directory lint
section 'Rust, native' cargo test --workspace --quiet
# A busy machine takes its time to start a browser; a test that hangs ends the run all the same.
export WASM_BINDGEN_TEST_TIMEOUT=300
section 'Rust, in Chromium' wasm-pack test --mode no-install --headless --chrome \
  --chromedriver "$(command -v chromedriver)"
section 'package' make --no-print-directory pkg
section 'demo page' make --no-print-directory page
section 'session server' make --no-print-directory server
section 'JavaScript' javascript_tests
