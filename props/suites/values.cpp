// Implements values.hpp.
#include "suites/values.hpp"

#include "trace/request.hpp"

#include <ddi/winddi.h>

#include <algorithm>

namespace poolproof {

namespace {

constexpr std::array<std::uint32_t, 4> eng_flags = {0, FL_ZERO_MEMORY, FL_NONPAGED_MEMORY,
                                                    FL_ZERO_MEMORY | FL_NONPAGED_MEMORY};

// A kind of pool as POOL_FLAGS, cache-aligned or not.
constexpr std::array<std::uint32_t, 6> kind_flags = {0x40, 0x80, 0x100, 0x48, 0x88, 0x108};

rc::Gen<std::uint32_t> cold() {
    return rc::gen::element<std::uint32_t>(0U, 0U, 0U, std::uint32_t{POOL_COLD_ALLOCATION});
}

rc::Gen<Request> ex_request_of(Routine routine) {
    return rc::gen::map(
        rc::gen::pair(rc::gen::elementOf(askable_types), cold()),
        [routine](const auto& drawn) { return Request{routine, drawn.first | drawn.second}; });
}

rc::Gen<Request> fsrtl_request_of(Routine routine) {
    return rc::gen::map(rc::gen::pair(rc::gen::elementOf(fsrtl_types), cold()), [routine](const auto& drawn) {
        return Request{routine, drawn.first | drawn.second};
    });
}

rc::Gen<Request> fsrtl_request() {
    return fsrtl_request_of(Routine::FsRtlAllocatePoolWithTag);
}

rc::Gen<Request> flags_request(std::uint64_t more = 0) {
    return rc::gen::map(rc::gen::pair(rc::gen::element(Routine::ExAllocatePool2, Routine::ExAllocatePool3),
                                      rc::gen::elementOf(kind_flags)),
                        [more](const auto& drawn) {
                            return Request{drawn.first, drawn.second | static_cast<std::uint32_t>(more)};
                        });
}

rc::Gen<Request> tagged_quota_request() {
    return rc::gen::oneOf(ex_request_of(Routine::ExAllocatePoolWithQuotaTag),
                          ex_request_of(Routine::ExAllocatePoolQuotaZero),
                          ex_request_of(Routine::ExAllocatePoolQuotaUninitialized));
}

// With a tag, and with quota, POOL_FLAGS or zeroes.
rc::Gen<Request> younger_tagged_request() {
    return rc::gen::oneOf(
        tagged_quota_request(), flags_request(), flags_request(pool_flag_use_quota | pool_flag_uninitialized),
        ex_request_of(Routine::ExAllocatePoolZero), ex_request_of(Routine::ExAllocatePoolPriorityZero),
        fsrtl_request_of(Routine::FsRtlAllocatePoolWithQuotaTag));
}

rc::Gen<Request> eng_request() {
    return rc::gen::map(rc::gen::elementOf(eng_flags),
                        [](std::uint32_t flags) { return Request{Routine::EngAllocMem, flags}; });
}

// Sizes at the edges of anything that an allocator rounds to.
rc::Gen<std::uint64_t> edge_size(std::uint64_t least, std::uint64_t most) {
    std::vector<std::uint64_t> edges;
    for (std::uint64_t power = 1; power <= 16 * page; power *= 2) {
        for (const std::uint64_t header : {0U, 8U, 16U, 32U}) {
            for (const std::uint64_t near : {power - header - 1, power - header, power - header + 1}) {
                if (near >= least && near <= most) {
                    edges.push_back(near);
                }
            }
        }
    }
    return rc::gen::elementOf(edges);
}

rc::Gen<std::uint64_t> size_between(std::uint64_t least, std::uint64_t most) {
    return rc::gen::oneOf(edge_size(least, most), rc::gen::inRange(least, most + 1),
                          rc::gen::inRange(least, std::min(most, least + 128) + 1));
}

} // namespace

rc::Gen<Request> ex_request() {
    return rc::gen::oneOf(ex_request_of(Routine::ExAllocatePoolWithTag),
                          ex_request_of(Routine::ExAllocatePoolWithTagPriority),
                          ex_request_of(Routine::ExAllocatePoolUninitialized),
                          ex_request_of(Routine::ExAllocatePoolPriorityUninitialized));
}
rc::Gen<Request> any_ex_request() {
    return rc::gen::oneOf(ex_request(), ex_request(), ex_request_of(Routine::ExAllocatePool),
                          ex_request_of(Routine::ExAllocatePoolWithQuota), younger_tagged_request());
}
rc::Gen<Request> quota_request() {
    return rc::gen::oneOf(ex_request_of(Routine::ExAllocatePoolWithQuota), tagged_quota_request(),
                          fsrtl_request_of(Routine::FsRtlAllocatePoolWithQuotaTag),
                          flags_request(pool_flag_use_quota));
}
rc::Gen<Request> ex_or_fsrtl_request() {
    return rc::gen::oneOf(ex_request(), ex_request(), fsrtl_request());
}
rc::Gen<Request> pool_request() {
    return rc::gen::oneOf(ex_request_of(Routine::ExAllocatePoolWithTag), ex_request(), ex_request(),
                          younger_tagged_request(), fsrtl_request(), eng_request());
}
rc::Gen<Request> any_request() {
    return rc::gen::oneOf(pool_request(), pool_request(), pool_request(),
                          rc::gen::just(Request{Routine::EngAllocUserMem, 0}));
}

const std::vector<Request>& every_request() {
    static const std::vector<Request> all = [] {
        std::vector<Request> requests;
        for (const RoutineTraits& traits : routine_table) {
            const bool of_pool = traits.role == Role::allocator && traits.memory == Memory::pool;
            const bool elder = traits.routine == Routine::ExAllocatePoolWithTag ||
                               traits.routine == Routine::ExAllocatePoolWithTagPriority;
            if (of_pool && traits.type == TypeArgument::pool_flags) {
                requests.push_back({traits.routine, kind_flags[0]});
                requests.push_back({traits.routine, kind_flags[2]});
            } else if (of_pool && elder) {
                for (const std::uint32_t type : askable_types) {
                    requests.push_back({traits.routine, type});
                }
            } else if (of_pool) {
                for (const std::uint32_t type : fsrtl_types) {
                    requests.push_back({traits.routine, type});
                }
            }
        }
        for (const std::uint32_t flags : eng_flags) {
            requests.push_back({Routine::EngAllocMem, flags});
        }
        requests.push_back({Routine::EngAllocUserMem, 0});
        return requests;
    }();
    return all;
}

bool has_geometry_rules(const Request& request) {
    const RoutineTraits& traits = traits_of(request.routine);
    return traits.memory == Memory::pool && !traits.listed_types_only;
}

rc::Gen<std::uint64_t> size_below_a_page() {
    return size_between(1, page - 1);
}
rc::Gen<std::uint64_t> size_up_to_a_page() {
    return size_between(1, page);
}
rc::Gen<std::uint64_t> size_of_a_page_or_more() {
    return size_between(page, 16 * page);
}
rc::Gen<std::uint64_t> any_size() {
    return size_between(1, 16 * page);
}

bool has_letter_or_number(std::uint32_t tag) {
    for (; tag != 0; tag >>= 8U) {
        const std::uint32_t c = tag & 0xFFU;
        if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) {
            return true;
        }
    }
    return false;
}

