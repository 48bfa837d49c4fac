// Driver Verifier's flags: SHR-04, PT-01, PT-02, PT-05, PT-07, LR-01 to LR-04, NX-06, QTA-01, QTA-02; events
// by name: EV-01, EV-05.
//
// Does not cover: damage found by tracking (bug_checks_props.cpp), its automatic checks (zero_size_props.cpp,
// irql_props.cpp), a thread that waits for an event (machine_props.cpp).
#include "suites/property.hpp"
#include "suites/values.hpp"

#include <ddi/bugcodes.h>
#include <ddi/wdm.h>
#include <poolproof/machine.h>

#include <algorithm>
#include <string>
#include <vector>

namespace poolproof {

namespace {

constexpr std::uint32_t violation = DRIVER_VERIFIER_DETECTED_VIOLATION;

Event tell(Driver& drive, OpKind kind, unsigned index = 0, unsigned level = 0, std::uint64_t size = 0) {
    Op op;
    op.kind = kind;
    op.index = static_cast<std::uint8_t>(index);
    op.level = static_cast<std::uint8_t>(level);
    op.size = size;
    return drive.subject().call({&op, 0});
}

void set_flags(Driver& drive, std::uint32_t flags) {
    Op op;
    op.kind = OpKind::verifier;
    op.level = 1;
    op.pool_type = flags;
    drive.subject().call({&op, 0});
}

Event counters_of(Driver& drive, unsigned driver, bool paged) {
    Op op;
    op.kind = OpKind::query_driver;
    op.index = static_cast<std::uint8_t>(driver);
    op.paged = paged;
    return drive.subject().call({&op, 0});
}

Event ask(Driver& drive, Routine routine, std::uint64_t bytes, std::uint32_t type) {
    Op op;
    op.kind = OpKind::allocate;
    op.routine = routine;
    op.pool_type = type;
    op.size = bytes;
    op.tag = fred;
    return drive.subject().call({&op, 0});
}

bool stops_with(const Event& event, std::uint64_t first) {
    return event.kind == EventKind::bug_check && event.code == violation && event.parameters[0] == first;
}

// Of 10,000 calls, those that fail.
unsigned failures(Driver& drive, unsigned calls) {
    unsigned failed = 0;
    for (unsigned i = 0; i < calls; ++i) {
        const Address block = drive.ExAllocatePoolWithTag(NonPagedPoolNx, 32, fred);
        failed += block == 0 ? 1 : 0;
        if (block != 0) {
            drive.ExFreePool(block);
        }
    }
    return failed;
}

} // namespace

POOL_SUITE(DriverVerifier);

POOL_PROPERTY(DriverVerifier, AnUnloadIsABugCheckExactlyWhileBlocksAreLeft) {
    const auto bytes = *size_below_a_page();
    const auto paged = *rc::gen::arbitrary<bool>();
    const auto driver = *rc::gen::inRange(0U, driver_count);
    const auto left = *rc::gen::inRange(0U, 4U);
    set_flags(drive, verify_pool_tracking);
    tell(drive, OpKind::driver, driver);
    std::vector<Address> blocks;
    for (unsigned i = 0; i < left; ++i) {
        blocks.push_back(drive.ExAllocatePoolWithTag(paged ? PagedPool : NonPagedPool, bytes, fred));
    }
    RC_ASSERT(tell(drive, OpKind::unload, (driver + 1) % driver_count).kind == EventKind::done);
    const Event found = tell(drive, OpKind::unload, driver);
    const bool names_them = stops_with(found, 0x62) && found.parameters[3] == left;
    RC_ASSERT((left == 0 ? found.kind == EventKind::done : names_them));
    const Event counted = counters_of(drive, driver, paged);
    RC_ASSERT(counted.counters[live_blocks] == left);
    RC_ASSERT(counted.counters[live_bytes] == left * bytes);
    for (const Address block : blocks) {
        drive.ExFreePool(block);
    }
    RC_ASSERT(tell(drive, OpKind::unload, driver).kind == EventKind::done);
    RC_ASSERT(counters_of(drive, driver, paged).counters[live_blocks] == 0U);
    RC_ASSERT(counters_of(drive, driver, paged).counters[peak_blocks] == left);
    set_flags(drive, 0);
    RC_ASSERT(counters_of(drive, driver, paged).counters[peak_blocks] == 0U);
}

POOL_PROPERTY(DriverVerifier, ADriverThatUnloadsGetsNoPool) {
    const auto request = *ex_or_fsrtl_request();
    const auto bytes = *size_below_a_page();
    set_flags(drive, verify_pool_tracking);
    tell(drive, OpKind::unload, 0, 1);
    const Stop stop = stop_of([&] { drive.allocate(request, bytes, fred); });
    RC_ASSERT(stop.code == violation);
    RC_ASSERT((stop.parameters == std::array<std::uint64_t, 4>{0x61, 0, 0, 0}));
    tell(drive, OpKind::driver, 1);
    RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
}

// 600 in 10,000 unless it is set: of 10,000 calls 600 fail, give or take six standard deviations.
POOL_SWEEP(DriverVerifier, AShortageIsSimulatedWithItsProbability) {
    set_flags(drive, verify_low_resources);
    RC_ASSERT(failures(drive, 1000) == 0U); // within the delay
    tell(drive, OpKind::clock, 0, 0, 479);
    RC_ASSERT(failures(drive, 1000) == 0U);
    tell(drive, OpKind::clock, 0, 0, 1);
    const std::uint64_t before = tell(drive, OpKind::query_verifier).counters[faults_injected];
    const unsigned failed = failures(drive, 10'000);
    RC_ASSERT(failed > 450U);
    RC_ASSERT(failed < 750U);
    RC_ASSERT(tell(drive, OpKind::query_verifier).counters[faults_injected] - before == failed);
    tell(drive, OpKind::low_resources, 0, 0, 0);
    RC_ASSERT(failures(drive, 1000) == 0U);
    tell(drive, OpKind::low_resources, 0, 0, 10'000);
    RC_ASSERT(failures(drive, 1000) == 1000U);
}

POOL_PROPERTY(DriverVerifier, ExecutablePoolIsRefusedUnderCodeIntegrity) {
    const auto request = *ex_request();
    const auto bytes = *any_size();
    const bool executable = !is_paged(request) && (request.type & POOL_NX_ALLOCATION) == 0;
    set_flags(drive, verify_code_integrity);
    if (!executable) {
        RC_ASSERT(drive.allocate(request, bytes, fred) != 0U);
        return;
    }
    const Stop stop = stop_of([&] { drive.allocate(request, bytes, fred); });
    RC_ASSERT(stop.code == violation);
    RC_ASSERT(stop.parameters[0] == 0x2000U);
    RC_ASSERT(stop.parameters[2] == request.type);
    RC_ASSERT(stop.parameters[3] == fred);
}

POOL_PROPERTY(DriverVerifier, NeitherIdleNorADpcPaysQuota) {
    const auto routine =
        *rc::gen::element(Routine::ExAllocatePoolWithQuota, Routine::ExAllocatePoolWithQuotaTag,
                          Routine::FsRtlAllocatePoolWithQuotaTag);
    const auto type = *rc::gen::element<std::uint32_t>(NonPagedPool, PagedPool);
    const auto bytes = *size_below_a_page();
    const auto idle = *rc::gen::inRange(0U, process_count);
    const auto current = *rc::gen::inRange(0U, process_count);
    set_flags(drive, verify_pool_tracking);
    drive.attach_process(current);
    tell(drive, OpKind::idle, idle, 1);
    RC_ASSERT(stops_with(ask(drive, routine, bytes, type), 0x10A) == (idle == current));
    tell(drive, OpKind::idle);
    tell(drive, OpKind::dpc, 0, 1);
    RC_ASSERT(stops_with(ask(drive, routine, bytes, type), 0x10B));
    RC_ASSERT(ask(drive, Routine::ExAllocatePoolWithTag, bytes, type).kind == EventKind::pointer);
    tell(drive, OpKind::dpc);
    RC_ASSERT(ask(drive, routine, bytes, type).kind == EventKind::pointer);
}

POOL_CONVICTS(DriverVerifier, AnUnloadIsABugCheckExactlyWhileBlocksAreLeft, "unload-leak-unnoticed")
POOL_CONVICTS(DriverVerifier, ADriverThatUnloadsGetsNoPool, "allocation-while-unloading")
POOL_SWEEP_CONVICTS(DriverVerifier, AShortageIsSimulatedWithItsProbability, "no-shortage-simulated")
POOL_CONVICTS(DriverVerifier, ExecutablePoolIsRefusedUnderCodeIntegrity, "executable-pool-unnoticed")
POOL_CONVICTS(DriverVerifier, NeitherIdleNorADpcPaysQuota, "quota-from-dpc-unnoticed")

TEST(DriverVerifierConvicts, EachOtherFaultOfItsFlags) {
    for (const char* faulty :
         {"unload-alarm-without-leak", "unload-leak-miscounted", "driver-peaks-forgotten"}) {
        EXPECT_TRUE(convicts(DriverVerifierAnUnloadIsABugCheckExactlyWhileBlocksAreLeft, faulty)) << faulty;
    }
    for (const char* faulty :
         {"shortage-at-probability-zero", "shortage-without-delay", "injected-faults-uncounted"}) {
        EXPECT_TRUE(one_run_convicts(DriverVerifierAShortageIsSimulatedWithItsProbability, faulty)) << faulty;
    }
    EXPECT_TRUE(convicts(DriverVerifierNeitherIdleNorADpcPaysQuota, "quota-to-idle-unnoticed"));
}

// PT-07: the oldest entries make room for the newest.
TEST(PoolLog, KeepsTheLastOperations) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    machine.set_verifier_flags(verify_pool_tracking);
    constexpr std::uint64_t pairs = default_pool_log_entries; // twice as many operations as there are entries
    for (std::uint64_t i = 0; i < pairs; ++i) {
        ExFreePool(ExAllocatePoolWithTag(NonPagedPool, 1 + i % 100, fred));
    }
    std::vector<PoolOperation> log;
    machine.for_each_logged(
        [](void* into, const PoolOperation& operation) {
            static_cast<std::vector<PoolOperation>*>(into)->push_back(operation);
        },
        &log);
    ASSERT_EQ(log.size(), default_pool_log_entries);
    for (std::size_t i = 0; i < log.size(); ++i) {
        EXPECT_EQ(log[i].is_free, i % 2 != 0);
        EXPECT_EQ(log[i].bytes, 1 + (pairs - log.size() / 2 + i / 2) % 100);
    }
}

// EV-01, EV-05: the commit charge of a machine whose pools are its only memory.
TEST(NamedEvents, FollowMemoryAndTheCommitCharge) {
    Machine machine;
    machine.bind(0);
    machine.reset({});
    const auto is_set = [&](const char* name) {
        return machine.event_is_set_by_name(std::string("\\KernelObjects\\") + name);
    };
    for (const char* plenty : {"HighMemoryCondition", "HighPagedPoolCondition", "HighNonPagedPoolCondition",
                               "LowCommitCondition"}) {
        EXPECT_TRUE(is_set(plenty)) << plenty;
    }
    for (const char* scarce : {"LowMemoryCondition", "LowPagedPoolCondition", "LowNonPagedPoolCondition",
                               "HighCommitCondition", "MaximumCommitCondition"}) {
        EXPECT_FALSE(is_set(scarce)) << scarce;
    }
    for (const POOL_TYPE type : {NonPagedPool, PagedPool}) {
        while (ExAllocatePoolWithTag(type, 64 * PAGE_SIZE, fred) != nullptr) {
        }
        while (ExAllocatePoolWithTag(type, PAGE_SIZE, fred) != nullptr) {
        }
    }
    for (const char* scarce : {"LowMemoryCondition", "LowPagedPoolCondition", "LowNonPagedPoolCondition",
                               "HighCommitCondition", "MaximumCommitCondition"}) {
        EXPECT_TRUE(is_set(scarce)) << scarce;
    }
    EXPECT_FALSE(is_set("HighMemoryCondition"));
    EXPECT_FALSE(is_set("LowCommitCondition"));
}

} // namespace poolproof
