#!/bin/sh
# What must be on a machine before Python can take over. Called by the Makefile.
#   setup.sh environment PYTHON FOLDER   a virtual environment with uv in it
#   setup.sh browser                     Chromium for the tests of pages
#   setup.sh load                        wrk for the proof of what the site bears
set -eu

say() { printf '%s\n' "$*" >&2; }

# Root on Debian: packages may be installed without asking anyone.
may_install() {
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 && grep -q '^ID=debian' /etc/os-release 2>/dev/null
}

install_packages() {
    say "installing $* (apt)"
    DEBIAN_FRONTEND=noninteractive
    export DEBIAN_FRONTEND
    apt-get -qq update && apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

environment() {
    python=$1
    folder=$2
    if ! command -v "$python" >/dev/null 2>&1; then
        say "$python is not there. Install Python 3.11 or later, or name it: make PYTHON=/path/to/python3.12"
        exit 1
    fi
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        say "$python is $("$python" --version 2>&1); Zaragoza needs Python 3.11 or later." \
            "Install one, or name it: make PYTHON=python3.12"
        exit 1
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if may_install; then install_packages python3-venv || true; fi
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            say "$python cannot make virtual environments. On Debian and Ubuntu: apt install python3-venv"
            exit 1
        fi
    fi
    say "setting up $folder with $("$python" --version)"
    "$python" -m venv --clear "$folder"
    "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r requirements/bootstrap.txt
}

browser() {
    missing=
    command -v chromium >/dev/null 2>&1 || missing="chromium"
    if may_install; then
        dpkg -s fonts-dejavu-core >/dev/null 2>&1 || missing="$missing fonts-dejavu-core"
        # shellcheck disable=SC2086  # a list of names
        if [ -n "$missing" ]; then install_packages $missing || say "apt could not install: $missing"; fi
    fi
}

load() {
    if ! command -v wrk >/dev/null 2>&1 && may_install; then
        install_packages wrk || say "apt could not install: wrk"
    fi
}

case ${1:-} in
    environment) environment "$2" "$3" ;;
    browser) browser ;;
    load) load ;;
    *) say "usage: setup.sh environment PYTHON FOLDER | setup.sh browser | setup.sh load"; exit 2 ;;
esac
