#!/usr/bin/env bash
# .clusterfuzzlite/build.sh: builds every fuzz target by the contract of OSS-Fuzz. The one script for ClusterFuzzLite,
# OSS-Fuzz (ci/oss_fuzz) and by hand.
#
# Takes from the environment: CC, CXX, CFLAGS, CXXFLAGS, LIB_FUZZING_ENGINE, OUT (what is made goes there) and WORK
# (scratch). Adds no sanitizer of its own. Into $OUT go, for each target: the program, TARGET.options,
# TARGET_seed_corpus.zip and, where there is one, TARGET.dict.
#
# By hand, for libFuzzer and for AFL++ (ci/setup --afl), whose targets replay the files given to them:
#   export CC=clang-19 CXX=clang++-19 CFLAGS='-O1 -g -fsanitize=address,fuzzer-no-link' CXXFLAGS="$CFLAGS"
#   OUT=$PWD/out WORK=$PWD/work LIB_FUZZING_ENGINE=-fsanitize=fuzzer .clusterfuzzlite/build.sh
#
#   export CC=afl-clang-fast CXX=afl-clang-fast++ CFLAGS='-O1 -g -fsanitize=address' CXXFLAGS="$CFLAGS"
#   OUT=$PWD/out WORK=$PWD/work LIB_FUZZING_ENGINE=-fsanitize=fuzzer .clusterfuzzlite/build.sh
#   export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1
#   unzip -d seeds out/pool_trace_fuzzer_seed_corpus.zip && afl-fuzz -i seeds -o found -- out/pool_trace_fuzzer
#
# Exit codes: 0 done, 2 a variable is missing, 3 a target was not made; those of cmake when it fails
set -euo pipefail

if [ "${1-}" = --help ] || [ "${1-}" = -h ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
fi
for variable in CC CXX LIB_FUZZING_ENGINE OUT WORK; do
    if [ -z "${!variable-}" ]; then
        echo ".clusterfuzzlite/build.sh: $variable is not set; see --help" >&2
        exit 2
    fi
done
root=${SRC-}/poolproof # in the images, where this script is copied away from the tree
[ -e "$root/CMakeLists.txt" ] || root=$(cd "$(dirname "$0")/.." && pwd)
build=$WORK/poolproof
mkdir -p "$OUT" "$build"

cmake -G Ninja -S "$root" -B "$build" -DCMAKE_BUILD_TYPE=None -DPOOLPROOF_TESTS=OFF -DPOOLPROOF_FUZZ=ON \
    -DPOOLPROOF_WERROR=OFF -DPOOLPROOF_LIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$build" --parallel "$(nproc)" --target poolproof_fuzz_targets

made=0
while read -r target; do
    corpus=$build/corpus/$target
    for file in "$build/bin/$target" "$build/bin/$target.options" "$corpus"; do
        [ -e "$file" ] || { echo ".clusterfuzzlite/build.sh: $file was not made" >&2 && exit 3; }
    done
    cp "$build/bin/$target" "$build/bin/$target.options" "$OUT/"
    if [ -e "$root/fuzz/$target.dict" ]; then cp "$root/fuzz/$target.dict" "$OUT/"; fi
    rm -f "$OUT/${target}_seed_corpus.zip"
    (cd "$corpus" && cmake -E tar cf "$OUT/${target}_seed_corpus.zip" --format=zip -- *)
    made=$((made + 1))
done <"$build/fuzz_targets.txt"
echo "$made targets in $OUT"
[ "$made" -gt 0 ] || exit 3
