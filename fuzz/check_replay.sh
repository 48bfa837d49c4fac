#!/usr/bin/env bash
# fuzz/check_replay.sh: what a fuzz target without engine says and how it exits, one case a run.
#
# Usage:
#   fuzz/check_replay.sh <t>_replay FOLDER_OF_ENCODED_SEEDS CASE
set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 2
fi
program=$1 corpus=$2 case=$3
target=$(basename "${program%_replay}")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# run ARGUMENT...: leaves exit code, standard output and standard error in $code, $out and $err.
run() {
    code=0
    # In a shell of its own, which is told nothing of the core that an abort may leave.
    (ulimit -c 0 && exec "$program" "$@") >"$scratch/out" 2>"$scratch/err" || code=$?
    out=$(tr -d '\0' <"$scratch/out") err=$(<"$scratch/err")
}

# expect WHAT COMMAND...: fails the case unless the command succeeds.
expect() {
    local what=$1
    shift
    if ! "$@"; then
        printf '%s\nexit code %s\n-- standard output\n%s\n-- standard error\n%s\n' "not so: $what" "$code" "$out" "$err"
        exit 1
    fi
}
lines() { wc -l <"$scratch/$1"; }
has_line() { grep -qxF -- "$2" "$scratch/$1"; }

unset POOLPROOF_SUBJECT
case $case in
    help)
        run --help
        expect "help ends well" [ "$code" -eq 0 ]
        expect "help shows the usage" grep -q '^usage: ' "$scratch/out"
        ;;
    no_input)
        mkdir "$scratch/empty"
        run "$scratch/empty"
        expect "an empty folder is a failure" [ "$code" -eq 2 ]
        expect "it is told in one line" [ "$(lines err)" -eq 1 ]
        run
        expect "no argument is a failure" [ "$code" -eq 2 ]
        ;;
    missing_file)
        run "$scratch/missing"
        expect "a missing file is a failure" [ "$code" -eq 3 ]
        expect "it is told in one line" [ "$(lines err)" -eq 1 ]
        ;;
    unknown_option)
        run --fast
        expect "an unknown option is a failure" [ "$code" -eq 2 ]
        expect "it is told in one line" [ "$(lines err)" -eq 1 ]
        ;;
    unknown_subject)
        POOLPROOF_SUBJECT=faulty:nobody run "$corpus"
        expect "an unknown subject aborts" [ "$code" -eq 134 ]
        expect "it is told in one line" [ "$(lines err)" -eq 1 ]
        expect "the line names the subject" grep -q 'faulty:nobody' "$scratch/err"
        ;;
    clean)
        : >"$scratch/no_bytes"
        head -c 1000 "$program" >"$scratch/garbage"
        run "$scratch/no_bytes" "$scratch/garbage" "$corpus"
        expect "the reference breaks no clause" [ "$code" -eq 0 ]
        expect "nothing is logged" [ ! -s "$scratch/err" ]
        ;;
    judge)
        run --judge never
        expect "a limit that is no number is a failure" [ "$code" -eq 2 ]
        expect "it is told in one line" [ "$(lines err)" -eq 1 ]
        # No questions: it says that it is ready, and ends.
        run --judge 1000 2560 </dev/null
        expect "no questions are no failure" [ "$code" -eq 0 ]
        expect "it says that it is ready" [ "$(wc -c <"$scratch/out")" -eq 16 ]
        # Half a question, and two whole ones: of no bytes, and of four.
        printf '\4\0\0' >"$scratch/half"
        run --judge <"$scratch/half"
        expect "half a question is the end" [ "$(wc -c <"$scratch/out")" -eq 16 ]
        printf '\0\0\0\0\0\0\0\0\0\0\0\0\4\0\0\0\1\0\0\0\0\0\0\0abcd' >"$scratch/questions"
        run --judge <"$scratch/questions"
        expect "questions are answered" [ "$code" -eq 0 ]
        expect "each gets an answer" [ "$(wc -c <"$scratch/out")" -eq 48 ]
        expect "nothing is logged" [ ! -s "$scratch/err" ]
        ;;
    violation)
        case $target in
            pool_trace_fuzzer) subject=faulty:wrong-tag-accepted seed=wrong_tag ;;
            special_pool_fuzzer) subject=faulty:slack-unchecked seed=slack_corruption ;;
            special_exhaustion_fuzzer) subject=faulty:slack-unchecked seed=slack_when_full ;;
            special_threads_fuzzer) subject=faulty:special-use-after-free seed=stale_pointers ;;
        esac
        POOLPROOF_SUBJECT=$subject run "$corpus/$seed"
        expect "a violated clause aborts" [ "$code" -eq 134 ]
        clause=$(sed -n 's/^Assertion failed: //p' "$scratch/err")
        expect "the crash state is one clause" grep -qxE '[A-Z0-9]+-[0-9]+' <<<"$clause"
        expect "so is the token" has_line err "DEDUP_TOKEN: $clause"
        expect "the trace is shown" has_line err "poolproof-trace 2 64-bit"
        expect "the replay is told" grep -qE "^replay with: (poolproof replay --as $target|${target}_replay) " "$scratch/err"
        expect "neither line tells an address" [ "$(grep -cE '^(Assertion|DEDUP).*0x' "$scratch/err")" -eq 0 ]
        run "$corpus/$seed"
        expect "the reference passes the same seed" [ "$code" -eq 0 ]
        ;;
    *)
        echo "unknown case $case" >&2
        exit 2
        ;;
esac
