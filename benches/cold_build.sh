#!/usr/bin/env bash
# What a first build costs: nacos-client alone against nacos-sdk, each once, from nothing.
#
#   benches/cold_build.sh [release]
#
# Both with what is needed for configurations and services and no more. Printed are the packages (its own one included),
# the seconds on the wall, which other jobs disturb, and those of the processors, which they disturb less.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
profile=dev
[[ ${1:-} != release ]] || profile=release

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
unset CARGO_INCREMENTAL

measure() { # measure PACKAGE MANIFEST
  local package=$1 manifest=$2 packages wall user system
  packages=$(cargo tree --manifest-path "$manifest" --package "$package" --edges normal,build --prefix none |
    awk '{ print $1, $2 }' | sort -u | wc -l)
  cargo fetch --quiet --manifest-path "$manifest"
  TIMEFORMAT='%R %U %S'
  { time cargo build --quiet --manifest-path "$manifest" --package "$package" --profile "$profile" \
    --target-dir "$temp/$package" 2>"$temp/errors"; } 2>"$temp/times" || {
    cat "$temp/errors" >&2
    exit 1
  }
  read -r wall user system <"$temp/times"
  awk -v package="$package" -v packages="$packages" -v wall="$wall" -v user="$user" -v sys="$system" \
    'BEGIN { printf "%-14s %4d packages %8.1f s %8.1f s of processors\n", package, packages, wall, user + sys }'
}

printf 'profile %s, %s cores\n' "$profile" "$(nproc)"
measure nacos-client "$root/nacos-client/Cargo.toml"
measure nacos-sdk "$root/tests/interop/Cargo.toml"
