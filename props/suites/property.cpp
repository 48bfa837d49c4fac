// Implements property.hpp.
#include "suites/property.hpp"

#include "subjects/reference.hpp"
#include "subjects/registry.hpp"

#include <ddi/ntstatus.h>

#include <algorithm>
#include <ostream>
#include <sstream>

namespace poolproof {

void PrintTo(const Setting& setting, std::ostream* out) {
    *out << setting.name;
}

std::vector<Setting> both_profiles() {
    MachineConfig bits32;
    bits32.is_64_bit = false;
    return {{"Bits64", {}}, {"Bits32", bits32}};
}

std::vector<Setting> every_choice() {
    std::vector<Setting> settings = both_profiles();
    MachineConfig config;
    Policies& policies = config.policies;
    policies.tag_zero = Policies::TagZero::null;
    settings.push_back({"TagZeroIsNull", config});
    policies = {};
    policies.tag_mismatch = Policies::TagMismatch::silent;
    settings.push_back({"TagMismatchIsSilent", config});
    policies = {};
    policies.zero_bytes = Policies::ZeroBytes::bug_check;
    settings.push_back({"ZeroBytesIsABugCheck", config});
    policies = {};
    policies.null_free = Policies::NullFree::ignored;
    settings.push_back({"NullFreeIsIgnored", config});
    policies = {};
    policies.tag_without_alnum = Policies::TagWithoutAlnum::verifier_only;
    settings.push_back({"TagWithoutAlnumNeedsVerifier", config});
    policies = {};
    policies.tail_reuse = Policies::TailReuse::wasted;
    settings.push_back({"TailsAreWasted", config});
    policies = {};
    policies.raise_status = STATUS_QUOTA_EXCEEDED;
    settings.push_back({"AnotherStatusIsRaised", config});
    policies = {};
    policies.special_pattern = 0x00;
    settings.push_back({"SpecialPatternIsZero", config});
    policies = {};
    policies.fault_names = Policies::FaultNames::driver;
    settings.push_back({"FaultsNameTheDriver", config});
    policies = {};
    config.guard_backend = GuardBackend::mprotect;
    settings.push_back({"GuardsByMprotect", config});
    return settings;
}

std::vector<Setting> both_profiles_and(std::initializer_list<std::string_view> names) {
    std::vector<Setting> settings = both_profiles();
    for (const Setting& setting : every_choice()) {
        if (std::find(names.begin(), names.end(), setting.name) != names.end()) {
            settings.push_back(setting);
        }
    }
    return settings;
}

std::string complaint_in(const rc::detail::TestResult& result) {
    if (result.is<rc::detail::SuccessResult>()) {
        return result.get<rc::detail::SuccessResult>().numSuccess > 0
                   ? ""
                   : "The property ran no case. To reproduce one property, choose it with --gtest_filter.";
    }
    std::ostringstream text;
    rc::detail::printResultMessage(result, text);
    return text.str();
}

std::string complaint_about(Body body, Subject& subject, bool is_64_bit, const std::string& id) {
    rc::detail::TestMetadata metadata;
    metadata.id = id;
    metadata.description = id;
    const auto property = [&] {
        Driver drive(subject, is_64_bit);
        body(drive);
    };
    return complaint_in(rc::detail::checkTestable(property, metadata));
}

namespace {

std::vector<std::string>& noted_convictions() {
    static std::vector<std::string> noted;
    return noted;
}

} // namespace

bool note_conviction(std::string_view property, std::string_view faulty) {
    noted_convictions().push_back(std::string(property) + " " + std::string(faulty));
    return true;
}

std::vector<std::string> convictions() {
    std::vector<std::string> sorted = noted_convictions();
    std::sort(sorted.begin(), sorted.end());
    return sorted;
}

std::string complaint_of_one_run(Body body, Subject& subject, bool is_64_bit) {
    try {
        Driver drive(subject, is_64_bit);
        body(drive);
    } catch (const rc::detail::CaseResult& result) {
        return result.description;
    } catch (const std::exception& unexpected) {
        return unexpected.what();
    }
    return "";
}

namespace {

// A body with random values, tried often and without shrinking.
bool fails_in_some_case(Body body, Subject& subject, bool is_64_bit) {
    rc::detail::TestParams params;
    params.seed = 1;
    params.maxSuccess = 300;
    params.disableShrinking = true;
    const auto property = [&] {
        Driver drive(subject, is_64_bit);
        body(drive);
    };
    return rc::detail::checkTestable(property, rc::detail::TestMetadata(), params)
        .template is<rc::detail::FailureResult>();
}

} // namespace

namespace {

template <class FailsOn>
testing::AssertionResult conviction(std::string_view faulty, const FailsOn& fails_on) {
    const std::string name = "faulty:" + std::string(faulty);
    const std::unique_ptr<Subject> subject = make_subject(name);
    if (subject == nullptr) {
        return testing::AssertionFailure() << "there is no subject " << name;
    }
    for (const bool is_64_bit : {true, false}) {
        if (fails_on(*subject, is_64_bit)) {
            return testing::AssertionSuccess();
        }
    }
    return testing::AssertionFailure() << "the property holds on " << name << ", which breaks its rule";
}

} // namespace

testing::AssertionResult convicts(Body body, std::string_view faulty) {
    return conviction(faulty, [body](Subject& subject, bool is_64_bit) {
        return fails_in_some_case(body, subject, is_64_bit);
    });
}

testing::AssertionResult one_run_convicts(Body body, std::string_view faulty) {
    return conviction(faulty, [body](Subject& subject, bool is_64_bit) {
        return !complaint_of_one_run(body, subject, is_64_bit).empty();
    });
}

void PropertyTest::hold(Body body) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    const std::unique_ptr<Subject> subject = make_reference(GetParam().config);
    const std::string complaint = complaint_about(body, *subject, GetParam().config.is_64_bit,
                                                  std::string(test->test_suite_name()) + "." + test->name());
    if (!complaint.empty()) {
        FAIL() << complaint;
    }
}

void PropertyTest::run_once(Body body) {
    const std::unique_ptr<Subject> subject = make_reference(GetParam().config);
    const std::string complaint = complaint_of_one_run(body, *subject, GetParam().config.is_64_bit);
    if (!complaint.empty()) {
        FAIL() << complaint;
    }
}

} // namespace poolproof
