#!/usr/bin/env bash
# fuzz/check_planted.sh: what the report of a planted bug of the driver module says, from its smallest input.
#
# Usage:
#   fuzz/check_planted.sh packet_parser_<bug>_planted_replay SOURCE_FOLDER BUG
set -euo pipefail

if [ $# -ne 3 ]; then
    sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
    exit 2
fi
program=$1 source=$2 bug=$3
report=$(mktemp)
trap 'rm -f "$report"' EXIT

code=0
(ulimit -c 0 && exec "$program" "$source/corpus/seeds/packet_parser_fuzzer/$bug.bin") >"$report" 2>&1 || code=$?

# expect WHAT REGULAR_EXPRESSION: a line of the report matches.
expect() {
    grep -qE -- "$2" "$report" || fail "$1: no line matches $2"
}
fail() {
    printf 'not so: %s\nexit code %s\n' "$1" "$code"
    cat "$report"
    exit 1
}
# line TEXT: where the module says so first.
line() {
    grep -nF -m 1 -- "$1" "$source/fuzz/driver/packet_parser.c" | cut -d: -f1
}
# part HEADING: of the report, the frames below this heading up to the next one.
part() {
    sed -n "/^$1/,/^[^ ]/p" "$report" | sed 1d
}
# expect_frame HEADING TEXT: the frames there name the line of the module that says so.
expect_frame() {
    part "$1" | grep -qE "packet_parser\.c:$(line "$2")(:|$| )" || fail "below '$1' stands line $(line "$2"), $2"
}

[ "$code" -eq 134 ] || fail "the bug aborts"
case $bug in
    overrun)
        expect "it is found at the access" '^\*\*\* STOP: 0x000000cd \(0x[0-9a-f]{16},0x0000000000000001,'
        expect "the byte is told" 'a write 0 bytes behind the end of the block of 16 bytes at '
        expect "the tag is told" '^  tag Pkb0 .*, live$'
        expect_frame "Stack:" "to[i] = from[i];"
        expect_frame "Stack:" "copy_bytes(packet->buffer + packet->headroom + whole->filled"
        expect_frame "Allocated by ExAllocatePoolWithTag" "whole->packet = make_packet(total);"
        ;;
    use_after_free)
        expect "it is found at the access" '^\*\*\* STOP: 0x000000cc \(0x[0-9a-f]{16},0x0000000000000000,'
        expect "the byte is told" 'a read 8 bytes into the block of 16 bytes at '
        expect "the tag is told" '^  tag Pkr0 .*, freed$'
        expect_frame "Stack:" "lost_bytes += whole->filled;"
        expect_frame "Freed by ExFreePoolWithTag" "ExFreePoolWithTag(whole, PACKET_TAG_REASSEMBLY);"
        expect_frame "Allocated by ExAllocatePoolWithTag" "whole = (struct reassembly*)ExAllocatePoolWithTag("
        ;;
    underrun)
        expect "it is found at the free" '^\*\*\* STOP: 0x000000c1 \(.*,0x0000000000000023\)$'
        expect "the byte is told" 'is 0x78 and not the pattern 0x5a, 2 bytes before the start of the block of 11 bytes at '
        expect "the tag is told" '^  tag Pkb0 .*, live$'
        expect_frame "Stack:" "ExFreePoolWithTag(packet->buffer, PACKET_TAG_BYTES);"
        expect_frame "Allocated by ExAllocatePoolWithTag" "packet = make_packet(length);"
        ;;
    *)
        echo "unknown bug $bug" >&2
        exit 2
        ;;
esac
