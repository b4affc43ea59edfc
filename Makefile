# ftpmark: what one can do here. `make help` lists it.

GO       ?= go
VERSION  ?=
LDFLAGS  := $(if $(VERSION),-X main.release=$(VERSION))
# How many tests of a package run at once: they wait more than they compute.
PARALLEL ?= 8
FUZZTIME ?= 60s

# Tests that hold times against times run by themselves, one package after the other,
# and ahead of what else runs on the machine. That is a nice value and no real-time class:
# a test that spins in such a one stops the machine. Whatever is not named here runs in
# test-rest: nothing is lost, and lint wants each name to be a test.
# Those of them that hold servers at a rate, or are held up by them, run together, and beside
# what computes: they wait.
RATED    := TestRateLimitsOfServers|TestUploadsAreCountedAsTheServerGetsThem|TestServersCountTheSameBytes|TestPrometheusSeesTheRate|TestQuirksThatMakeOneWait
TIMED    := TestPhasesAgreeWithTheServer|TestSlowHandshakesAgreeWithTheServer|TestServiceAgreesWithTheServer|TestDelayedLinkAddsRoundTrips|TestOpenModelUnderAStall|TestWhatTheoryAllows|TestModesPayTheirRoundTrips|TestKnownShiftIsFound|TestLateActiveConnectIsNamed|TestUntilVerdictStops|TestNoiseOfTheMachine|TestPipeline|$(RATED)
TIMED_IN := ./workers/ftptest ./workers ./loadgen ./cmd/ftpmark
FIRST    := nice -n -15
# Packages that make load run one after the other too.
ALONE    := ./workers/ftptest/... ./workers ./loadgen ./loadgen/rig/... ./cmd/ftpmark

# Tests that take ftpmark through many servers and dialogues make hundreds of runs, of which
# the race detector would be most of the work. It sees the same code in the tests of workers
# and loadgen, and these in test-full.
UNRACED  := ^Test(ActiveConnections|Aliases|BadInput|Blocked|BundledProfilesOn|CapacityOf|Clean|DeniedVerbs|Explain|FailuresAmong|Firewall|LimitsOf|ManualCommands|Misbehaving|OtherServers|PendingDataPort|Quirk|Server|SessionsAreHeld|Stock|Strange|StrictModes)

# Packages of pure functions: no goroutine and no lock, so there is nothing for the race
# detector to see, and it makes their thousands of drawn comparisons eight times slower.
PURE     := ./profiles ./stats ./stats/capacity ./stats/compare ./stats/inference ./stats/quantity/... ./stats/report/... ./stats/spelling ./stats/summary/... ./stats/threshold ./stats/usl

# Under the race detector collecting garbage is a third of what many tests do.
RACED    := GOGC=400 $(GO) test -race

# A program under the race detector sleeps for a second before it exits, and the tests start
# many.
export GORACE := atexit_sleep_ms=0

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "%-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build ./ftpmark
	$(GO) build -trimpath -ldflags '$(LDFLAGS)' -o ftpmark ./cmd/ftpmark

.PHONY: servers
servers: ## install what the tests need: eight FTP servers side by side, Prometheus, curl, lftp, nft, tmux (root, Debian)
	workers/ftptest/servers/install-servers.sh

.PHONY: test
test: servers ## the whole test suite, on real servers (root, Debian)
	@$(MAKE) --no-print-directory --output-sync=target -j 2 test-rated lint cross test-browser
	@$(MAKE) --no-print-directory test-timed test-rest

# They wait, the others compute.
.PHONY: test-rated
test-rated: ## of the suite, the tests at a rate (root, Debian)
	$(FIRST) $(GO) test -parallel 32 -timeout 40m -run '^($(RATED))$$' ./cmd/ftpmark

.PHONY: test-timed
test-timed: ## of the suite, the tests that time: they want a machine of their own (root, Debian)
	$(FIRST) $(GO) test -race -p 1 -parallel $(PARALLEL) -timeout 40m -run '^($(TIMED))$$' $(filter-out ./cmd/ftpmark,$(TIMED_IN))
	$(FIRST) $(GO) test -race -parallel 1 -timeout 40m -run '^($(TIMED))$$' -skip '^($(RATED))$$' ./cmd/ftpmark

.PHONY: test-rest
test-rest: ## of the suite, all other tests (root, Debian)
	$(RACED) -p 1 -parallel $(PARALLEL) -timeout 40m -skip '^($(TIMED))$$' $(filter-out ./cmd/ftpmark,$(ALONE))
	@$(MAKE) --no-print-directory --output-sync=target -j 2 test-raced test-unraced
	$(GO) test -parallel $(PARALLEL) -timeout 40m $(PURE)
	$(RACED) -p 2 -parallel $(PARALLEL) -timeout 40m $$($(GO) list ./... | grep -vxF "$$($(GO) list $(ALONE) $(PURE))")

# These two wait more than they compute, each for its own.
.PHONY: test-raced test-unraced
test-raced:
	$(RACED) -parallel $(PARALLEL) -timeout 40m -skip '^($(TIMED))$$|$(UNRACED)' ./cmd/ftpmark
test-unraced:
	$(GO) test -parallel $(PARALLEL) -timeout 40m -skip '^($(TIMED))$$' -run '$(UNRACED)' ./cmd/ftpmark

