#!/usr/bin/env bash
# Runs a real Nacos 3 server on loopback.
#
#   nacos.sh start   --home DIR [--port N] [--auth [--ttl SECONDS]] [--limit SECONDS]
#   nacos.sh restart --home DIR [--limit SECONDS]
#   nacos.sh stop    --home DIR      ends it in good order
#   nacos.sh kill    --home DIR      ends it at once, as a crash would
#   nacos.sh wipe    --home DIR      deletes everything that a stopped server knows
#   nacos.sh status  --home DIR      exit code 3 when it does not run
#
# start and restart return when the server answers, and print lines `address=…`, `username=…` and `password=…` (the last
# two with --auth only). The server outlives this script. Its home remembers port, authentication and token life, so a
# later start needs none of them. Without --port a free one is taken; the ports N-1000, N+1000 and N+1001 are used as well.
#
# No package registry carries the server; its jars come from one of
#   NACOS_LIB=DIR    the runtime jars of the Maven module nacos-server
#   NACOS_DIST=DIR   an unpacked official distribution
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tests/servers/tools.sh
source "$here/tools.sh"

username=nacos
password=only-for-tests-1

fail() {
  printf 'nacos.sh: %s\n' "$*" >&2
  exit 1
}

usage() {
  sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
}

# ===== what is remembered in the home =====

remembered() { # remembered NAME DEFAULT
  sed -n "s/^$1=//p" "$home/settings" 2>/dev/null | grep . || printf '%s\n' "$2"
}

remember() {
  printf '%s\n' "port=$port" "auth=$auth" "ttl=$ttl" >"$home/settings"
}

# ===== the process =====

# Start time of a process: with it, a process id that was given to somebody else is never mistaken for ours.
born() {
  sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | awk '$1 != "Z" { print $20 }'
}

running() { # sets pid
  local birth
  [[ -s $home/nacos.pid ]] && read -r pid birth <"$home/nacos.pid" && [[ -n $birth && $(born "$pid") == "$birth" ]]
}

end_by() { # end_by SIGNAL SECONDS
  local tenth
  running || return 0
  kill "-$1" "$pid" 2>/dev/null || true
  for ((tenth = 0; tenth < $2 * 10; tenth++)); do
    running || return 0
    sleep 0.1
  done
  return 1
}

stop() {
  end_by TERM 20 || kill_now
  rm -f "$home/nacos.pid"
}

kill_now() {
  end_by KILL 20 || fail "process $pid does not end"
  rm -f "$home/nacos.pid"
}

# ===== the program =====

java_tool() {
  tool "$1" openjdk-17-jdk-headless openjdk-17-jre-headless
}

# Sets program: the arguments that tell java what to run.
find_program() {
  local compiled jars
  if [[ -n ${NACOS_LIB:-} ]]; then
    [[ -n $(compgen -G "$NACOS_LIB/nacos-server-*.jar") ]] || fail "NACOS_LIB=$NACOS_LIB holds no nacos-server-*.jar"
    jars=$(class_path)
    compiled=$(launcher "$jars")
    program=(-cp "$compiled:$jars" NacosServer)
  elif [[ -n ${NACOS_DIST:-} ]]; then
    [[ -f $NACOS_DIST/target/nacos-server.jar ]] || fail "NACOS_DIST=$NACOS_DIST holds no target/nacos-server.jar"
    program=(-jar "$(realpath "$NACOS_DIST/target/nacos-server.jar")")
  else
    fail "set NACOS_LIB or NACOS_DIST; \`nacos.sh help\` says what they are"
  fi
}

# The order counts: nacos-client carries shaded copies that would hide classes of nacos-api, and hessian 3 (another
# project than hessian 4) would hide those of hessian 4. Both go last.
class_path() {
  local last='/(nacos-client-[0-9]|hessian-3\.)[^/]*$' jars
  jars=$(find "$(realpath "$NACOS_LIB")" -maxdepth 1 -name '*.jar' ! -name '*-sources.jar' | LC_ALL=C sort)
  {
    grep -Ev "$last" <<<"$jars"
    grep -E "$last" <<<"$jars" | LC_ALL=C sort -r
  } | paste -sd:
}

# Prints the folder of the compiled launcher; it is made once for each set of jars.
launcher() { # launcher CLASS_PATH
  local compiled work javac
  compiled=$(test_cache)/nacos-launcher-$({ cat "$here/NacosServer.java"; echo "$1"; } | sha256sum | cut -c1-16)
  if [[ ! -d $compiled ]]; then
    javac=$(java_tool javac)
    mkdir -p "$(test_cache)"
    work=$(mktemp -d "$compiled.XXXXXX")
    "$javac" -proc:none -d "$work" -cp "$1" "$here/NacosServer.java" >&2 || fail "the launcher does not compile against $NACOS_LIB"
    mv -T "$work" "$compiled" 2>/dev/null || rm -rf "$work"
  fi
  printf '%s\n' "$compiled"
}

# ===== start =====