bool spells_big(std::uint32_t tag) {
    return tag == 0x424947 || tag == 0x42494720;
}

rc::Gen<std::uint32_t> legal_tag() {
    using Character = rc::Gen<std::uint32_t>;
    const Character any = rc::gen::inRange<std::uint32_t>(0x20, 0x7F);
    const Character alphanumeric = rc::gen::oneOf(rc::gen::inRange<std::uint32_t>('0', '9' + 1),
                                                  rc::gen::inRange<std::uint32_t>('A', 'Z' + 1),
                                                  rc::gen::inRange<std::uint32_t>('a', 'z' + 1));
    const auto drawn = rc::gen::tuple(rc::gen::inRange(1U, 5U), rc::gen::inRange(0U, 4U), alphanumeric,
                                      rc::gen::container<std::array<std::uint32_t, 4>>(any));
    const auto tags = rc::gen::map(drawn, [](const auto& parts) {
        const auto& [length, place, sure, characters] = parts;
        std::uint32_t tag = 0;
        for (unsigned i = 0; i < length; ++i) {
            tag = tag << 8U | (i == place % length ? sure : characters[i]);
        }
        return tag;
    });
    return rc::gen::suchThat(tags, [](std::uint32_t tag) { return !spells_big(tag); });
}

std::vector<Lived> a_used_pool(Driver& drive) {
    const auto wishes = *rc::gen::container<std::vector<std::pair<Request, std::uint64_t>>>(
        rc::gen::pair(pool_request(), any_size()));
    const auto kept = *rc::gen::container<std::vector<bool>>(wishes.size(), rc::gen::arbitrary<bool>());
    std::vector<Lived> blocks;
    unsigned seed = 1;
    for (const auto& [request, bytes] : wishes) {
        Address block = drive.allocate(request, bytes, fred);
        RC_ASSERT(block != 0U);
        drive.fill(block, bytes, seed);
        blocks.push_back({block, bytes, request, seed++});
    }
    std::vector<Lived> left;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (kept[i]) {
            left.push_back(blocks[i]);
        } else {
            drive.release(blocks[i].request, blocks[i].address, fred);
        }
    }
    return left;
}

} // namespace poolproof
