#include "dispatch/allowance.h"

namespace aipy::dispatch {
namespace {

using Clock = std::chrono::steady_clock;

// Half of what a program in mode auto may take longer than without aipy: 20 ms and a tenth of its time.
constexpr std::chrono::milliseconds to_begin_with{10};
constexpr int part_of_time = 20;

Clock::duration spent{};

}  // namespace

bool allowance_is_left() {
    static const Clock::time_point first_use = Clock::now();
    return spent <= to_begin_with + (Clock::now() - first_use) / part_of_time;
}

Charge::Charge() : begin_(Clock::now()) {}

Charge::~Charge() { spent += Clock::now() - begin_; }

}  // namespace aipy::dispatch
