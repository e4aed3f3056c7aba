SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo test soak bench bench-pure bench-times bench-results run release install uninstall deb package-test container-test release-check install-tools install-test-tools install-package-tools install-home-assistant reference documentation lint format clean

help:
	@echo 'make demo           shows the bridge at work with a simulated house, until Ctrl-C'
	@echo 'make test           runs all tests'
	@echo 'make soak           plays 1,000,000 random sequences in process and 2,000 over TCP, and shows further systems to'
	@echo '                    two releases of Home Assistant; it takes hours'
	@echo 'make bench          measures the program beside a C floor, where ../shared is; BLOCKS= and SECONDS= change the length'
	@echo 'make bench-pure     counts what the pure parts cost, against Benchmarks/thresholds.json'
	@echo 'make bench-times    times them'
	@echo 'make bench-results  takes what the benchmarks last measured into Benchmarks/README.md'
	@echo 'make run            bridges a real gateway; set MATE3_HOST and MATE3_BROKER'
	@echo 'make release        builds what is installed'
	@echo 'make install        installs it under PREFIX, /usr/local unless set'
	@echo 'make uninstall      removes it again, but for configuration and state'
	@echo 'make deb            builds the Debian package into .build/deb'
	@echo 'make package-test   installs it into a bare Debian in a container, and tries it from installation to purge, as root'
	@echo 'make container-test builds the image with buildah, and runs it with crun, as root'
	@echo 'make release-check  does all of a release but publishing, as root; it takes an hour'
	@echo 'make install-tools  installs the missing packages (done by the above)'
	@echo 'make reference      brings the settings in docs/settings.md and docs/fields.md up to date'
	@echo 'make documentation  builds the documentation of the library into .build/Mate3.doccarchive'
	@echo 'make lint, format   checks or mends the layout of the source'
	@echo 'make clean          removes what was built'

install-tools:
	@.ci/install-tools

install-test-tools:
	@.ci/install-tools tests chromium

install-package-tools:
	@.ci/install-tools package

# Home Assistant to test against, where Python 3.13 and the shared folder are; else a notice.
install-home-assistant:
	@.ci/install-home-assistant $(HOME_ASSISTANT)

HOME_ASSISTANT ?= 2026.2.3

demo: install-tools
	swift build --product mate3
	@examples/demo/demo .build/debug/mate3

test: install-test-tools install-home-assistant
	@mkdir -p .build
	swift build --build-tests 2>&1 | tee .build/build-tests.log
	@! grep '^$(CURDIR)/\(Sources\|Tests\)/.*warning:' .build/build-tests.log || { echo 'the build has warnings; mend them' >&2; exit 1; }
	@.ci/test-lanes

# Built for release, so that a million sequences take minutes; in a folder of its own, so that it disturbs no other build.
soak: HOME_ASSISTANT = 2026.2.3 2025.4.4
soak: install-test-tools install-home-assistant
	swift build --build-tests --configuration release -Xswiftc -enable-testing --scratch-path .build-soak
	MATE3_SEQUENCES=1000000 MATE3_TCP_SEQUENCES=2000 MATE3_SCHEDULES=100000 MATE3_REBOOTS=1000 swift test --skip-build --configuration release \
	  -Xswiftc -enable-testing --scratch-path .build-soak --no-parallel --filter 'SafetyOracleTests|SafetyOverTCPTests|ElectionModelTests|RebootTests'
	@[ -x .build/schemathesis/bin/schemathesis ] || { python3 -m venv .build/schemathesis && .build/schemathesis/bin/pip install -q 'schemathesis==4.32.5'; }
	@[ -e .build/axe/axe_playwright_python/axe.min.js ] || { .build/schemathesis/bin/pip download -q --no-deps -d .build/axe axe-playwright-python==0.1.8 && \
	  python3 -m zipfile -e .build/axe/axe_playwright_python-0.1.8-*.whl .build/axe; }
	ulimit -S -n hard && MATE3_SCHEMATHESIS=$(CURDIR)/.build/schemathesis/bin/schemathesis MATE3_AXE=$(CURDIR)/.build/axe/axe_playwright_python/axe.min.js \
	  MATE3_CONNECTIONS=10000 swift test --skip-build --configuration release -Xswiftc -enable-testing --scratch-path .build-soak --no-parallel \
	  --filter 'noRequestGetsAnAnswerThatIsNotDescribed|PageAccessibilityTests|PageAttackTests'
	MATE3_HOME_ASSISTANT=2025.4.4 MATE3_HOME_ASSISTANT_SYSTEMS=all swift test --skip-build --configuration release -Xswiftc -enable-testing \
	  --scratch-path .build-soak --no-parallel --filter 'IntegrationTests.HomeAssistant'
	@if [ "$$(id -u)" = 0 ] && command -v debootstrap >/dev/null; then \
	  .ci/timescale .build/timescale swift test --skip-build --configuration release -Xswiftc -enable-testing \
	    --scratch-path .build-soak --no-parallel --filter TimescaleTests; \
	else echo 'TimescaleDB is skipped: it needs root and debootstrap'; fi
	@if [ "$$(id -u)" = 0 ] && command -v debootstrap >/dev/null && command -v systemd-nspawn >/dev/null; then \
	  $(MAKE) package-test && PACKAGE_TEST_SUITE=trixie packaging/test; \
	else echo 'package-test is skipped: it needs root, debootstrap and systemd-container'; fi

