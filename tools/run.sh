#!/usr/bin/env bash
# What `make run` does: castor under lighttpd on 127.0.0.1, from the configuration that is shipped.
#
#   PORT               8080
#   GEMINI_API_KEYS    Gemini keys, separated by commas; none: the fake Gemini of the tests answers, without a network
#   GEMINI_BASE_URL    the upstream; default Google's
#   CASTOR_CLIENT_KEY  the key clients have to show; default: one made on the first run and kept
#   CASTOR_STATE       directory of everything that outlives a run; default var/
#
# In CASTOR_STATE: castor.ini (written once, yours to edit), gemini.db and fake.db (keys, clients, log; two files, so
# that neither Google nor the fake ever sees the other's keys), client-key.  The keys in the database follow the
# environment: a new one is added, one that is no longer named is disabled, one that comes back is enabled again.  Keys
# you add yourself (`castor keys add`) are left alone.
#
# No key is ever an argument of a command, where ps would show it.

set -euo pipefail
umask 077

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
castor=${CASTOR_PROGRAM:-$repository/build/castor}
port=${PORT:-8080}
state=${CASTOR_STATE:-$repository/var}
readonly patience=15   # seconds for things to start
readonly farewell=5    # seconds for things to end before they are killed

# Names are made of a digest, so that a key is recognized without being shown.
readonly key_prefix=env- client_prefix=run-

# Secrets leave the environment here, so that no child inherits them.
gemini_keys=${GEMINI_API_KEYS:-}
client_key=${CASTOR_CLIENT_KEY:-}
export -n GEMINI_API_KEYS CASTOR_CLIENT_KEY

runtime=  # directory of this run alone: socket, generated server configuration
started=()  # pids

main() {
  check_surroundings
  mkdir -p "$state"
  state=$(cd "$state" && pwd)
  # Short, because a socket's path may have 107 bytes only.
  runtime=$(mktemp -d "${TMPDIR:-/tmp}/castor-run.XXXXXX")
  trap stop EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  choose_upstream
  export CASTOR_CONFIG=$state/castor.ini
  [[ -e $CASTOR_CONFIG ]] || write_ini >"$CASTOR_CONFIG"
  "$castor" migrate >/dev/null
  sync_keys
  sync_client

  write_server_configuration
  start lighttpd -D -f "$runtime/lighttpd.conf"
  lighttpd=$!
  wait_until answers "lighttpd does not answer on port $port; what it said stands above" "$lighttpd"
  greet
  wait "$lighttpd" || die "lighttpd ended (status $?)"
}

check_surroundings() {
  PATH=$PATH:/usr/sbin:/sbin
  [[ -x $castor ]] || die "$castor is not there: run make first"
  local needed
  for needed in lighttpd curl python3 sha256sum; do
    command -v "$needed" >/dev/null || die "$needed is missing: run tools/bootstrap.sh run"
  done
  [[ $port =~ ^[0-9]+$ && $port -ge 1 && $port -le 65535 ]] || die "PORT=$port is no port number"
  if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
    die "port $port is taken; choose another one: PORT=8081 make run"
  fi
  [[ -n $gemini_keys || -z ${GEMINI_BASE_URL:-} ]] || die "GEMINI_BASE_URL needs GEMINI_API_KEYS as well"
}

# Sets and exports where castor sends requests and keeps its state.
choose_upstream() {
  if [[ -n $gemini_keys ]]; then
    export CASTOR_DATABASE=$state/gemini.db
    if [[ -n ${GEMINI_BASE_URL:-} ]]; then export CASTOR_UPSTREAM_BASE_URL=$GEMINI_BASE_URL; fi
    return
  fi
  export CASTOR_DATABASE=$state/fake.db
  gemini_keys=fake-ok.one,fake-ok.two
  start python3 "$repository/tests/fake_gemini/fake_gemini.py" --port-file "$runtime/fake-port" >/dev/null
  wait_until fake_listens "the fake Gemini did not start" $!
  CASTOR_UPSTREAM_BASE_URL=http://127.0.0.1:$(<"$runtime/fake-port")
  export CASTOR_UPSTREAM_BASE_URL
}

fake_listens() { [[ -s $runtime/fake-port ]]; }

