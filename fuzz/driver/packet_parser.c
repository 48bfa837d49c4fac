/* Implements packet_parser.h.
 *
 * PACKET_PARSER_BUG plants one mistake of a kind that drivers make: 1 an overrun by one byte in the
 * reassembly, 2 a read of freed memory on an error path, 3 an underrun in front of a packet. Does not cover:
 * real protocols; a packet's bytes mean nothing here. */
#include "packet_parser.h"

#ifndef PACKET_PARSER_BUG
#define PACKET_PARSER_BUG 0
#endif

struct packet {
    struct packet* next;
    UCHAR* buffer;
    ULONG headroom; /* bytes of the buffer in front of the packet */
    ULONG length;
};

struct reassembly {
    struct packet* packet;
    ULONG filled;
};

struct packet_parser {
    struct packet* oldest;
    struct packet* newest;
    struct reassembly* reassembly;
    struct packet_statistics statistics;
};

enum record_type { record_packet = 1, record_first, record_next, record_header, record_deliver };

static void copy_bytes(UCHAR* to, const UCHAR* from, ULONG count) {
    for (ULONG i = 0; i < count; ++i) {
        to[i] = from[i];
    }
}

static ULONG number_at(const UCHAR* bytes) {
    return (ULONG)(bytes[0] | bytes[1] << 8);
}

static struct packet* make_packet(ULONG length) {
    struct packet* packet =
        (struct packet*)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *packet, PACKET_TAG_NODE);
    if (packet == NULL) {
        return NULL;
    }
    packet->buffer =
        (UCHAR*)ExAllocatePoolWithTag(NonPagedPoolNx, PACKET_HEADROOM + length, PACKET_TAG_BYTES);
    if (packet->buffer == NULL) {
        ExFreePoolWithTag(packet, PACKET_TAG_NODE);
        return NULL;
    }
    packet->next = NULL;
    packet->headroom = PACKET_HEADROOM;
    packet->length = length;
    return packet;
}

static void free_packet(struct packet* packet) {
    ExFreePoolWithTag(packet->buffer, PACKET_TAG_BYTES);
    ExFreePoolWithTag(packet, PACKET_TAG_NODE);
}

static void queue_packet(struct packet_parser* parser, struct packet* packet) {
    if (parser->newest != NULL) {
        parser->newest->next = packet;
    } else {
        parser->oldest = packet;
    }
    parser->newest = packet;
}

static void drop_reassembly(struct packet_parser* parser) {
    struct reassembly* whole = parser->reassembly;
    if (whole == NULL) {
        return;
    }
    parser->reassembly = NULL;
    free_packet(whole->packet);
#if PACKET_PARSER_BUG == 2
    ExFreePoolWithTag(whole, PACKET_TAG_REASSEMBLY);
    parser->statistics.lost_bytes += whole->filled;
#else
    parser->statistics.lost_bytes += whole->filled;
    ExFreePoolWithTag(whole, PACKET_TAG_REASSEMBLY);
#endif
}

