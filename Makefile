# The commands of this repository. Each does its own set-up (scripts/setup.sh) and rebuilds only what changed.
#
#   make demo     the demo: scenario as a timeline, then a page on 127.0.0.1 (ONCE=1: end after the scenario)
#   make test     every test
#   make toolchains  the package in Taro, uni-app, mpx and native projects, built and run
#   make mutants  breaks the core on purpose and sees the tests notice
#   make pkg      the npm package, in pkg/, with its size report
#   make bench    benchmarks, side by side with other packages
#   make codes    writes what is generated of the numbers and error texts in src/ (js/codes.ts and more)
#   make lint     formatting, clippy, types; make fmt formats
#   make clean    removes what was built, not what was set up

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := pkg
.DELETE_ON_ERROR:
# Set-up comes before everything else, which only the order of prerequisites says.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

export PATH := $(CURDIR)/.tools/bin:$(PATH)

CORE_SOURCES := Cargo.toml Cargo.lock rust-toolchain.toml $(shell find src -name '*.rs') \
  scripts/build-core.mjs scripts/project.mjs $(wildcard scripts/core/*.mjs) $(wildcard scripts/core/bindgen/*) package-lock.json
PACKAGE_SOURCES := tsconfig.json LICENSE $(shell find js pkg-template -type f) \
  scripts/build-package.mjs $(wildcard scripts/package/*.mjs)
PRETTIER := prettier --log-level warn

.PHONY: demo test toolchains mutants page pkg bench codes lint fmt server simulator core clean \
  setup-package setup-bench setup-rust setup-all demo-plan

demo: demo-plan setup-package page simulator
	node scripts/demo.mjs $(if $(ONCE),--once)

test: setup-all
	scripts/test.sh

# Builds and runs projects of the toolchains that mini-programs are made with; the first time it installs them.
toolchains: setup-package pkg simulator
	node --test --test-concurrency=1 tests/toolchains/*.check.mjs

# Breaks the core in every way that a guarantee forbids and sees the tests notice; a few minutes.
mutants: setup-rust
	node tests/mutations/run.mjs

# The demo mini-program with the package built into it, for WeChat DevTools and as a page for browsers.
page: setup-package pkg/package.json
	node scripts/build-demo.mjs

pkg: setup-package pkg/package.json
	node scripts/size-report.mjs

bench: setup-bench pkg
	node benches/run.mjs
	node benches/server/run.mjs

core: setup-package build/core/names.json

# What production runs, and what the demo and the tests start.
server: setup-rust
	cargo build --package wafer-session-server --package wafer-simulator

simulator: setup-rust
	cargo build --package wafer-simulator

# What src/ declares once and JS, its typings and the package's README need too; tests/tables fails while it is not current.
codes: setup-rust
	cargo run --quiet --example codes

lint: setup-package core
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo clippy --package wafer-client-wasm --all-targets --target wasm32-unknown-unknown --quiet -- --deny warnings
	npx $(PRETTIER) --check .
	npx tsc --noEmit --project .

fmt: setup-package
	cargo fmt --all
	npx $(PRETTIER) --write .

clean:
	rm -rf build pkg target

build/core/names.json: $(CORE_SOURCES)
	node scripts/build-core.mjs

pkg/package.json: build/core/names.json $(PACKAGE_SOURCES)
	node scripts/build-package.mjs

demo-plan:
	@scripts/demo-plan.sh

setup-rust:
	@scripts/setup.sh base rust

setup-package:
	@scripts/setup.sh base node rust

setup-bench: setup-package
	@scripts/setup.sh browser services valgrind wrk

setup-all:
	@scripts/setup.sh