write_ini() {
  cat <<INI
; Written by \`make run\` on its first run, and yours to edit from then on; conf/castor.ini.example has every setting.
; The database, the upstream and the key come from tools/run.sh, through the environment.
INI
}

# Makes the keys named env-… those of the environment.
sync_keys() {
  local listed key name wanted=" "
  listed=$("$castor" keys list)
  while read -r key; do
    [[ -n $key ]] || continue
    name=$key_prefix$(digest "$key")
    wanted+="$name "
    if lists "$listed" "$name"; then
      "$castor" keys enable "$name" >/dev/null
    else
      printf '%s\n' "$key" | "$castor" keys add --name "$name" >/dev/null
    fi
  done < <(printf '%s\n' "${gemini_keys//,/$'\n'}" | tr -d ' \t\r')
  for name in $(names_in "$listed" "$key_prefix"); do
    [[ $wanted == *" $name "* ]] || "$castor" keys disable "$name" >/dev/null
  done
}

# Makes the key in $client_key the only valid client run-….  What was revoked stays so: a key that comes back may be
# the one somebody else has got hold of.
sync_client() {
  local listed name other chosen=$client_key
  listed=$("$castor" clients list)
  if [[ -z $chosen ]]; then
    [[ -s $state/client-key ]] || random_key >"$state/client-key"
    client_key=$(<"$state/client-key")
  fi
  name=$client_prefix$(digest "$client_key")
  if [[ $(client_state "$listed" "$name") == revoked ]]; then
    [[ -z $chosen ]] || die "this CASTOR_CLIENT_KEY was given up for another one and is revoked; choose a new one"
    random_key >"$state/client-key"
    client_key=$(<"$state/client-key")
    name=$client_prefix$(digest "$client_key")
  fi
  for other in $(names_in "$listed" "$client_prefix"); do
    [[ $other == "$name" || $(client_state "$listed" "$other") == revoked ]] ||
      "$castor" clients revoke "$other" >/dev/null
  done
  [[ $(client_state "$listed" "$name") == valid ]] ||
    printf '%s\n' "$client_key" | "$castor" clients add "$name" --key-stdin >/dev/null 2>&1 ||
    die "the client key cannot be added: it needs 16 to 200 printable characters"
}

# client_state LIST NAME: valid, revoked, or nothing.
client_state() { awk -v name="$2" '$2 == name { print $3 }' <<<"$1"; }

digest() { printf '%s' "$1" | sha256sum | cut -c1-12; }
random_key() { printf 'castor-%s\n' "$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"; }
lists() { grep -qwF -- "$2" <<<"$1"; }
names_in() { grep -oE -- "\\b$2[0-9a-f]{12}\\b" <<<"$1" || true; }

# The shipped lighttpd/castor.conf with its placeholders replaced, and the little a server of its own needs around it.
write_server_configuration() {
  local text
  text=$(<"$repository/lighttpd/castor.conf")
  text=${text//\/ai\///}
  text=${text//\/usr\/local\/lib\/castor\/castor.fcgi/"$castor"}
  text=${text//\/etc\/castor\/castor.ini/"$CASTOR_CONFIG"}
  text=${text//\/run\/lighttpd\/castor.sock/"$runtime/castor.sock"}
  printf '%s\n' "$text" >"$runtime/castor.conf"
  cat >"$runtime/lighttpd.conf" <<CONF
server.bind          = "127.0.0.1"
server.port          = $port
server.document-root = "$runtime"
server.upload-dirs   = ( "$runtime" )
include "$runtime/castor.conf"
CONF
}

answers() { curl -fsS -m 2 -o /dev/null "http://127.0.0.1:$port/health" 2>/dev/null; }

# start COMMAND...: runs it beside us; $! is its pid.  In a session of its own, because Ctrl-C is for this script, which
# ends things in order; and should the script be killed, so are they.
start() {
  setsid setpriv --pdeathsig TERM "$@" </dev/null &
  started+=($!)
}

# wait_until CONDITION MESSAGE PID: as long as the process lives and patience lasts.
wait_until() {
  local deadline=$((SECONDS + patience))
  until "$1"; do
    if ((SECONDS >= deadline)) || ! alive "$3"; then die "$2"; fi
    sleep 0.1
  done
}

# Ends everything that was started, the processes lighttpd started included.
stop() {
  local status=$? pid all=() deadline
  trap '' INT TERM HUP
  for pid in "${started[@]}"; do
    all+=("$pid")
    mapfile -t -O ${#all[@]} all < <(descendants "$pid")
  done
  ((${#all[@]} == 0)) || kill -TERM "${all[@]}" 2>/dev/null || true
  deadline=$((SECONDS + farewell))
  for pid in "${all[@]}"; do
    while alive "$pid"; do
      if ((SECONDS >= deadline)); then kill -KILL "$pid" 2>/dev/null || true; break; fi
      sleep 0.05
    done
  done
  [[ -z $runtime ]] || rm -rf "$runtime"
  exit "$status"
}

# Not so of a zombie that nobody collects, as happens where process 1 is no init.
alive() {
  local stat
  { read -r stat <"/proc/$1/stat"; } 2>/dev/null && [[ ${stat##*) } != Z* ]]
}

descendants() {
  local children child
  { read -r -a children <"/proc/$1/task/$1/children"; } 2>/dev/null || true
  for child in "${children[@]}"; do
    echo "$child"
    descendants "$child"
  done
}

greet() {
  local url=http://127.0.0.1:$port upstream
  if [[ $CASTOR_DATABASE == */fake.db ]]; then
    upstream="the FAKE Gemini: made-up answers, no network.  For real ones: GEMINI_API_KEYS=key,key make run"
  else
    upstream="${GEMINI_BASE_URL:-Google Gemini} with the keys of GEMINI_API_KEYS"
  fi
  cat <<GREETING

castor answers on $url, served by lighttpd.
Behind it is $upstream

A reply that streams:
  curl -N $url/v1/messages -H 'x-api-key: $client_key' -H 'content-type: application/json' \\
    -d '{"model":"claude-sonnet-5-5","max_tokens":1000,"stream":true,"messages":[{"role":"user","content":"Hello!"}]}'

Claude Code:
  ANTHROPIC_BASE_URL=$url ANTHROPIC_AUTH_TOKEN=$client_key claude

State is in $state.  Ctrl-C ends everything.

GREETING
}

die() { echo "make run: $*" >&2; exit 1; }

main
