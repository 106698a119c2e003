#!/usr/bin/env bash
# Installs the Debian packages castor needs, and nothing where all are there.
#
#   tools/bootstrap.sh build     to compile it
#   tools/bootstrap.sh run       and to serve with `make run`
#   tools/bootstrap.sh check     and to run every test
#
# Uses sudo unless run as root.  The web servers come without their system services: what this script installs is
# neither started nor enabled, so nothing takes port 80 on a machine that only wanted to build and test.
# A package may have alternatives, `a|b`: one of them is enough, and the first that Debian knows is installed.

set -euo pipefail

for_build=(g++ make 'libboost1.81-dev|libboost-dev' libcli11-dev libcurl4-openssl-dev libfcgi-dev
           libhowardhinnant-date-dev libinih-dev libsqlite3-dev libssl-dev zlib1g-dev tzdata ca-certificates)
for_run=(curl lighttpd python3)
for_check=(apache2 'libapache2-mod-fcgid' 'nginx-light|nginx|nginx-core|nginx-full|nginx-extras'
           sqlite3 openssl python3-jsonschema shellcheck mandoc autoconf)
services=(apache2 lighttpd nginx)  # the packages above that would start one

main() {
  local packages=("${for_build[@]}")
  case "${1:-build}" in
    build) ;;
    run) packages+=("${for_run[@]}") ;;
    check)
      packages+=("${for_run[@]}" "${for_check[@]}")
      # npm may have come with a Node.js that is none of Debian's, and Debian's would not install beside it.
      command -v npm >/dev/null || packages+=(npm)
      ;;
    *) die "usage: tools/bootstrap.sh [build|run|check]" ;;
  esac

  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    say "this is no Debian, so nothing is installed; what is needed goes by these names there:"
    say "  ${packages[*]}"
    return 0
  fi

  local missing
  mapfile -t missing < <(missing_of "${packages[@]}")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  say "installing ${missing[*]%%|*}"

  if [[ $EUID -eq 0 ]]; then
    install_packages "${missing[@]}"
  elif command -v sudo >/dev/null; then
    # Without a terminal sudo could only fail to ask.
    local sudo=(sudo)
    [[ -t 0 ]] || sudo+=(-n)
    "${sudo[@]}" "${BASH_SOURCE[0]}" --install "${missing[@]}" || die "$(by_hand "${missing[@]}")"
  else
    die "$(by_hand "${missing[@]}")"
  fi
}

# Those of the packages that are not installed, one a line.
missing_of() {
  local names installed package name
  mapfile -t names < <(printf '%s\n' "$@" | tr '|' '\n')
  # dpkg-query fails when it does not know one of them, and still prints the others.
  installed=$(dpkg-query --show --showformat='<${db:Status-Status} ${Package}>' "${names[@]}" 2>/dev/null) || true
  for package in "$@"; do
    for name in ${package//|/ }; do
      [[ $installed != *"<installed $name>"* ]] || continue 2
    done
    echo "$package"
  done
}

# As root.
install_packages() {
  local names=() log
  log=$(mktemp)
  apt_get update >"$log" 2>&1 || { cat "$log" >&2; die "apt-get update failed"; }
  mapfile -t names < <(first_known "$@")
  hold_services
  if ! apt_get install --yes --no-install-recommends "${names[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    die "apt-get could not install ${names[*]}"
  fi
  rm -f "$log"
  disable_services "${names[@]}"
}

apt_get() {
  # Another apt may be at work on a machine that has just started.
  DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

first_known() {
  local package name
  for package in "$@"; do
    for name in ${package//|/ }; do
      apt-cache show "$name" >/dev/null 2>&1 && break
    done
    echo "$name"
  done
}

# Debian asks policy-rc.d before a package starts its service; 101 says no.  The machine's own answer comes back on
# exit, whatever happens in between.
readonly policy=/usr/sbin/policy-rc.d
hold_services() {
  if [[ -e $policy ]]; then
    mv "$policy" "$policy.before-castor"
    trap 'mv -f "$policy.before-castor" "$policy"' EXIT
  else
    trap 'rm -f "$policy"' EXIT
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
}

# Not started now, and not at the next boot either.  Only what was installed just now: a server that was there before
# is somebody's.
disable_services() {
  local package service
  for package in "$@"; do
    for service in "${services[@]}"; do
      if [[ $package == "$service" || $package == "$service"-* ]]; then
        { systemctl disable --quiet "$service" || update-rc.d "$service" disable; } >/dev/null 2>&1 || true
        say "$service is installed for tests and \`make run\`; its system service is switched off"
      fi
    done
  done
}

by_hand() {
  echo "cannot install packages: no root, and sudo said no or is not there.  As root:"
  echo "  apt-get install $(first_known "$@" | tr '\n' ' ')"
}

say() { echo "bootstrap: $*" >&2; }
die() { say "$*"; exit 1; }

if [[ ${1:-} == --install ]]; then
  shift
  install_packages "$@"
else
  main "$@"
fi
