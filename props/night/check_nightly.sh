#!/usr/bin/env bash
# props/night/check_nightly.sh: the nightly job with the real engines, one case a run.
#
# Usage:
#   check_nightly.sh POOLPROOF BUILD WORK CASE
#     POOLPROOF  the command; poolproof_props lies beside it
#     BUILD      of the preset fuzz
#     WORK       a folder for this case, which is emptied
#     CASE       quiet: nothing is found, exit code 0, a record and the page
#                faulty: a broken subject, exit code 1, findings named by clause, reproducers that show it
#                killed: SIGKILL at 20 random moments and more, and nothing that was found is lost
set -euo pipefail

if [ $# -ne 4 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0" >&2
    exit 2
fi
command=$1 build=$2 work=$3 case=$4
rm -rf "$work"
mkdir -p "$work"
state=$work/state

fail() {
    echo "not so: $1" >&2
    tail -n 40 "$work/log" >&2 || true
    exit 1
}

# nightly ARGUMENT...: leaves the exit code in $code, the output in $work/log.
nightly() {
    code=0
    "$command" nightly --build "$build" --state "$state" --jobs 2 --json "$work/night.json" "$@" >"$work/log" 2>&1 || code=$?
}
# has TEXT: the record says so.
has() { grep -qF -- "$1" "$work/night.json"; }

# edges TARGET FOLDER...: that libFuzzer sees covered.
edges() {
    local target=$1
    shift
    "$build/bin/$target" -runs=0 "$@" 2>&1 | sed -n 's/.*INITED cov: \([0-9]*\).*/\1/p'
}

case $case in
    quiet)
        nightly --minutes 0.3
        [ "$code" -eq 0 ] || fail "a night on the reference ends with 0, not $code"
        [ -s "$state/dashboard.html" ] || fail "there is a page"
        [ "$(find "$state/nights" -name '*.json' | wc -l)" -eq 1 ] || fail "the record is among the nights"
        touch "$state/crashes/pool_trace_fuzzer/stray"
        nightly --minutes 0.2 --targets pool_trace_fuzzer
        [ "$code" -eq 12 ] || fail "files that triage makes nothing of break the night, with 12, not $code"
        has 'nothing to triage' || fail "the record says so"
        nightly --minutes 0.3 --targets other_fuzzer
        [ "$code" -eq 2 ] || fail "an unknown target is a usage error, not $code"
        ;;
    faulty)
        nightly --minutes 0.2 --targets pool_trace_fuzzer,special_pool_fuzzer --subject faulty:wrong-tag-accepted
        [ "$code" -eq 1 ] || fail "a night on a broken subject ends with 1, not $code"
        has '"bucket": "EFPT-02"' || fail "the finding is named by its clause"
        has '"reproducer": "shows' || fail "the reproducer compiles and shows it"
        ;;
    killed)
        few=pool_trace_fuzzer,packet_parser_fuzzer
        targets=(pool_trace_fuzzer packet_parser_fuzzer)
        arguments=(--minutes 0.4 --targets "$few" --subject faulty:wrong-tag-accepted)
        RANDOM=1
        kills=0
        for target in "${targets[@]}"; do mkdir -p "$work/seen/$target"; done
        touch "$work/crashes"
        while [ "$kills" -lt 20 ]; do
            "$command" nightly --build "$build" --state "$state" --jobs 2 "${arguments[@]}" >"$work/log" 2>&1 &
            job=$!
            # The first ones may hit canaries; then the job gets so far that there is something to lose.
            for ((i = 0; kills == 3 && i < 600; i++)); do
                [ -z "$(find "$state/crashes" -type f 2>/dev/null)" ] || break
                sleep 0.2
            done
            sleep "$((RANDOM % 3)).$((RANDOM % 10))"
            kill -KILL "$job" 2>/dev/null || { wait "$job" || true; continue; }
            wait "$job" 2>/dev/null || true
            kills=$((kills + 1))
            ! pgrep -f -- "-artifact_prefix=$state" >/dev/null || { sleep 1; ! pgrep -f -- "-artifact_prefix=$state"; } ||
                fail "the engines died with the job"
            for target in "${targets[@]}"; do
                cp -n "$state/corpus/$target"/* "$work/seen/$target/" 2>/dev/null || true
                cp -n "$state/corpus/$target.old"/* "$work/seen/$target/" 2>/dev/null || true
            done
            find "$state/crashes" -type f -printf '%P\n' 2>/dev/null | sort >"$work/crashes.now"
            [ -z "$(comm -23 "$work/crashes" "$work/crashes.now")" ] || fail "no crash was lost after $kills kills"
            mv "$work/crashes.now" "$work/crashes"
        done
        nightly "${arguments[@]}"
        [ "$code" -eq 1 ] || fail "it ends as if it had not been killed, with 1, not $code"
        has '"bucket": "EFPT-02"' || fail "the finding is there"
        [ -s "$work/crashes" ] || fail "something had been found before the last kill"
        for target in "${targets[@]}"; do
            before=$(edges "$target" "$work/seen/$target")
            after=$(edges "$target" "$state/corpus/$target" "$state/crashes/$target")
            [ "$after" -ge "$before" ] || fail "what is kept of $target covers $after edges, and once covered $before"
            echo "$target: $after edges, of $before ever seen"
        done
        echo "$kills kills, $(wc -l <"$work/crashes") crashes kept"
        ;;
    *) fail "unknown case $case" ;;
esac
