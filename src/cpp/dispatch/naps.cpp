#include "dispatch/naps.h"

#include <algorithm>
#include <deque>

#include "dispatch/compiler.h"
#include "dispatch/registry.h"
#include "runtime/cpython/internal.h"

namespace aipy::dispatch {
namespace {

// Of one alarm, so that programs of many functions are not held up.
constexpr size_t woken_at_once = 1024;
constexpr std::chrono::milliseconds between_alarms{5};

struct Napper {
    Managed* managed;
    Clock::time_point until;
};
// In the order in which they fell asleep.
std::deque<Napper> nappers;

bool naps_end(const Managed& managed) { return managed.settings.background && _Py_IsMainThread(); }

int wake_nappers(void*) {
    const Clock::time_point now = Clock::now();
    size_t woken = 0;
    for (size_t i = 0; i < nappers.size() && woken < woken_at_once;) {
        if (nappers[i].until > now) {
            ++i;
            continue;
        }
        wake_functions(*nappers[i].managed);
        nappers.erase(nappers.begin() + static_cast<ptrdiff_t>(i));
        ++woken;
    }
    if (nappers.empty()) return 0;
    const auto next = std::ranges::min_element(nappers, {}, &Napper::until)->until;
    call_later(wake_nappers, std::max(next, now + between_alarms));
    return 0;
}

}  // namespace

void nap(Managed& managed, PyFunctionObject* function, Clock::time_point until) {
    if (!naps_end(managed)) return;
    rest_function(managed, function);
    const bool known = std::ranges::any_of(nappers, [&](const Napper& napper) { return napper.managed == &managed; });
    if (known) return;
    nappers.push_back({&managed, until});
    call_later(wake_nappers, until);
}

void nap_while_compiling(Managed& managed, PyFunctionObject* function) {
    if (managed.at_call().in_flight && naps_end(managed)) rest_function(managed, function);
}

void forget_nap(const Managed& managed) {
    std::erase_if(nappers, [&](const Napper& napper) { return napper.managed == &managed; });
}

}  // namespace aipy::dispatch
