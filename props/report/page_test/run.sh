#!/usr/bin/env bash
# props/report/page_test/run.sh: the tests of the reports by tools of others: a browser, and the validator of SARIF's makers.
#
# What npm installs goes into WORK, once for each package-lock.json; the reports of the runs and the screenshots as well.
#
# Usage:
#   run.sh COMMAND WORK results    make the reports of two real runs with the command poolproof at COMMAND
#   run.sh COMMAND WORK sarif      the SARIF reports against the schema and the rules of the validator
#   run.sh COMMAND WORK browser    the page in headless Chromium; screenshots into WORK/screenshots
#   run.sh COMMAND WORK nights     the page over nights, likewise, with made-up nights
#
# Exit codes: 0 passed, 1 failed, 2 usage, 3 a tool is missing
set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
fi
command=$1 work=$2 test=$3
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work/reports"
for tool in node npm; do
    command -v $tool >/dev/null || { echo "$0: no $tool; install it with ci/setup" >&2; exit 3; }
done

# A copy, since packages are looked for from where a script lies.
install() {
    cp "$here"/*.mjs "$here"/package.json "$here"/package-lock.json "$work/"
    if ! cmp -s "$work/package-lock.json" "$work/node_modules/.installed"; then
        npm ci --prefix "$work" --ignore-scripts --no-audit --no-fund --loglevel=error
        chmod u+x "$work"/node_modules/@microsoft/sarif-multitool-*/Sarif.Multitool
        cp "$work/package-lock.json" "$work/node_modules/.installed"
    fi
}

# verify WANTED NAME ARGUMENT...: a run with all reports, which has to end with the exit code WANTED.
verify() {
    local wanted=$1 name=$2 code=0
    shift 2
    "$command" verify --ops 20000 --json "$name.json" --sarif "$name.sarif" --html "$name.html" --junit "$name.xml" \
        --markdown "$name.md" "$@" >"$name.txt" || code=$?
    [ "$code" -eq "$wanted" ] || { echo "verify $* ended with $code, not $wanted" >&2 && exit 1; }
}

case $test in
    results)
        cd "$work/reports"
        verify 0 reference
        verify 1 faulty --subject faulty:straddles-a-page
        "$command" report faulty.json reference.json --html both.html --sarif both.sarif
        install
        ;;
    sarif) DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_BUNDLE_EXTRACT_BASE_DIR=$work/dotnet node "$work/sarif.mjs" ;;
    browser | nights) node "$work/$test.mjs" "$command" ;;
    *) echo "$0: unknown test '$test'" >&2 && exit 2 ;;
esac
