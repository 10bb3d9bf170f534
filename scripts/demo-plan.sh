#!/usr/bin/env bash
# Says what `make demo` is about to build and how long that takes, where it has not been built yet.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

missing=()
is_chinese=
case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in zh*) is_chinese=1 ;; esac
# note FILE ENGLISH CHINESE
note() {
  [ -e "$1" ] && return
  if [ -n "$is_chinese" ]; then missing+=("$3"); else missing+=("$2"); fi
}

note node_modules 'npm packages' 'npm 包'
note build/core 'the core in WebAssembly' 'WebAssembly 内核'
note "${CARGO_TARGET_DIR:-target}/debug/wafer-simulator" 'the session server' '会话服务器'
[ ${#missing[@]} -gt 0 ] || exit 0

list=$(printf '%s, ' "${missing[@]}")
if [ -n "$is_chinese" ]; then
  printf '第一次要构建：%s。两个核心的机器上大约五分钟，之后只要几秒。\n' "${list%, }"
else
  printf 'To be built the first time: %s.\n' "${list%, }" | fold -s -w 80
  printf 'That takes some five minutes on two cores; later runs take seconds.\n'
fi
