#!/usr/bin/env bash
# Runs every test and prints the totals; the exit code is not 0 when anything failed.
#
#   tests/run.sh [--with-nacos] [SECTION]...
#
# Sections, all of them when none is named:
#   formatting    rustfmt
#   lints         clippy with all features, with none and with each alone; a warning is a failure
#   unit          the tests inside the crates
#   ui            the messages that the macros give to the compiler
#   integration   the layers, the contract suites and everything else under tests/ and <crate>/tests/
#   acceptance    the user scenarios
#   doc           the examples in the documentation, and the documentation itself
#   outside       a crate of its own workspace, which uses the public interface only
#   interop       nacos-client beside the official gRPC client; only with NACOS_ADDR
#
# Tests against a real Nacos 3 run when these are set; the totals say which ran:
#   NACOS_ADDR                                        host:port of a server without authentication
#   NACOS_AUTH_ADDR, NACOS_USERNAME, NACOS_PASSWORD   one with authentication, token life 10 s
#   NACOS_LIB or NACOS_DIST                           the server itself, for tests that stop it (tests/servers/nacos.sh)
# --with-nacos starts the first two from NACOS_LIB or NACOS_DIST and stops them at the end.
#
# Programs that are missing are unpacked into BUN_TEST_CACHE (default ~/.cache/bun-server-tests), never installed.
# Only that folder and cargo's target folder outlive a run.
set -euo pipefail
set -m # each command gets a process group, so that it can be stopped with all it started

# Most tests wait for a server or a clock, not for a processor.
export RUST_TEST_THREADS=${RUST_TEST_THREADS:-8}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

all_sections=(formatting lints unit ui integration acceptance doc outside interop)
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
crates=(bun-server bun-server-macros nacos-client)

# One set of packages and features for every build, so that cargo compiles each dependency once.
whole=(--workspace --all-features)

# ===== what each section does =====

section_formatting() {
  local manifest
  check cargo fmt --all --check
  while read -r manifest; do
    check cargo fmt --manifest-path "$manifest" --check
  done < <(grep -l '^\[workspace\]' -- */Cargo.toml tests/*/Cargo.toml)
}

section_lints() {
  local crate feature
  check cargo clippy "${whole[@]}" --all-targets -- -D warnings
  for crate in bun-server nacos-client; do
    check cargo clippy -p "$crate" --no-default-features -- -D warnings
    for feature in $(features_of "$crate"); do
      check cargo clippy -p "$crate" --no-default-features --features "$feature" -- -D warnings
    done
  done
}

section_unit() {
  run_tests cargo test "${whole[@]}" --no-fail-fast --lib --bins
}

section_ui() {
  run_targets < <(test_targets ui-tests)
}

section_integration() {
  run_targets < <(test_targets tests examples "${crates[@]}" | grep -vx acceptance)
}

section_acceptance() {
  run_targets <<<acceptance
}

section_doc() {
  run_tests cargo test "${whole[@]}" --no-fail-fast --doc
  check env RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --all-features "${crates[@]/#/--package=}"
}

section_outside() {
  run_tests env CARGO_TARGET_DIR="$target/outside" cargo test --no-fail-fast --manifest-path tests/outside/Cargo.toml
}

section_interop() {
  if [[ -n ${NACOS_ADDR:-} ]]; then
    run_tests env CARGO_TARGET_DIR="$target/interop" cargo test --no-fail-fast --manifest-path tests/interop/Cargo.toml
  else
    printf 'not run: NACOS_ADDR unset\n'
  fi
}

# The features in a crate's manifest.
features_of() {
  awk '/^\[/ { here = $0 == "[features]" } here && /^[a-z0-9_-]+ *=/ && $1 != "default" { print $1 }' "$1/Cargo.toml"
}

# The names of the integration tests of packages.
test_targets() {
  local package
  for package in "$@"; do
    awk '/^\[/ { here = $0 == "[[test]]" } here && /^name *=/ { gsub(/"/, "", $3); print $3 }' "$package/Cargo.toml"
    if [[ -d $package/tests ]]; then
      find "$package/tests" -maxdepth 1 -name '*.rs' -printf '%f\n' | sed 's/\.rs$//'
    fi
  done | sort -u
}

# ===== counting =====

passed=0 failed=0 not_run=0 # of the section that runs

# Runs a command that is one check.
check() {
  if run "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
  fi
}

# Runs a command that prints cargo's test results.
run_tests() {
  local good bad ignored returned status=0
  run "$@" || status=$?
  read -r good bad ignored < <(
    awk '/^test result: / { good += $4; bad += $6; ignored += $8 } END { print good + 0, bad + 0, ignored + 0 }' \
      "$temp/output"
  )
  # Without its server a test of a real server returns at once, and cargo says ok.
  returned=$(idle_legs | while read -r leg; do cases_of "$leg" "$temp/output"; done | wc -l)
  if ((status != 0 && bad == 0)); then
    bad=1 # it did not compile, or a test ended the process
  elif ((good + bad + ignored == 0)); then
    printf 'No test ran.\n'
    bad=1
  fi
  passed=$((passed + good - returned))
  failed=$((failed + bad))
  not_run=$((not_run + ignored + returned))
}

# Runs the integration tests whose names it reads.
run_targets() {
  local targets
  mapfile -t targets
  if ((${#targets[@]} == 0)); then
    printf 'There is no such test.\n'
    failed=$((failed + 1))
    return
  fi
  run_tests cargo test "${whole[@]}" --no-fail-fast "${targets[@]/#/--test=}"
}

# Runs a command, shows its output and keeps it in $temp/output, and all outputs in $temp/log.
run() {
  local status=0
  printf '\n$ %s\n' "$*"
  (
    set +m
    "$@" </dev/null 2>&1 | tee "$temp/output"
  ) &
  running=$!
  wait "$running" || status=$?
  running=""
  cat "$temp/output" >>"$temp/log"
  return "$status"
}

total_passed=0 total_failed=0

run_section() {
  local name=$1 began=$SECONDS
  passed=0 failed=0 not_run=0
  printf '\n===== %s =====\n' "$name"
  "section_$name"
  total_passed=$((total_passed + passed))
  total_failed=$((total_failed + failed))
  printf '%-12s %5d passed %4d failed %4d not run %5d s\n' \
    "$name" $passed $failed $not_run $((SECONDS - began)) | tee -a "$temp/table"
}

# ===== Nacos =====

# Starts the two servers; for --with-nacos.
section_nacos() {
  check tests/servers/nacos.sh start --home "$temp/open"
  export_value address NACOS_ADDR
  check tests/servers/nacos.sh start --home "$temp/auth" --auth --ttl 10
  export_value address NACOS_AUTH_ADDR
  export_value username NACOS_USERNAME
  export_value password NACOS_PASSWORD
}

# export_value NAME VARIABLE: what the start printed; nothing when it failed.
export_value() {
  local value
  value=$(sed -n "s/^$1=//p" "$temp/output")
  [[ -z $value ]] || export "$2=$value"
}

# The modules whose tests have no server in this run.
idle_legs() {
  [[ -n ${NACOS_ADDR:-} ]] || echo real_open
  [[ -n ${NACOS_AUTH_ADDR:-} ]] || echo real_auth
  [[ -n ${NACOS_LIB:-}${NACOS_DIST:-} ]] || echo real_restart
}

# cases_of LEG LOG: the tests that have the leg's module in their path, without it, sorted.
cases_of() {
  awk -v leg="::$1::" '
    / Running / { binary = $2 " " $3; sub(/-[0-9a-f]+\).*/, "", binary) }
    /^test .* \.\.\. (ok|FAILED)$/ {
      path = "::" $2
      if (sub(leg, "::", path)) print binary path
    }' "$2" | sort -u
}