static NTSTATUS append(struct packet_parser* parser, const UCHAR* bytes, ULONG length) {
    struct reassembly* whole = parser->reassembly;
    struct packet* packet = NULL;
    if (whole == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    packet = whole->packet;
    if (length > packet->length - whole->filled + (PACKET_PARSER_BUG == 1 ? 1 : 0)) {
        drop_reassembly(parser);
        return STATUS_INVALID_PARAMETER;
    }
    copy_bytes(packet->buffer + packet->headroom + whole->filled, bytes, length);
    whole->filled += length;
    if (whole->filled >= packet->length) {
        parser->reassembly = NULL;
        ExFreePoolWithTag(whole, PACKET_TAG_REASSEMBLY);
        queue_packet(parser, packet);
    }
    return STATUS_SUCCESS;
}

static NTSTATUS begin_reassembly(struct packet_parser* parser, const UCHAR* bytes, ULONG length) {
    struct reassembly* whole = NULL;
    const ULONG total = length >= 2 ? number_at(bytes) : 0;
    drop_reassembly(parser);
    if (total == 0 || total > PACKET_MOST_BYTES) {
        return STATUS_INVALID_PARAMETER;
    }
    whole = (struct reassembly*)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *whole, PACKET_TAG_REASSEMBLY);
    if (whole == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    whole->packet = make_packet(total);
    if (whole->packet == NULL) {
        ExFreePoolWithTag(whole, PACKET_TAG_REASSEMBLY);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    whole->filled = 0;
    parser->reassembly = whole;
    return append(parser, bytes + 2, length - 2);
}

static NTSTATUS add_packet(struct packet_parser* parser, const UCHAR* bytes, ULONG length) {
    struct packet* packet = NULL;
    if (length == 0 || length > PACKET_MOST_BYTES) {
        return STATUS_INVALID_PARAMETER;
    }
    packet = make_packet(length);
    if (packet == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    copy_bytes(packet->buffer + packet->headroom, bytes, length);
    queue_packet(parser, packet);
    return STATUS_SUCCESS;
}

static NTSTATUS add_header(struct packet_parser* parser, const UCHAR* bytes, ULONG length) {
    struct packet* packet = parser->newest;
    if (packet == NULL || length > (PACKET_PARSER_BUG == 3 ? PACKET_HEADROOM : packet->headroom)) {
        return STATUS_INVALID_PARAMETER;
    }
    packet->headroom -= length;
    packet->length += length;
    copy_bytes(packet->buffer + (LONG)packet->headroom, bytes, length);
    return STATUS_SUCCESS;
}

static NTSTATUS deliver(struct packet_parser* parser) {
    struct packet* packet = parser->oldest;
    if (packet == NULL) {
        return STATUS_INVALID_PARAMETER;
    }
    for (ULONG i = 0; i < packet->length; ++i) {
        parser->statistics.checksum =
            parser->statistics.checksum * 31 + packet->buffer[(LONG)(packet->headroom + i)];
    }
    ++parser->statistics.delivered;
    parser->oldest = packet->next;
    if (parser->oldest == NULL) {
        parser->newest = NULL;
    }
    free_packet(packet);
    return STATUS_SUCCESS;
}

static NTSTATUS consume_record(struct packet_parser* parser, UCHAR type, const UCHAR* bytes, ULONG length) {
    switch (type) {
    case record_packet:
        return add_packet(parser, bytes, length);
    case record_first:
        return begin_reassembly(parser, bytes, length);
    case record_next:
        return append(parser, bytes, length);
    case record_header:
        return add_header(parser, bytes, length);
    case record_deliver:
        return deliver(parser);
    default:
        return STATUS_INVALID_PARAMETER;
    }
}

struct packet_parser* packet_parser_create(void) {
    struct packet_parser* parser =
        (struct packet_parser*)ExAllocatePoolWithTag(NonPagedPoolNx, sizeof *parser, PACKET_TAG_PARSER);
    if (parser != NULL) {
        *parser = (struct packet_parser){0};
    }
    return parser;
}

NTSTATUS packet_parser_consume(struct packet_parser* parser, const UCHAR* bytes, SIZE_T length) {
    while (length != 0) {
        NTSTATUS status = STATUS_SUCCESS;
        ULONG payload = 0;
        if (length < 3) {
            return STATUS_INVALID_PARAMETER;
        }
        payload = number_at(bytes + 1);
        if (payload > length - 3) {
            return STATUS_INVALID_PARAMETER;
        }
        status = consume_record(parser, bytes[0], bytes + 3, payload);
        if (status != STATUS_SUCCESS) {
            return status;
        }
        bytes += 3 + (SIZE_T)payload;
        length -= 3 + (SIZE_T)payload;
    }
    return STATUS_SUCCESS;
}

void packet_parser_statistics(const struct packet_parser* parser, struct packet_statistics* into) {
    *into = parser->statistics;
}

void packet_parser_destroy(struct packet_parser* parser) {
    drop_reassembly(parser);
    while (parser->oldest != NULL) {
        struct packet* packet = parser->oldest;
        parser->oldest = packet->next;
        free_packet(packet);
    }
    ExFreePoolWithTag(parser, PACKET_TAG_PARSER);
}
