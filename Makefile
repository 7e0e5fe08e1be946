# Thin wrapper: Meson and Ninja do the work. Two commands for a new user: `make run` and `make test`.
SCENARIO ?= scenarios/stargate-abilene.yaml
BUILD := build
.PHONY: all run test ci validate bench check-tools install clean format lint fuzz deps-run deps-test

all: deps-run $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

## install what is missing, build the release binary, work a real programme through
run: all
	@$(BUILD)/gigawatt run $(SCENARIO)

## install what is missing, build with sanitizers, run every test
test: deps-test
	@tools/run-tests

deps-run:
	@tools/install-packages run

deps-test:
	@tools/install-packages test

$(BUILD)/build.ninja: meson.build meson_options.txt
	@meson setup $(BUILD) --buildtype=release -Db_lto=true -Dtests=false >/dev/null

## predictions beside published measurements, table by table
validate: all
	@for table in validation/*.csv; do $(BUILD)/gigawatt validate --quiet $$table; echo; done

bench: all
	@tools/bench
	@tools/bench-fabric --quick

## everything that looks at the source without running it
lint: deps-test
	@tools/lint

format:
	@git ls-files '*.c' '*.h' | xargs clang-format-14 -i

fuzz: deps-test
	@tools/fuzz $${SECONDS_PER_TARGET:-60}

install: all
	@meson install -C $(BUILD)

clean:
	@rm -rf $(BUILD) build-* out