.PHONY: check
check: ## for every day: builds, gofmt, vet and the tests that need no root and no server
	@files=$$(gofmt -l .); test -z "$$files" || { echo "gofmt would change:"; echo "$$files"; exit 1; }
	$(GO) build ./...
	$(GO) vet ./...
	$(GO) test -short -parallel $(PARALLEL) -timeout 5m $(PURE)
	$(RACED) -short -p 3 -parallel $(PARALLEL) -timeout 5m -skip '^($(TIMED))$$' $$($(GO) list ./... | grep -vxF "$$($(GO) list $(PURE))")

.PHONY: test-full
test-full: servers ## every cell of the TLS matrix on real servers, and every dialogue under the race detector (8 minutes more)
	FTPMARK_TEST_FULL=1 $(GO) test -race -parallel $(PARALLEL) -timeout 30m -run TestTLSOnRealServers ./workers
	$(GO) test -race -parallel $(PARALLEL) -timeout 40m -run '$(UNRACED)' ./cmd/ftpmark

# Everything goes below .cache: the program, what it measured, its reports and, to
# be looked at, their screenshots.
.PHONY: test-browser
test-browser: ## open HTML reports in headless Chromium, screenshots in .cache/screenshots (root, Debian)
	stats/report/render/html/browser/install.sh
	@mkdir -p .cache/browser
	$(GO) build -o .cache/browser ./cmd/ftpmark ./stats/report/render/html/browser/inputs
	node stats/report/render/html/browser/make-reports.mjs .cache/browser/ftpmark .cache/browser/inputs .cache/browser/reports
	node --test --test-concurrency=3 --test-reporter=spec stats/report/render/html/browser/*.test.mjs

.PHONY: soak
soak: servers ## TLS sessions older than OpenSSL's cache, and every operation for 5 minutes in each mode; 17 minutes
	$(GO) test -tags soak -p 1 -timeout 30m -v -run TestSoak ./workers ./loadgen

.PHONY: lint
lint: ## gofmt, go vet, staticcheck, go.mod
	@files=$$(gofmt -l .); test -z "$$files" || { echo "gofmt would change:"; echo "$$files"; exit 1; }
	@for n in $(subst |, ,$(TIMED)); do grep -rq --include='*_test.go' "^func $$n(" . || { echo "$$n in the Makefile is no test"; exit 1; }; done
	$(GO) vet ./... ./cmd/ftpmark/testdata/idle
	$(GO) tool staticcheck ./...
	$(GO) mod tidy -diff

.PHONY: cross
cross: ## build and vet for macOS and Windows
	GOOS=darwin GOARCH=arm64 $(GO) vet ./...
	GOOS=windows GOARCH=amd64 $(GO) vet ./...
	GOOS=darwin GOARCH=arm64 $(GO) build -o /dev/null ./cmd/ftpmark
	GOOS=windows GOARCH=amd64 $(GO) build -o /dev/null ./cmd/ftpmark

.PHONY: bench
bench: ## Go benchmarks of the measuring core; compare two runs with benchstat
	$(GO) test -run '^$$' -bench . -benchmem ./...

.PHONY: bench-sessions
bench-sessions: servers ## sessions by the ten thousand on each server, their memory and their cost, 15 minutes (root, Linux, 16 GiB)
	$(GO) test -v -tags benchsessions -count 1 -timeout 40m -run '^TestBench(Holding|TwoProcesses|CostOfManySessions)$$' ./cmd/ftpmark

.PHONY: bench-peers
bench-peers: servers ## beside curl, wget, lftp, iperf3 and more, into cmd/benchpeers/README.md; 20 minutes (root, Debian; an idle machine)
	cmd/benchpeers/install.sh
	$(GO) test -v -tags benchpeers -count 1 -timeout 60m -run '^TestBenchPeers' ./cmd/benchpeers

.PHONY: bench-check
bench-check: servers ## is this checkout slower than BENCH_AGAINST, a commit (the one that bench-peers was of)? (root, Debian; an idle machine)
	$(GO) test -v -tags benchpeers -count 1 -timeout 20m -run '^TestBenchCheck$$' ./cmd/benchpeers

.PHONY: accuracy
accuracy: ## how exactly rate limits and arrivals are kept over loopback, 4 minutes (Linux; an idle machine)
	$(GO) test -v -tags accuracy -count 1 -p 1 -timeout 15m -run '^TestAccuracy' ./loadgen/pace ./loadgen

.PHONY: calibrate
calibrate: ## 40 comparisons of the embedded target with itself, and how many verdicts were false, 15 minutes (an idle machine)
	$(GO) test -v -tags calibrate -count 1 -timeout 40m -run '^TestCalibrate$$' ./cmd/ftpmark

.PHONY: calibrate-search
calibrate-search: ## 20 searches for the capacity that theory gives, while the generator is stopped at random, 15 minutes (Linux)
	$(GO) test -v -tags calibrate -count 1 -parallel 8 -timeout 60m -run '^TestCalibrateSearch$$' ./cmd/ftpmark

.PHONY: calibrate-gate
calibrate-gate: ## false alarms and missed regressions of 240 gates, beside a busy neighbour and without, 80 minutes (Linux; an idle machine); PART=compare-quiet is one of its four parts
	$(GO) test -v -tags calibrate -count 1 -timeout 240m -run '^TestCalibrateGate$$/^$(PART)' ./cmd/ftpmark

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (60s)
	@set -e; for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "== $$p $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) $$p; \
	  done; done

.PHONY: clean
clean: ## remove what was built and the unpacked servers
	rm -rf ftpmark .cache stats/report/render/html/browser/node_modules
