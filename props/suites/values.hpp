// The values that properties draw: requests, sizes, tags; boundary values come often.
//
// Covers: legal arguments only. Does not cover: illegal ones, which each family draws itself.
#pragma once

#include "suites/driver.hpp"

#include <ddi/wdm.h>

#include <rapidcheck.h>

#include <array>
#include <cstdint>
#include <vector>

namespace poolproof {

// 'Fred'
inline constexpr std::uint32_t fred = 0x46726564;
inline constexpr std::uint64_t page = PAGE_SIZE;

// The pool types that a driver can ask for by their values (contract facts 11.1), without the must-succeed,
// reserved and boundary values.
inline constexpr std::array<std::uint32_t, 11> askable_types = {NonPagedPool,
                                                                PagedPool,
                                                                NonPagedPoolCacheAligned,
                                                                PagedPoolCacheAligned,
                                                                NonPagedPoolSession,
                                                                PagedPoolSession,
                                                                NonPagedPoolCacheAlignedSession,
                                                                PagedPoolCacheAlignedSession,
                                                                NonPagedPoolNx,
                                                                NonPagedPoolNxCacheAligned,
                                                                NonPagedPoolSessionNx};
// Those that the page of FsRtlAllocatePoolWithTag lists, and NonPagedPoolNx.
inline constexpr std::array<std::uint32_t, 5> fsrtl_types = {
    NonPagedPool, PagedPool, NonPagedPoolCacheAligned, PagedPoolCacheAligned, NonPagedPoolNx};

// The tagged Ex routines that take a POOL_TYPE, charge no quota and zero nothing.
rc::Gen<Request> ex_request();
// Every Ex routine, those without a tag and those of POOL_FLAGS too: all have rules of geometry.
rc::Gen<Request> any_ex_request();
// A routine that charges quota, asked to.
rc::Gen<Request> quota_request();
// The tagged ones without quota and FsRtlAllocatePoolWithTag.
rc::Gen<Request> ex_or_fsrtl_request();
// The tagged routines that allocate from pool, EngAllocMem among them.
rc::Gen<Request> pool_request();
// Those and EngAllocUserMem.
rc::Gen<Request> any_request();
// Every combination that `any_request` draws from, without POOL_COLD_ALLOCATION.
const std::vector<Request>& every_request();
bool has_geometry_rules(const Request& request);

rc::Gen<std::uint64_t> size_below_a_page();      // 1 to PAGE_SIZE - 1
rc::Gen<std::uint64_t> size_up_to_a_page();      // 1 to PAGE_SIZE
rc::Gen<std::uint64_t> size_of_a_page_or_more(); // PAGE_SIZE to 16 pages
rc::Gen<std::uint64_t> any_size();               // 1 to 16 pages

// Legal for every routine: one to four characters 0x20 to 0x7E, one of them a letter or digit, not "BIG".
rc::Gen<std::uint32_t> legal_tag();
bool has_letter_or_number(std::uint32_t tag);
bool spells_big(std::uint32_t tag);

// Live blocks of random sizes, with gaps where others were freed: a pool that has been in use.
struct Lived {
    Address address;
    std::uint64_t bytes;
    Request request;
    unsigned seed; // of its contents
};
std::vector<Lived> a_used_pool(Driver& drive);

} // namespace poolproof
