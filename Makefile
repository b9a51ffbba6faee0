# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# The only makefile: bpf/*.bpf.c -> build/bpf/*.bpf.o -> build/skel/*.skel.h -> user/**/*.[cS] ->
# build/<variant>/ltsbpf. Objects of different flags never meet: each variant has its own folder.
#
#   VARIANT=release|sanitize|coverage  which ltsbpf to build, test and install
#   LAYERS="base profile"              only the unit tests of these layers, linked with these alone
#   SUITE=base/map64                   only this suite
#   FUZZ_SECONDS=60                    fuzz so long with each fuzzer (else: replay the corpus)
#   BUILD=/tmp/build  V=1              build elsewhere; show the commands
VERSION  := 0.1.0
VARIANT  ?= release
PREFIX   ?= /usr/local
BUILD    ?= build
LAYERS   ?= $(notdir $(patsubst %/,%,$(wildcard user/*/)))
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
CLANG    ?= clang
Q         = $(if $(V),,@)
say       = $(if $(V),,@printf '  %-6s %s\n' $(1) $@;)

packages := gcc g++ libc6-dev clang binutils libbpf-dev libelf-dev libdw-dev liblzma-dev libbz2-dev zlib1g-dev libiberty-dev libyajl-dev libcunit1-dev clang-format clang-tidy \
	    universal-ctags shellcheck python3 python3-dev python3-venv python3-numpy python3-pandas procps sudo passwd libcap2-bin libxml2-utils util-linux patchelf systemtap-sdt-dev dpkg-dev patch gdb musl-tools
# Where the distribution has them: bpftool is a package of Debian, part of linux-tools in Ubuntu.
optional := bpftool linux-tools-common linux-tools-generic libzstd-dev chromium chromium-driver mandoc man-db zsh fish
tools    := $(CC) $(CLANG) nm python3
headers  := bpf/libbpf.h gelf.h elfutils/libdw.h lzma.h bzlib.h zlib.h libiberty/demangle.h yajl/yajl_gen.h CUnit/CUnit.h
libbpf_source ?= https://github.com/libbpf/libbpf/archive/refs/tags/v1.3.0.tar.gz
# Ubuntu 22.04 has a libbpf older than 1.0: then a newer one is built into /usr/local.
old_libbpf = ! printf '\#include <bpf/libbpf_version.h>\n\#if LIBBPF_MAJOR_VERSION < 1\n\#error\n\#endif\n' | \
	     $(CC) -E - >/dev/null 2>&1

cflags   := -std=gnu11 -D_GNU_SOURCE -DLTSBPF_VERSION='"$(VERSION)"' -g -MMD -MP -Wall -Wextra -Wtype-limits -Wshadow -Wstrict-prototypes -Werror \
	    -Iuser -Ibpf -I$(BUILD)/skel
sanitize := address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
release_cc    = $(CC) -O2 $(CFLAGS)
sanitize_cc   = $(CC) -O1 -fsanitize=$(sanitize)
coverage_cc   = $(CC) -O0 --coverage
fuzz_cc       = $(CLANG) -O1 -fsanitize=fuzzer-no-link,$(sanitize) -Wno-gnu-variable-sized-type-not-at-end
wrap          = $(addprefix -Wl$(comma)--wrap=,malloc calloc realloc reallocarray strdup)
bpf_cflags    = -target bpf -mcpu=v3 -O2 -g -MMD -MP -Wall -Wextra -Wno-unused-parameter \
		-Wno-gnu-variable-sized-type-not-at-end -Werror -Ivmlinux -Ibpf -idirafter /usr/include/$(shell $(CC) -print-multiarch)

# Ubuntu's wrapper in the PATH refuses kernels without a package of tools; the tool itself runs.
BPFTOOL = $(firstword $(foreach tool,bpftool /usr/sbin/bpftool $(wildcard /usr/lib/linux-tools*/*/bpftool),\
	  $(shell $(tool) version >/dev/null 2>&1 && echo $(tool))))
