#include "dispatch/allowance.h"

#include "support/clock.h"

namespace aipy::dispatch {
namespace {

using Clock = std::chrono::steady_clock;

// Half of what a program in mode auto may take longer than without aipy: 20 ms and a tenth of its time.
constexpr std::chrono::milliseconds to_begin_with{10};
constexpr int part_of_time = 20;

Clock::duration spent{};

Clock::time_point first_use() {
    static const Clock::time_point time = Clock::now();
    return time;
}

}  // namespace

Clock::time_point allowance_comes() { return first_use() + (spent - to_begin_with) * part_of_time; }

bool allowance_is_left() { return Clock::now() >= allowance_comes(); }

Charge::Charge() : begin_(support::thread_milliseconds()) {}

Charge::~Charge() {
    const std::chrono::duration<double, std::milli> charged(support::thread_milliseconds() - begin_);
    spent += std::chrono::duration_cast<Clock::duration>(charged);
}

}  // namespace aipy::dispatch
