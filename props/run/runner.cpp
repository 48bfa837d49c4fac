// The runner (see runner.hpp).
#include "run/runner.hpp"

namespace poolproof {

Runner::Runner(Player& player, Oracle& oracle) : player_(&player), oracle_(&oracle) {}

Runner::Runner(Subject& subject, Oracle& oracle)
    : own_(std::make_unique<LocalPlayer>(subject)), player_(own_.get()), oracle_(&oracle) {}

bool Runner::run(const Trace& trace) {
    return run_logged(trace, nullptr);
}

bool Runner::run(const Trace& trace, std::vector<Step>& log) {
    return run_logged(trace, &log);
}

bool Runner::run_logged(const Trace& trace, std::vector<Step>* log) {
    last_ = Step{};
    log_ = log;
    begun_ = false;
    violated_ = false;
    const Listener listener{[](void* runner, const Op& op, const Event& event) {
                                return static_cast<Runner*>(runner)->hear(op, event);
                            },
                            this};
    player_->play(trace, listener);
    if (!begun_) { // nothing was played: no violation of an earlier trace is left
        oracle_->begin(player_->claims());
    }
    return !violated_;
}

bool Runner::hear(const Op& op, const Event& event) {
    if (!begun_) {
        oracle_->begin(player_->claims());
        begun_ = true;
    }
    ++ops_;
    if (log_ != nullptr) {
        log_->push_back({op, event});
    }
    violated_ = oracle_->step(op, event) > 0;
    if (violated_) {
        last_ = {op, event};
    }
    return !violated_;
}

} // namespace poolproof