# Static where the archives are there, so that the binary needs nothing but libc where it runs.
archive = $(firstword $(wildcard /usr/local/lib/lib$(1).a) $(filter /%,$(shell $(CC) -print-file-name=lib$(1).a)))
zstd    = $(if $(shell nm $(call archive,elf) 2>/dev/null | grep ZSTD_),$(or $(call archive,zstd),-lzstd))
shared  = $(or $(call archive,bpf),-lbpf) -ldw -lelf -llzma -lz -liberty -lyajl -lm
static  = $(foreach part,bpf dw elf lzma bz2 z iberty yajl_s,$(call archive,$(part)))
libs    = $(if $(filter 8,$(words $(static))),$(static) $(zstd) -lm,$(shared))

sources    := $(sort $(foreach layer,$(LAYERS),$(wildcard user/$(layer)/*.[cS])))
unit_tests := $(sort $(foreach layer,$(LAYERS) bpf,$(wildcard tests/unit/$(layer)/*_test.c)))
skeletons  := $(patsubst bpf/%.bpf.c,$(BUILD)/skel/%.skel.h,$(wildcard bpf/*.bpf.c))
fuzzers    := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
scripts     = $(sort $(wildcard tests/$(1)/*.sh))
objects     = $(addprefix $(BUILD)/$(1)/,$(addsuffix .o,$(basename $(2))))
ltsbpf     := $(BUILD)/$(VARIANT)/ltsbpf
unit       := $(BUILD)/sanitize/unit_tests

# What root builds in somebody's checkout belongs to its owner.
root        = $(filter 0,$(shell id -u))
owner       = $(if $(root),$(filter-out root UNKNOWN,$(shell stat -c %U .)))
make_user   = $(if $(owner),test ! -e $(BUILD) || chown -R --reference=. $(BUILD); runuser -u $(owner) --) $(MAKE) --no-print-directory \
	      $(if $(findstring -j,$(MAKEFLAGS)),,-j$(shell nproc))
run_tests   = $(Q)BUILD=$(abspath $(BUILD)) LTSBPF=$(abspath $(ltsbpf)) tests/run.sh
# libFuzzer's own exit status for a crash is 77, which means "skipped" here.
fuzz_runs   = $(foreach name,$(patsubst fuzz_%,%,$(notdir $(fuzzers))),"$(BUILD)/fuzz/fuzz_$(name) -error_exitcode=1 \
	      $(if $(FUZZ_SECONDS),-max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$(BUILD)/fuzz/ \
	      $(BUILD)/fuzz/found/$(name),-runs=0) tests/fuzz/corpus/$(name)")

.DELETE_ON_ERROR .SECONDARY:
.DEFAULT_GOAL := all

##@ Build
all: $(ltsbpf) ## build ltsbpf (default; needs no root)

deps: ## install what the build and the tests need (root; Debian and Ubuntu)
	apt-get update
	wanted="$(packages)"; for package in $(optional); do \
		if apt-cache madison $$package 2>/dev/null | grep -q .; then wanted="$$wanted $$package"; fi; \
	done; DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$wanted
	runtime=libclang-rt-$$($(CLANG) -dumpversion | cut -d. -f1)-dev; \
	if apt-cache madison $$runtime 2>/dev/null | grep -q .; then apt-get install -y --no-install-recommends $$runtime; fi
	if $(old_libbpf); then apt-get install -y --no-install-recommends curl ca-certificates && \
		mkdir -p /usr/local/src/libbpf && curl -fsSL $(libbpf_source) | tar xz -C /usr/local/src/libbpf --strip 1 && \
		$(MAKE) -C /usr/local/src/libbpf/src BUILD_STATIC_ONLY=1 PREFIX=/usr/local LIBDIR=/usr/local/lib \
		install install_uapi_headers; fi

install: $(ltsbpf) ## install under $(DESTDIR)$(PREFIX)
	install -D -m 755 $< $(DESTDIR)$(PREFIX)/bin/ltsbpf
	for file in man:man/man1/ltsbpf.1 bash:bash-completion/completions/ltsbpf zsh:zsh/site-functions/_ltsbpf fish:fish/vendor_completions.d/ltsbpf.fish; do \
		case $$file in man:*) $< man ;; *) $< completion $${file%%:*} ;; esac | install -D -m 644 /dev/stdin $(DESTDIR)$(PREFIX)/share/$${file#*:} || exit 1; done

clean: ## remove what was built
	rm -rf $(BUILD)

# Says at once, by name, what the compiler would say in many lines.
$(BUILD)/tools.found: Makefile
	@mkdir -p $(@D); missing=; \
	for tool in $(tools); do command -v $$tool >/dev/null || missing="$$missing $$tool"; done; \
	for header in $(headers); do echo "#include <$$header>" | $(CC) -E - >/dev/null 2>&1 || \
		missing="$$missing $$header"; done; \
	[ "$(BPFTOOL)" ] || missing="$$missing bpftool"; if $(old_libbpf); then missing="$$missing libbpf-1.0"; fi; \
	[ -z "$$missing" ] && touch $@ || { echo "missing:$$missing; 'sudo make deps' installs it" >&2; exit 1; }

$(BUILD)/bpf/%.bpf.o: bpf/%.bpf.c Makefile | $(BUILD)/tools.found
	@mkdir -p $(@D)
	$(call say,BPF)$(CLANG) $(bpf_cflags) -c $< -o $@

$(BUILD)/skel/%.skel.h: $(BUILD)/bpf/%.bpf.o
	@mkdir -p $(@D)
	$(call say,SKEL)$(BPFTOOL) gen skeleton $< name $*_bpf >$@

# Lists of names, written anew only when they change: what comes or goes builds and links again.
define list_rule
$(BUILD)/$(1): FORCE
	@mkdir -p $$(@D); printf '%s\n' $(2) >$$@.new; cmp -s $$@.new $$@ && rm $$@.new || mv $$@.new $$@
endef

define variant_rules
$(BUILD)/$(1)/%.o: %.c Makefile | $(BUILD)/tools.found
	@mkdir -p $$(@D)
	$$(call say,CC)$$($(1)_cc) $$(cflags) $$(more) -c $$< -o $$@
$(BUILD)/$(1)/%.o: %.S Makefile | $(BUILD)/tools.found
	@mkdir -p $$(@D)
	$$(call say,AS)$$($(1)_cc) -g -MMD -MP -Iuser -Wa,-Iuser -c $$< -o $$@
$(BUILD)/$(1)/ltsbpf: $(call objects,$(1),user/main.c)
$(BUILD)/$(1)/bench: $(call objects,$(1),$(wildcard tests/bench/*.c) $(wildcard tests/unit/synthetic_*.c))
$(BUILD)/$(1)/ltsbpf $(BUILD)/$(1)/bench: $(call objects,$(1),$(sources)) $(BUILD)/$(1)/sources.list
	$$(call say,LINK)$$($(1)_cc) $$(LDFLAGS) $$(filter %.o,$$^) $$(libs) -o $$@
$(BUILD)/$(1)/unit_tests: $(call objects,$(1),$(wildcard tests/unit/*.c) $(unit_tests) $(sources)) $(BUILD)/$(1)/sources.list
	$$(call say,LINK)$$($(1)_cc) $$(wrap) $$(filter %.o,$$^) -lcunit $$(shared) -o $$@
$(call list_rule,$(1)/sources.list,$(sources))
$(call list_rule,$(1)/suites.h,$(foreach test,$(unit_tests:tests/unit/%_test.c=%),'SUITE("$(test)"$(comma) $(notdir $(test))_tests)'))
$(BUILD)/$(1)/tests/unit/main.o: $(BUILD)/$(1)/suites.h
$(BUILD)/$(1)/tests/%.o: more := -Itests/unit -I$(BUILD)/$(1)
# Only capture sees skeletons: the other layers build without clang's BPF.
$$(filter $(BUILD)/$(1)/user/capture/% %/tests/unit/capture/%,$(call objects,$(1),$(unit_tests) $(sources))): | $(skeletons)
$$(filter %_assets.o,$(call objects,$(1),$(sources))): $(wildcard user/*/*.js user/*/*.css)
endef
comma := ,
$(foreach variant,release sanitize coverage fuzz,$(eval $(call variant_rules,$(variant))))

$(fuzzers): $(BUILD)/fuzz/%: $(BUILD)/fuzz/tests/fuzz/%.o $(call objects,fuzz,$(sources)) $(BUILD)/fuzz/sources.list
	$(call say,LINK)$(fuzz_cc) -fsanitize=fuzzer $(filter %.o,$^) $(libs) -o $@

##@ Test
test: ## everything, after installing what is missing (root); ends with the counts
	@$(make_user) -s $(BUILD)/tools.found || $(if $(root),$(MAKE) deps,exit 1)
	@$(make_user) all $(unit) $(fuzzers)
	$(run_tests) $(unit) $(fuzz_runs) $(call scripts,integration) $(call scripts,e2e); \
	status=$$?; $(if $(owner),chown -R --reference=. $(BUILD);) exit $$status

unit: $(unit) ## unit tests with ASan and UBSan
	$(Q)env -u SUDO_UID $< $(SUITE)

integration: $(ltsbpf) ## what needs the kernel: programs load, attach and leave nothing behind (root)
	$(run_tests) $(call scripts,integration)

e2e: $(ltsbpf) ## the promises of docs/, against real programs (root)
	$(run_tests) $(call scripts,e2e)

fuzz: $(fuzzers) ## replay the fuzz corpus; FUZZ_SECONDS=60 searches on
	@mkdir -p $(fuzzers:$(BUILD)/fuzz/fuzz_%=$(BUILD)/fuzz/found/%)
	$(Q)TEST_TIMEOUT=$$(($(or $(FUZZ_SECONDS),0) + 300)) tests/run.sh $(fuzz_runs)

check: $(skeletons) $(call objects,release,user/main.c $(sources)) ## format, lint, layers, sizes, mirror, kernel types
	$(Q)CC="$(CC)" CLANG="$(CLANG)" BPFTOOL="$(BPFTOOL)" BUILD=$(BUILD) TEST_TIMEOUT=900 \
	tests/run.sh $(sort $(wildcard tests/check/*.sh tests/check/*.py))
check: export CHECK_CFLAGS = $(filter -std% -D% -I%,$(cflags))

coverage: $(BUILD)/coverage/unit_tests ## lines that the unit tests reach, by file
	$(Q)find $(BUILD)/coverage -name '*.gcda' -delete; $< >/dev/null; \
	gcov -n $$(find $(BUILD)/coverage/user -name '*.gcda') | awk -F"[':%]" \
	'/^File/ { file = $$2 } /^Lines/ && file ~ /^user/ && $$2 >= best[file] { best[file] = $$2 } \
	END { for (file in best) printf "%6.1f%%  %s\n", best[file], file }' | sort -n

test-kernels: $(ltsbpf) ## load and run under other kernels, in virtual machines
	$(run_tests) tests/kernels/run.sh

bench: $(ltsbpf) $(dir $(ltsbpf))bench ## measure the cost of profiling (root; 11 minutes; BENCH_SECONDS=3 for a glance)
	$(Q)BUILD=$(abspath $(BUILD)) BENCH=$(abspath $(dir $(ltsbpf))bench) LTSBPF=$(abspath $(ltsbpf)) tests/bench/run.sh

##@ Use
demo: ## profile the example pipeline into profiles/ (sudo make demo)
	$(if $(root),,@echo "profiling needs root: sudo make demo" >&2; exit 1)
	@$(make_user) -s $(BUILD)/tools.found || $(MAKE) deps
	@$(make_user) all
	cd tests/pipeline && $(abspath $(ltsbpf)) record -o ../../profiles -- python3 benchmark_comparison/main.py
	@ls -l profiles

help: ## this text
	@awk -F ':.*## ' '/^##@/ { print "\n" substr($$0, 5) ":" } /^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 } \
	/^#   [A-Z]/ { options = options "\n" substr($$0, 3) } END { print "\nOptions:" options }' $(firstword $(MAKEFILE_LIST))

FORCE:
.PHONY: all deps install clean test unit integration e2e fuzz check coverage test-kernels bench demo help FORCE
-include $(shell find $(BUILD) -path $(BUILD)/pythons -prune -o -name '*.d' -type f -print 2>/dev/null)
