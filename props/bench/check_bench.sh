#!/usr/bin/env bash
# props/bench/check_bench.sh: what a bench (poolproof_bench, poolproof_bench_time_to_bug) says and how it exits, one case a
# run; no time is judged.
#
# Usage:
#   props/bench/check_bench.sh PROGRAM CASE
set -euo pipefail

if [ $# -ne 2 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 2
fi
program=$1 case=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run ARGUMENT...: leaves exit code and outputs in $code, $scratch/out and $scratch/err.
run() {
    code=0
    "$program" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
}

# expect WHAT COMMAND...: fails the case unless the command succeeds.
expect() {
    local what=$1
    shift
    "$@" && return
    printf 'not so: %s\nexit code %s\n' "$what" "$code"
    cat "$scratch/out" "$scratch/err"
    exit 1
}

case $case in
    help)
        run --help
        expect "help ends well" [ "$code" -eq 0 ]
        expect "help has examples" grep -q '^Examples:' "$scratch/out"
        ;;
    unknown_allocator)
        run --allocator nobody
        expect "an unknown allocator is wrong usage" [ "$code" -eq 2 ]
        expect "it is told in one line" [ "$(wc -l <"$scratch/err")" -eq 1 ]
        ;;
    unknown_bench)
        code=0
        "$(dirname "$0")/../../ci/bench" nothing >"$scratch/out" 2>"$scratch/err" || code=$?
        expect "an unknown bench is wrong usage" [ "$code" -eq 2 ]
        expect "it is named" grep -q "unknown bench 'nothing'" "$scratch/err"
        ;;
    report)
        run --quick --repetitions 1 --live 100 --allocator poolproof,bare-loop --no-faults --json "$scratch/json"
        expect "it ends well" [ "$code" -eq 0 ]
        expect "four rows" [ "$(grep -c '"live": 100' "$scratch/json")" -eq 4 ]
        expect "both allocators" grep -q '"allocator": "bare-loop"' "$scratch/json"
        expect "a figure" grep -qE '"ns_per_pair": [0-9]+\.[0-9]+' "$scratch/json"
        ;;
    out_of_reach)
        run --quick --repetitions 1 --live 1000000 --allocator duma --no-faults --json "$scratch/json"
        expect "a limit of the host is no failure" [ "$code" -eq 0 ]
        expect "a row without a figure" grep -q '"ns_per_pair": null' "$scratch/json"
        expect "its reason" grep -q '"why": "' "$scratch/json"
        ;;
    time_to_bug_usage)
        run --targets "$scratch" --subject nobody
        expect "an unknown subject is wrong usage" [ "$code" -eq 2 ]
        expect "it is told in one line" [ "$(wc -l <"$scratch/err")" -eq 1 ]
        ;;
    time_to_bug_no_targets)
        run --targets "$scratch" --subject straddles-a-page --seeds 1
        expect "a run that cannot be made is no figure" [ "$code" -eq 3 ]
        expect "the program is named" grep -q "pool_trace_fuzzer" "$scratch/err"
        ;;
    *)
        echo "$0: unknown case '$case'" >&2
        exit 2
        ;;
esac
