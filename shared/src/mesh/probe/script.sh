# What a probe runs: speaks with each port and prints what came back, one line a port. Arguments: the host, how many
# seconds a connection may take, for how many it is held, and PORT/PROTOCOL for each port. Needs sh, nc, timeout, od.
# Nothing that is passed in becomes part of this text, and no dollar sign stands beside another: Kubernetes would
# take one away.
host=$1 wait=$2 hold=$3
shift 3
room=${PROBE_FOLDER:-/probe}

speak() {
  case $1 in
    postgres) printf '\000\000\000\010\004\322\026\057' ;;
    http) printf 'HEAD / HTTP/1.1\r\nHost: %s\r\nUser-Agent: mesh-export-probe\r\nConnection: close\r\n\r\n' "$host" ;;
  esac
  # As long as this side has not ended, the other one has no reason to.
  sleep "$((wait + hold + 2))"
}

try() {
  at=$room/$1
  rm -f "$at.out" "$at.err" "$at.end"
  speak "$2" 2>/dev/null | {
    timeout "$((wait + hold + 2))" nc -w "$wait" "$host" "$1" >"$at.out" 2>"$at.err"
    : >"$at.end"
  } 2>/dev/null &
  left=$((wait + hold))
  while [ "$left" -gt 0 ] && [ ! -s "$at.out" ] && [ ! -e "$at.end" ]; do
    sleep 1
    left=$((left - 1))
  done
  # The rest of what has begun to come.
  [ -s "$at.out" ] && sleep 1
  state=held
  if [ -s "$at.out" ]; then
    state=bytes
  elif [ -e "$at.end" ]; then
    read -r words <"$at.err" || words=
    case $words in
      '') state=ended ;;
      *efused*) state=refused ;;
      *'timed out'*) state=timeout ;;
      *'bad address'* | *'resolve'* | *'not known'*) state=unresolved ;;
      *nreachable* | *'o route'*) state=unreachable ;;
      *) state=failed ;;
    esac
  fi
  echo "$state" >"$at.state"
}

probe() {
  try "$1" "$2"
  case $state in
    # What has only just come may not be known everywhere yet.
    ended | refused | unresolved | unreachable) sleep 2 && try "$1" "$2" ;;
  esac
}

for each; do
  probe "${each%%/*}" "${each#*/}" &
done
wait
for each; do
  at=$room/${each%%/*} state=failed
  read -r state <"$at.state"
  case $state in
    bytes) said=$at.out ;;
    *) said=$at.err ;;
  esac
  printf 'mesh-export-probe %s %s %s\n' "${each%%/*}" "$state" "$(head -c 1024 "$said" | od -An -v -tx1 | tr -d ' \n')"
done
