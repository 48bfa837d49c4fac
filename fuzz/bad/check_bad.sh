#!/usr/bin/env bash
# fuzz/bad/check_bad.sh: a bad fuzz target breaks exactly the rule that is about it, and a good one none; one case a run.
#
# Usage:
#   fuzz/bad/check_bad.sh POOLPROOF FOLDER_OF_BUILT_TARGETS CASE
set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 2
fi
command=$1 built=$2 case=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
out=$scratch/out
mkdir "$out" "$scratch/seeds"

# put PROGRAM NAME: that program under this name, with options and seeds, as the build of good targets leaves them.
put() {
    cp "$built/$1" "$out/$2"
    printf '[libfuzzer]\nmax_len = 4096\nlen_control = 20\n' >"$out/$2.options"
    printf 'a seed' >"$scratch/seeds/first"
    printf 'and another one' >"$scratch/seeds/second"
    (cd "$scratch/seeds" && cmake -E tar cf "$out/$2_seed_corpus.zip" --format=zip -- *)
}

target=${case}_fuzzer program=good floor=200 rule=
case $case in
    good) ;;
    uninstrumented) program=$case rule=counters ;;
    few_edges) program=$case rule=edges ;;
    no_sanitizer | two_sanitizers) program=$case rule=sanitizer ;;
    library_folder) program=$case rule=moved ;;
    crash_at_start | no_start) rule=starts ;;
    crash_on_seed | exit_on_seed) rule=clean ;;
    below_floor) rule=floor floor=100000 ;;
    crash_later | other_path_later) rule=repeats ;;
    print) rule=silent ;;
    write_beside | write_elsewhere) rule=writes ;;
    read_build_folder) rule=moved ;;
    wrong_name) rule=named target=wrong-name_fuzzer ;;
    missing) rule=listed ;;
    unknown_target) rule=named ;;
    no_options | bad_options | missing_dictionary) rule=options ;;
    no_seeds | empty_seeds) rule=seeds ;;
    no_target) ;;
    *)
        echo "unknown case $case" >&2
        exit 2
        ;;
esac
checked=$target:$floor
put "$program" "$target"
case $case in
    missing) mv "$out/$target" "$out/other_fuzzer" && checked+=" --target other_fuzzer" ;;
    unknown_target) put good good_fuzzer && checked=good_fuzzer ;;
    no_options) rm "$out/$target.options" ;;
    bad_options) echo 'max_length = 4096' >>"$out/$target.options" ;;
    missing_dictionary) echo 'dict = words.dict' >>"$out/$target.options" ;;
    no_seeds) rm "$out/${target}_seed_corpus.zip" ;;
    empty_seeds)
        : >"$scratch/seeds/first"
        : >"$scratch/seeds/second"
        (cd "$scratch/seeds" && cmake -E tar cf "$out/${target}_seed_corpus.zip" --format=zip -- *)
        ;;
    no_target) rm "$out/$target" ;;
esac

code=0
# shellcheck disable=SC2086 # options of their own
"$command" check-build "$out" --limit 20 --target $checked >"$scratch/said" 2>&1 || code=$?

fail() {
    echo "not so: $1; exit code $code"
    cat "$scratch/said"
    exit 1
}
broken=$(sed -n "s/^$target: \([a-z]*\): .*/\1/p" "$scratch/said")
case $case in
    good)
        [ "$code" -eq 0 ] || fail "a good target passes"
        grep -qx '1 targets: 14 rules kept, 0 broken, 0 not tried' "$scratch/said" || fail "every rule was tried"
        ;;
    no_target)
        [ "$code" -eq 7 ] || fail "a folder without targets is no input"
        ;;
    *)
        [ "$code" -eq 1 ] || fail "it is rejected"
        [ "$broken" = "$rule" ] || fail "it breaks '$rule' and nothing else, not '${broken//$'\n'/ }'"
        ;;
esac
