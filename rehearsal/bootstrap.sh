#!/bin/sh
# Makes this machine ready and then runs what it is given: sh rehearsal/bootstrap.sh bun runbooks/rehearse.ts
# Needs Node and npm alone. Finds or installs Bun, installs from the lockfile, and gets what a rehearsal
# stands on, as far as the system's package manager offers it. Says nothing when there is nothing to do.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
tools=$root/.tools
log=$tools/bootstrap.log
version=$(sed -n 's/^ *"bun": *"\([0-9][^"]*\)".*/\1/p' package.json | head -n 1)

say() { printf '%s\n' "$*" >&2; }

# The user's own PATH: npm puts folders of its packages before it, where a `bun` need not be one that runs.
own_path=$(printf '%s' "$PATH" | tr ':' '\n' | grep -v '/node_modules/' | paste -sd: -)
have() { (PATH=$own_path && command -v "$1") >/dev/null 2>&1; }

# What it says goes to the log alone; or is shown, when it fails.
silently() {
  mkdir -p "$tools"
  "$@" >"$log" 2>&1 </dev/null
}
quietly() {
  silently "$@" && return 0
  tail -n 15 "$log" >&2
  return 1
}

# --- Bun, of exactly the version that package.json pins ---

is_bun() { [ -x "$1" ] && [ "$("$1" --version 2>/dev/null)" = "$version" ]; }

find_bun() {
  bun=$(PATH=$own_path && command -v bun) && is_bun "$bun" && return 0
  bun=$tools/bin/bun
  is_bun "$bun"
}

# Where npm lets packages run no scripts, its `bun` stays a placeholder, and the program lies in the platform's package.
settle_bun() {
  for found in "$1/bun/bin/bun.exe" "$1"/@oven/bun-*/bin/bun "$1"/bun/node_modules/@oven/bun-*/bin/bun; do
    if is_bun "$found"; then
      mkdir -p "$tools/bin"
      ln -sf "$found" "$tools/bin/bun"
      ln -sf "$found" "$tools/bin/bunx"
      bun=$tools/bin/bun
      return 0
    fi
  done
  return 1
}

install_bun() {
  say "Installing Bun $version"
  global=$(npm prefix -g 2>/dev/null || true)/bin
  if ! have bun && [ -w "$global" ] && printf ':%s:' "$own_path" | grep -qF ":$global:"; then
    silently npm install -g --no-audit --no-fund "bun@$version" && find_bun && return 0
    # Better no `bun` than one that only says that it was not set up.
    npm uninstall -g bun >/dev/null 2>&1 || true
  fi
  if ! quietly npm install --prefix "$tools" --no-save --no-audit --no-fund "bun@$version" || ! settle_bun "$tools/node_modules"; then
    say "Bun $version is missing and npm could not install it: get it from https://bun.com/docs/installation"
    exit 1
  fi
  say "To use it in your own shell: export PATH=\"$tools/bin:\$PATH\""
}

find_bun || install_bun
PATH=$(dirname "$bun"):$own_path
export PATH

# --- The packages of the lockfile ---

stamp=$tools/installed
state=$(cat package.json bun.lock bunfig.toml | cksum)
if [ ! -d node_modules ] || [ "$(cat "$stamp" 2>/dev/null)" != "$state" ]; then
  if ! quietly "$bun" install --frozen-lockfile; then
    say "The packages of bun.lock could not be installed: see $log"
    exit 1
  fi
  mkdir -p "$tools"
  printf '%s\n' "$state" >"$stamp"
fi

# --- What a rehearsal stands on ---

