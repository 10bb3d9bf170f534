#!/usr/bin/env bash
# `make help`: each command of the Makefile that says behind two hashes what it does.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
sed -nE 's/^([a-z-]+):[^#]*## (.*)$/\1\t\2/p' Makefile | while IFS=$'\t' read -r command text; do
  printf 'make %-12s %s\n' "$command" "$text"
done
