# The commands of this repository. Each does its own set-up (scripts/setup.sh) and rebuilds only what changed.
# `make help` lists them: it prints what stands behind two hashes.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := pkg
.DELETE_ON_ERROR:
# Set-up comes before everything else, which only the order of prerequisites says.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

export PATH := $(CURDIR)/.tools/bin:$(PATH)

CORE_SOURCES := Cargo.toml Cargo.lock rust-toolchain.toml $(shell find src -name '*.rs') \
  scripts/build-core.mjs scripts/project.mjs $(wildcard scripts/core/*.mjs scripts/shrink/*.mjs) $(wildcard scripts/core/bindgen/*) package-lock.json
PACKAGE_SOURCES := tsconfig.json LICENSE $(shell find js pkg-template fake-wx -type f) \
  scripts/build-package.mjs $(wildcard scripts/package/*.mjs scripts/shrink/*.mjs)
SEED_OF_NOW := $(shell date +%s)
PRETTIER := prettier --log-level warn

.PHONY: help demo test toolchains mutants page pkg bench day explore soak fuzz supply-chain phases codes api release-check changelog-hash lint fmt \
  server simulator core clean \
  setup-package setup-bench setup-rust setup-all demo-plan

help: ## this list
	@scripts/help.sh

demo: demo-plan setup-package page simulator ## the demo: scenario as a timeline, then a page on 127.0.0.1 (ONCE=1: end after the scenario)
	node scripts/demo.mjs $(if $(ONCE),--once)

test: setup-all ## every test, a line a suite (ONLY='lint jsc': suites and files whose names hold one of the words)
	ONLY='$(ONLY)' node scripts/test.mjs

toolchains: setup-package pkg simulator ## the package in Taro, uni-app, mpx and native projects: installed the first time, built and run
	node --test --test-concurrency=1 tests/toolchains/*.check.mjs

mutants: setup-package pkg/package.json ## breaks the core, js/ and the testing kit in every way that a promise forbids and sees the tests notice; takes long
	node tests/mutations/run.mjs

page: setup-package pkg/package.json ## the demo with the package built into it, for WeChat DevTools and as a page for browsers
	node scripts/build-demo.mjs

pkg: setup-package pkg/package.json ## the npm package, in pkg/, with its size report
	node scripts/size-report.mjs
	node scripts/sbom.mjs

bench: setup-bench pkg ## benchmarks, side by side with other packages
	node benches/run.mjs
	node benches/server/run.mjs

core: setup-package build/core/names.json ## the core as WebAssembly, in build/core

server: setup-rust ## the session server, and the simulator of WeChat that the demo and the tests start
	cargo build --package wafer-session-server --package wafer-simulator

simulator: setup-rust ## the simulator of WeChat alone
	cargo build --package wafer-simulator

day: setup-rust ## a million phones in virtual time, every scenario with every client; writes docs/simulation.md (DAY='sessions-lost --phones 100000': only that, nothing written)
	cargo run --profile production --quiet --package wafer-simulation --bin day -- $(or $(DAY),--write)

explore: setup-rust ## leads the core through every order of events of a few calls (SCENES='two-calls back-off'; without, all: hours)
	cargo run --profile production --quiet --package wafer-simulation --bin explore -- $(SCENES)

soak: setup-rust setup-package pkg/package.json ## random walks of ten million moves, on the core and through the package (SEED=, MOVES=)
	MOVES=$(or $(MOVES),10000000) SEED=$(or $(SEED),$(SEED_OF_NOW)) cargo test --release --package wafer-simulation --test walk -- --nocapture
	MOVES=$(or $(MOVES),10000000) SEED=$(or $(SEED),$(SEED_OF_NOW)) node scripts/soak.mjs

fuzz: setup-rust ## lets libFuzzer look for what breaks a promise of the core (TARGETS=, SECONDS= for each, KEEP=1)
	TARGETS='$(TARGETS)' SECONDS='$(SECONDS)' KEEP='$(KEEP)' node scripts/fuzz.mjs

supply-chain: setup-package ## licences, sources, duplicates and known holes of what the project depends on; before a release
	@scripts/setup.sh deny
	node scripts/supply-chain.mjs

phases: setup-rust ## writes what is generated of the exploration: docs/phases.md, the table in ARCHITECTURE.md, tests/lifecycle/shortest.rs
	cargo run --release --quiet --package wafer-simulation --bin explore -- --write

codes: setup-rust ## writes what is generated of the numbers and error texts in src/ (js/codes.ts and more)
	cargo run --quiet --example codes

api: setup-package ## writes the API reference, docs/api, out of the typings
	node scripts/api.mjs

lint: setup-package core ## formatting, clippy, types
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- --deny warnings
	cargo clippy --package wafer-client-wasm --all-targets --target wasm32-unknown-unknown --quiet -- --deny warnings
	npx $(PRETTIER) --check .
	npx tsc --noEmit --project .

fmt: setup-package ## formats everything
	cargo fmt --all
	npx $(PRETTIER) --write .

release-check: setup-package pkg/package.json ## what keeps this version from being released
	node scripts/release-check.mjs

changelog-hash: setup-package pkg/package.json ## writes the hash of the package into CHANGELOG.md, for a release
	node scripts/changelog-hash.mjs

clean: ## removes what was built, not what was set up
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
	@scripts/setup.sh browser services valgrind wrk mariadb

setup-all:
	@scripts/setup.sh