has_redis() { have redis-server || have valkey-server; }
has_postgres() {
  have postgres && have initdb && return 0
  for program in /usr/lib/postgresql/*/bin/postgres /usr/pgsql-*/bin/postgres /opt/homebrew/opt/postgresql*/bin/postgres \
    /usr/local/opt/postgresql*/bin/postgres /home/linuxbrew/.linuxbrew/opt/postgresql*/bin/postgres \
    /Applications/Postgres.app/Contents/Versions/*/bin/postgres; do
    [ -x "$program" ] && return 0
  done
  return 1
}
has_openssl() { have openssl; }
has_terraform() { have terraform; }
has_moto() { [ -x "$tools/venv/bin/moto_server" ] || have moto_server; }
has_python() { have python3 && python3 -c 'import venv, ensurepip' 2>/dev/null; }
has_browser() {
  for name in chromium chromium-browser google-chrome google-chrome-stable chrome; do have "$name" && return 0; done
  [ -d "/Applications/Google Chrome.app" ] || [ -d /Applications/Chromium.app ]
}

needs="redis postgres openssl terraform"
has_moto || needs="$needs python"
case " $* " in *" tests/run.ts "*) needs="$needs browser" ;; esac

missing() { for need in $needs; do "has_$need" || printf '%s ' "$need"; done; }

apt_name() {
  case $1 in
    redis) echo redis-server ;;
    postgres) echo postgresql ;;
    python) echo python3-venv ;;
    # Debian's browser; Ubuntu's package of that name is only a way to snap, which may not be there.
    browser) echo chromium ;;
    *) echo "$1" ;;
  esac
}

brew_name() {
  case $1 in
    postgres) echo postgresql@17 ;;
    python) echo python@3.13 ;;
    terraform) echo hashicorp/tap/terraform ;;
    browser) echo chromium ;;
    *) echo "$1" ;;
  esac
}

# One at a time, so that what is not offered does not keep the rest away. The services that come with
# the packages are not started: a rehearsal starts its own.
with_apt() {
  [ -n "$(ls /var/lib/apt/lists 2>/dev/null | grep Packages)" ] || quietly apt-get update || return 0
  refreshed=
  for need in "$@"; do
    name=$(apt_name "$need")
    say "Installing $name"
    apt_install "$name" && continue
    [ -n "$refreshed" ] || quietly apt-get update || true
    refreshed=yes
    apt-cache show "$name" >/dev/null 2>&1 && apt_install "$name" || true
  done
}
apt_install() { silently env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y --no-install-recommends "$1"; }

with_brew() {
  for need in "$@"; do
    say "Installing $(brew_name "$need")"
    silently brew install "$(brew_name "$need")" || true
  done
}

wanted=$(missing)
if [ -n "$wanted" ]; then
  if [ "$(id -u)" = 0 ] && have apt-get; then
    with_apt $wanted
  elif [ "$(id -u)" != 0 ] && have brew; then
    with_brew $wanted
  fi
fi

if ! has_moto && has_python; then
  say "Installing moto into .tools/venv"
  silently python3 -m venv "$tools/venv" &&
    silently "$tools/venv/bin/python" -m pip install --disable-pip-version-check --retries 1 'moto[server]==5.2.1' ||
    rm -rf "$tools/venv"
fi

how() {
  case $1 in
    redis) say "Redis is missing: install it so that redis-server is on PATH (https://redis.io/docs/latest/operate/oss_and_stack/install/)" ;;
    postgres) say "PostgreSQL is missing: install its server, version 14 or newer (https://www.postgresql.org/download/)" ;;
    openssl) say "OpenSSL is missing: install it so that openssl is on PATH (https://openssl-library.org/source/)" ;;
    terraform) say "Terraform is missing: install version 1.11 or newer (https://developer.hashicorp.com/terraform/install)" ;;
    browser) say "Chromium is missing: install it or Google Chrome, for the tests of the chat page (https://www.chromium.org/getting-involved/download-chromium/)" ;;
    python) say "Python 3 with venv is missing: install it (https://www.python.org/downloads/), for moto to be installed with" ;;
    moto) say "moto is missing: install it with: pip install 'moto[server]==5.2.1' (https://docs.getmoto.org)" ;;
  esac
}

has_moto && needs=$(printf '%s' "$needs" | sed 's/ python//') || needs="$needs moto"
wanted=$(missing)
if [ -n "$wanted" ]; then
  for need in $wanted; do how "$need"; done
  exit 1
fi

[ "${1:-}" = bun ] && shift && set -- "$bun" "$@"
exec "$@"
