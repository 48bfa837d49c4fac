#!/usr/bin/env bash
# props/check_package.sh: installs a build, and builds and runs impl/example against what was installed.
#
# Fails when the example does not build, finds another poolproof than the installed one, or checks nothing. A plugin, too,
# compiles against what was installed, in C and in C++.
#
# Usage:
#   props/check_package.sh SOURCE BUILD FLAGS [CC CXX]...    the example with these flags, by each pair of compilers
set -euo pipefail

if [ "${1-}" = --help ] || [ "${1-}" = -h ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 0
fi
if [ $# -lt 5 ] || [ $((($# - 3) % 2)) -ne 0 ]; then
    echo "props/check_package.sh: needs SOURCE, BUILD, FLAGS, and CC and CXX at least once; see --help" >&2
    exit 2
fi
source=$1 build=$2 flags=$3
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$build" --prefix "$scratch/prefix" >"$scratch/log" || { cat "$scratch/log" && exit 1; }
cp -r "$source/impl/example" "$scratch/example" # away from the tree, whose headers it may not find

cp "$source/props/plugins/malloc_plugin.c" "$scratch/"
ran=0
while [ $# -gt 0 ]; do
    folder=$scratch/build$ran
    cmake -S "$scratch/example" -B "$folder" -DCMAKE_C_COMPILER="$1" -DCMAKE_CXX_COMPILER="$2" \
        -DCMAKE_C_FLAGS="$flags" -DCMAKE_CXX_FLAGS="$flags" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_PREFIX_PATH="$scratch/prefix" >"$scratch/log" 2>&1 || { cat "$scratch/log" && exit 1; }
    grep -q "^poolproof_DIR:PATH=$scratch/prefix/" "$folder/CMakeCache.txt" || {
        echo "props/check_package.sh: the example found another poolproof than the installed one" >&2
        exit 1
    }
    cmake --build "$folder" >"$scratch/log" 2>&1 || { cat "$scratch/log" && exit 1; }
    "$1" -std=c99 -Wall -Wextra -Werror -pedantic -fPIC -shared -I "$scratch/prefix/include" -o "$scratch/plugin.so" \
        "$scratch/malloc_plugin.c"
    echo '#include <poolproof/subject.h>' | "$2" -std=c++11 -Wall -Wextra -Werror -pedantic -fsyntax-only -x c++ \
        -I "$scratch/prefix/include" -
    for language in c cpp; do
        echo "== $2, the driver in $language"
        "$folder/run_event_log_$language" | tee "$scratch/said"
        grep -qE '^[1-9][0-9]* checks, 0 wrong$' "$scratch/said"
        ran=$((ran + 1))
    done
    shift 2
done
echo "$ran programs ran"
[ "$ran" -gt 0 ]