# One line for each leg. What has a server must have run as much there as on TestServer.
nacos_totals() {
  local without
  printf 'Nacos TestServer: %s run\n' "$(cases_of test_server "$temp/log" | wc -l)"
  leg_total 'real open' real_open 'NACOS_ADDR unset'
  leg_total 'real auth' real_auth 'NACOS_AUTH_ADDR unset'
  leg_total 'real restart' real_restart 'NACOS_LIB and NACOS_DIST unset'
  if [[ -n ${NACOS_ADDR:-}${NACOS_AUTH_ADDR:-} ]]; then
    without=$(comm -23 <(cases_of test_server "$temp/log") \
      <({ cases_of real_open "$temp/log"; cases_of real_auth "$temp/log"; } | sort -u))
    if [[ -n $without ]]; then
      printf 'These ran on TestServer, but exist for no real server:\n%s\n' "$without"
      total_failed=$((total_failed + $(wc -l <<<"$without")))
    fi
  fi
}

leg_total() { # leg_total NAME MODULE REASON
  local count
  count=$(cases_of "$2" "$temp/log" | wc -l)
  if idle_legs | grep -qx "$2"; then
    printf 'Nacos %s: not run: %s\n' "$1" "$3"
  elif ((count == 0 && ${#sections[@]} == ${#all_sections[@]})); then
    printf 'Nacos %s: 0 run, although its server is there\n' "$1"
    total_failed=$((total_failed + 1))
  else
    printf 'Nacos %s: %s run\n' "$1" "$count"
  fi
}

# ===== begin and end =====

running="" # process group of the command that runs

clean_up() {
  local home
  if [[ -n $running ]]; then
    kill -TERM -- "-$running" 2>/dev/null || true
    wait "$running" 2>/dev/null || true
  fi
  # Servers of --with-nacos, and those of tests that were stopped half-way: their homes are all in our folder.
  while read -r home; do
    tests/servers/nacos.sh kill --home "${home%/nacos.pid}" || true
  done < <(find "$temp" -name nacos.pid)
  rm -rf "$temp"
}

main() {
  local section with_nacos=false sections=()
  for section in "$@"; do
    case $section in
      -h | --help)
        sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' tests/run.sh
        exit 0
        ;;
      --with-nacos) with_nacos=true ;;
      *)
        [[ " ${all_sections[*]} " == *" $section "* ]] || {
          printf 'There is no section %s; there are: %s\n' "$section" "${all_sections[*]}" >&2
          exit 2
        }
        sections+=("$section")
        ;;
    esac
  done
  ((${#sections[@]})) || sections=("${all_sections[@]}")

  temp=$(mktemp -d)
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  : >"$temp/log"
  # Whatever tests put into the folder for temporary files goes with ours.
  mkdir "$temp/tmp"
  export TMPDIR=$temp/tmp

  if $with_nacos; then
    run_section nacos
  fi
  for section in "${sections[@]}"; do
    run_section "$section"
  done

  printf '\n===== totals =====\n'
  cat "$temp/table"
  grep '^ui: ' "$temp/log" || true
  nacos_totals
  printf '\n%s passed, %s failed\n' $total_passed $total_failed
  ((total_failed == 0))
}

main "$@"