bench: install-tools
	Benchmarks/bench
	Benchmarks/pure check

bench-pure: install-tools
	Benchmarks/pure check

# The plugin writes its own results where the sandbox would not let it.
bench-times: install-tools
	swift package --package-path Benchmarks --disable-sandbox benchmark --target Pure

bench-results:
	@for part in bench memory growth; do \
	  [ -f .build-bench/$$part.md ] || continue; \
	  sed -i -e "/^<!-- $$part begin -->$$/,/^<!-- $$part end -->$$/{//!d}" \
	    -e "/^<!-- $$part begin -->$$/r .build-bench/$$part.md" Benchmarks/README.md; \
	done

# The two variables are for make; the bridge has settings of other names.
run: install-tools
	@[ -n "$${MATE3_HOST:-}" ] && [ -n "$${MATE3_BROKER:-}" ] || \
	  { echo 'set MATE3_HOST to the gateway and MATE3_BROKER to mqtt://your-broker, as in: make run MATE3_HOST=192.0.2.7 MATE3_BROKER=mqtt://192.0.2.8' >&2; exit 78; }
	swift build --configuration release --product mate3
	@exec env -u MATE3_HOST -u MATE3_BROKER .build/release/mate3 bridge --host "$$MATE3_HOST" --broker "$$MATE3_BROKER"

PREFIX ?= /usr/local
CONFIGURATION ?= release

# DESTDIR is for packagers. With Swift's libraries inside, the program runs where there is no Swift.
# The program as it is installed, so that `sudo make install` need not build. What the compiler would note of C modules is
# another at every build, so that two builds of one commit would differ.
release: install-tools
	swift build --configuration $(CONFIGURATION) --product mate3 --static-swift-stdlib -Xlinker -z -Xlinker now \
	  -Xswiftc -Xfrontend -Xswiftc -no-clang-module-breadcrumbs

install:
	@[ -x .build/$(CONFIGURATION)/mate3 ] || { echo 'run this first, as the user who has Swift: make release' >&2; exit 1; }
	@! ldd .build/$(CONFIGURATION)/mate3 | grep 'libswift\|libFoundation\|not found' || \
	  { echo 'the program would not run without the Swift toolchain' >&2; exit 1; }
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	install .build/$(CONFIGURATION)/mate3 '$(DESTDIR)$(PREFIX)/bin/mate3'
	ln -sf mate3 '$(DESTDIR)$(PREFIX)/bin/mate3_write'
	ln -sf mate3 '$(DESTDIR)$(PREFIX)/bin/mate3_pg'
	.build/$(CONFIGURATION)/mate3 --generate-completion-script bash > '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/mate3'
	.build/$(CONFIGURATION)/mate3 --generate-completion-script zsh > '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_mate3'
	.build/$(CONFIGURATION)/mate3 --generate-completion-script fish > '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/mate3.fish'
	for name in mate3_write mate3_pg; do \
	  ln -sf mate3 '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/'$$name; \
	  ln -sf mate3.fish '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/'$$name.fish; \
	done

# The configuration and what the bridge has kept stay.
uninstall:
	rm -f '$(DESTDIR)$(PREFIX)/bin/'{mate3,mate3_write,mate3_pg} \
	  '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/'{mate3,mate3_write,mate3_pg} \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_mate3' \
	  '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/'{mate3,mate3_write,mate3_pg}.fish

# For Debian and Raspberry Pi OS of this machine's kind, into .build/deb. What it is made with comes before the build,
# which takes minutes.
deb: install-package-tools release
	packaging/deb

package-test: deb
	packaging/test

container-test: deb
	packaging/container-test

release-check:
	packaging/release-check

reference:
	swift build --product mate3
	.build/debug/mate3 bridge --print-configuration-reference > .build/reference.md
	sed -i -e '/^<!-- settings begin -->$$/,/^<!-- settings end -->$$/{//!d}' -e '/^<!-- settings begin -->$$/r .build/reference.md' docs/settings.md
	.build/debug/mate3 registry find --document > docs/fields.md

documentation:
	@.ci/documentation

lint:
	swift format lint --strict --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Benchmarks
	swift run mate3 registry lint --registry registry_data

format:
	swift format --in-place --recursive Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources Benchmarks/Benchmarks

clean:
	swift package clean
