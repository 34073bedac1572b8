#include "dispatch/stress.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <utility>

namespace aipy::dispatch {
namespace {

constexpr double invalidated = 0.25;  // how often stress_invalidate takes an assumption for fallen
size_t chosen_guard = SIZE_MAX;       // choose_guard
size_t most_entered = 0;              // take_guards_entered

using States = std::vector<ir::FrameStateId>;

// The states that `state_of` names of the function's instructions, each once, in order.
template <typename F>
States states_of(const ir::Function& function, F&& state_of) {
    States states;
    for (const ir::Block& block : function.blocks)
        for (ir::InstrId id : block.instrs)
            if (ir::FrameStateId state = state_of(function.instr(id)); state != ir::no_id) states.push_back(state);
    std::sort(states.begin(), states.end());
    states.erase(std::unique(states.begin(), states.end()), states.end());
    return states;
}

// States behind what may run foreign code: where assumptions are tested.
States tests_of(const ir::Function& function) {
    return states_of(function, [](const ir::Instr& instr) {
        return ir::info(instr.op).runs_foreign_code() ? instr.after : ir::no_id;
    });
}

// Frame states with which a function may leave, in order: its guards.
States guards_of(const ir::Function& function) {
    return states_of(function,
                     [](const ir::Instr& instr) { return ir::info(instr.op).leaves() ? instr.before : ir::no_id; });
}

void choose_at_random(Version& version, const States& states, std::mt19937_64& generator, double probability) {
    std::bernoulli_distribution chosen(std::clamp(probability, 0.0, 1.0));
    for (ir::FrameStateId state : states) version.stress[state] = chosen(generator);
}

}  // namespace

void choose_guard(size_t number) { chosen_guard = number; }

size_t take_guards_entered() { return std::exchange(most_entered, 0); }

void make_room_for_stress(Version& part, const ir::Function& function) {
    part.stress.assign(function.frame_states.size(), 0);
    part.stressed = guards_of(function);
}

size_t guard_count(Version& version) {
    size_t count = 0;
    for_each_part(version, [&](Version& part) { count += guards_of(*part.function).size(); });
    return count;
}

namespace {

// Parts are numbered behind the version itself.
void fail_guard(Version& version, size_t number) {
    for_each_part(version, [&](Version& part) {
        if (number < part.stressed.size()) part.stress[part.stressed[number]] = 1;
        number -= part.stressed.size();  // wraps when it was here: no later part is that big
    });
}

void fail_guards(Version& version, const std::string& text) {
    unsigned long long seed = 0;
    double probability = 0;
    if (std::sscanf(text.c_str(), "seed:%llu:%lf", &seed, &probability) == 2) {
        static std::mt19937_64 generator(seed);
        return for_each_part(version,
                             [&](Version& part) { choose_at_random(part, part.stressed, generator, probability); });
    }
    if (text == "all") {
        return for_each_part(version, [](Version& part) {
            for (ir::FrameStateId state : part.stressed) part.stress[state] = 1;
        });
    }
    fail_guard(version, text == "chosen" ? chosen_guard : std::strtoul(text.c_str(), nullptr, 10));
}

}  // namespace

void prepare_stress(Version& version, const Settings& settings) {
    size_t guards = 0;
    for_each_part(version, [&](Version& part) {
        std::fill(part.stress.begin(), part.stress.end(), uint8_t{0});
        guards += part.stressed.size();
    });
    most_entered = std::max(most_entered, guards);
    if (!settings.options.stress_guards().empty()) fail_guards(version, settings.options.stress_guards());
    if (!settings.options.stress_invalidate()) return;
    static std::mt19937_64 generator(static_cast<uint64_t>(settings.options.stress_seed()));
    choose_at_random(version, tests_of(*version.function), generator, invalidated);
}

}  // namespace aipy::dispatch
