/* A small driver: it parses a stream of records and keeps the packets that it finds in pool memory.
 *
 * A record is a type, a length of 16 bits (the low byte first) and a payload of that length:
 *   1 packet    the payload is a packet
 *   2 first     16 bits: the length of a packet; then its first bytes
 *   3 next      more bytes of the packet that a record 2 began
 *   4 header    bytes to put in front of the newest packet
 *   5 deliver   hands the oldest packet to whoever asked for it
 *
 * Covers: what a driver team brings to special pool. It includes the documented headers alone and knows
 * nothing of poolproof. Does not cover: locking; one thread drives one parser, below DISPATCH_LEVEL. */
#ifndef PACKET_PARSER_H
#define PACKET_PARSER_H

#include <ddi/wdm.h>

DDI_EXTERN_C_START

/* As a debugger shows them: Pkp0 the parser, Pkr0 a reassembly, Pkn0 a packet, Pkb0 its bytes. */
#define PACKET_TAG_PARSER 0x30706B50u
#define PACKET_TAG_REASSEMBLY 0x30726B50u
#define PACKET_TAG_NODE 0x306E6B50u
#define PACKET_TAG_BYTES 0x30626B50u

#define PACKET_MOST_BYTES 2048u /* of one packet */
#define PACKET_HEADROOM 8u      /* that records of type 4 can fill */

struct packet_parser;

struct packet_statistics {
    ULONG delivered;
    ULONG checksum;   /* over everything delivered */
    ULONG lost_bytes; /* of reassemblies that came to nothing */
};

/* NULL when memory is short. */
struct packet_parser* packet_parser_create(void);

/* Parses whole records. STATUS_INVALID_PARAMETER at the first malformed one, STATUS_INSUFFICIENT_RESOURCES
 * when memory is short; what was parsed before stays queued. */
NTSTATUS packet_parser_consume(struct packet_parser* parser, const UCHAR* bytes, SIZE_T length);

void packet_parser_statistics(const struct packet_parser* parser, struct packet_statistics* into);

/* Frees everything that is queued, and the parser. */
void packet_parser_destroy(struct packet_parser* parser);

DDI_EXTERN_C_END

#endif