port_is_free() {
  ! (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# Takes a port below those that the kernel hands out by itself.
choose_port() {
  local try candidate
  for ((try = 0; try < 100; try++)); do
    candidate=$((12000 + RANDOM % 18000))
    if port_is_free $candidate && port_is_free $((candidate - 1000)) && port_is_free $((candidate + 1000)) &&
      port_is_free $((candidate + 1001)); then
      printf '%s\n' $candidate
      return 0
    fi
  done
  fail "found no free port"
}

write_settings() {
  mkdir -p "$home/conf" "$home/logs"
  cat >"$home/conf/application.properties" <<END
nacos.server.main.port=$port
nacos.server.contextPath=/nacos
nacos.inetutils.ip-address=127.0.0.1
nacos.logs.path=$home/logs
server.address=127.0.0.1
server.tomcat.basedir=file:$home
server.error.include-message=ALWAYS
spring.jmx.enabled=false
management.elastic.metrics.export.enabled=false
management.influx.metrics.export.enabled=false
nacos.istio.mcp.server.enabled=false
nacos.core.auth.system.type=nacos
nacos.core.auth.enabled=$auth
nacos.core.auth.admin.enabled=$auth
nacos.core.auth.console.enabled=$auth
nacos.core.auth.server.identity.key=only-for-tests
nacos.core.auth.server.identity.value=only-for-tests
nacos.core.auth.plugin.nacos.token.secret.key=$(printf 'only-for-tests-only-for-tests-only-for-tests' | base64 -w0)
nacos.core.auth.plugin.nacos.token.expire.seconds=$ttl
END
}

# http METHOD PATH [FORM]: prints the whole answer.
http() {
  local form=${3:-}
  (
    exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
    printf '%s /nacos%s HTTP/1.0\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %s\r\n\r\n%s' \
      "$1" "$2" "${#form}" "$form" >&3
    timeout 5 cat <&3
  ) 2>/dev/null
}

ready() {
  [[ $(http GET /v3/admin/core/state/readiness) == *'"code":0,'* ]]
}

logged_in() {
  [[ $(http POST /v3/auth/user/login "username=$username&password=$password") == *'"accessToken"'* ]]
}

# await CONDITION: waits until the condition holds; says what the server said when it never does.
await() {
  until "$1"; do
    if ! running; then
      tail -n 30 "$home/console.log" >&2
      fail "the server ended while it started, see $home/console.log"
    elif ((SECONDS >= limit)); then
      tail -n 30 "$home/console.log" >&2
      kill_now
      fail "not $1 after $limit seconds, see $home/console.log"
    fi
    sleep 0.1
  done
}

start() {
  local java program pid
  running && fail "already running in $home"
  port=${port:-$(remembered port "")}
  port=${port:-$(choose_port)}
  auth=${auth:-$(remembered auth false)}
  ttl=${ttl:-$(remembered ttl 18000)}
  java=$(java_tool java)
  find_program
  remember
  write_settings
  # One collector thread, no optimising compiler and a small heap: half the start time and memory of the defaults.
  # The server must end when it is out of memory; left alone it stays and never answers.
  cd "$home"
  MALLOC_ARENA_MAX=2 setsid "$java" -Xms64m -Xmx256m -Xss512k -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \
    -XX:+ExitOnOutOfMemoryError -Djava.net.preferIPv4Stack=true -Djava.awt.headless=true \
    -Dnacos.home="$home" -Dnacos.standalone=true -Dnacos.deployment.type=server \
    -Dnacos.server.ip=127.0.0.1 -Dnacos.remote.grpc.listen.ip=127.0.0.1 \
    "${program[@]}" --spring.main.banner-mode=off --spring.config.additional-location="file:$home/conf/" \
    </dev/null >"$home/console.log" 2>&1 &
  pid=$!
  printf '%s %s\n' "$pid" "$(born "$pid")" >"$home/nacos.pid"
  await ready
  printf 'address=127.0.0.1:%s\n' "$port"
  if [[ $auth == true ]]; then
    # Sets the first password; in a home that has one already the server refuses, and the login below succeeds.
    http POST /v3/auth/user/admin "password=$password" >/dev/null || true
    await logged_in
    printf 'username=%s\npassword=%s\n' "$username" "$password"
  fi
}

# ===== the command line =====

command=${1:-help}
shift || true
home="" port="" auth="" ttl="" limit=120
while (($#)); do
  case $1 in
    --auth) auth=true ;;
    --home | --port | --ttl | --limit)
      (($# >= 2)) || fail "$1 needs a value"
      declare "${1#--}=$2"
      shift
      ;;
    *) fail "unknown option $1" ;;
  esac
  shift
done

if [[ $command == help || $command == --help ]]; then
  usage
  exit 0
fi
[[ -n $home ]] || fail "--home is missing: the folder that belongs to this server"
mkdir -p "$home"
home=$(cd "$home" && pwd)

case $command in
  start) start ;;
  stop) stop ;;
  kill) kill_now ;;
  restart)
    stop
    start
    ;;
  wipe)
    running && fail "stop the server first"
    rm -rf "$home/data" "$home/logs" "$home/work" "$home/derby.log" "$home/console.log"
    ;;
  status)
    if running; then
      printf 'running: 127.0.0.1:%s, process %s\n' "$(remembered port unknown)" "$pid"
    else
      printf 'stopped\n'
      exit 3
    fi
    ;;
  *) fail "unknown command $command; \`nacos.sh help\` lists them" ;;
esac
