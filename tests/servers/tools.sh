# shellcheck shell=bash
# Finds the programs that the test servers need. Sourced, never run.
#
# A program on PATH is used. Otherwise its Debian packages are unpacked into the cache folder; they are never installed,
# because installing starts daemons and needs root.

# The folder that outlives a run: unpacked packages and compiled launchers.
test_cache() {
  printf '%s\n' "${BUN_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/bun-server-tests}"
}

# tool PROGRAM PACKAGE...: prints the path of PROGRAM; the packages are the ones that together carry it.
tool() {
  local program=$1 unpacked found
  shift
  if command -v "$program"; then
    return 0
  fi
  unpacked=$(test_cache)/packages/$1
  if [[ ! -d $unpacked ]] && ! unpack "$unpacked" "$@"; then
    printf '%s is needed. Type this and try again:  sudo apt-get update && sudo apt-get install --no-install-recommends %s\n' "$program" "$*" >&2
    return 1
  fi
  found=$(find "$unpacked" -path "*/bin/$program" -type f -perm -u+x -print -quit)
  if [[ -z $found ]]; then
    printf '%s is not in the unpacked packages %s, see %s\n' "$program" "$*" "$unpacked" >&2
    return 1
  fi
  printf '%s\n' "$found"
}

# unpack FOLDER PACKAGE...: downloads the packages and unpacks them into FOLDER, all or nothing.
unpack() {
  local folder=$1 work status=0
  shift
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  mkdir -p "$(dirname "$folder")"
  work=$(mktemp -d "$folder.XXXXXX")
  unpack_here "$work" "$@" || status=1
  # When another run was faster, its folder is as good as ours.
  [[ $status -ne 0 ]] || mv -T "$work/root" "$folder" 2>/dev/null || [[ -d $folder ]] || status=1
  rm -rf "$work"
  return "$status"
}

unpack_here() {
  local work=$1 package link target
  shift
  printf 'unpacking the Debian packages %s into %s\n' "$*" "$(test_cache)" >&2
  (cd "$work" && apt-get download "$@") >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    return 1
  }
  for package in "$work"/*.deb; do
    dpkg-deb -x "$package" "$work/root" || return 1
  done
  # A link to /etc/… means the unpacked file, not one of this machine.
  find "$work/root" -type l -lname '/*' | while read -r link; do
    target=$(readlink "$link")
    [[ ! -e $work/root$target ]] || ln -sfnr "$work/root$target" "$link"
  done
}
