#include "dispatch/stress.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace aipy::dispatch {
namespace {

void fail_at_random(Version& version, const std::vector<ir::FrameStateId>& guards, const std::string& text) {
    unsigned long long seed = 0;
    double probability = 0;
    if (std::sscanf(text.c_str(), "seed:%llu:%lf", &seed, &probability) != 2) return;
    static std::mt19937_64 generator(seed);
    std::bernoulli_distribution fails(std::clamp(probability, 0.0, 1.0));
    for (ir::FrameStateId guard : guards) version.stress[guard] = fails(generator);
}

}  // namespace

std::vector<ir::FrameStateId> guards_of(const ir::Function& function) {
    std::vector<ir::FrameStateId> guards;
    for (const ir::Block& block : function.blocks)
        for (ir::InstrId id : block.instrs) {
            const ir::Instr& instr = function.instr(id);
            if (ir::info(instr.op).leaves() && instr.before != ir::no_id) guards.push_back(instr.before);
        }
    std::sort(guards.begin(), guards.end());
    guards.erase(std::unique(guards.begin(), guards.end()), guards.end());
    return guards;
}

void prepare_stress(Version& version, const Settings& settings) {
    const std::string& text = settings.options.stress_guards();
    std::vector<ir::FrameStateId> guards = guards_of(*version.function);
    if (text.starts_with("seed:")) return fail_at_random(version, guards, text);
    std::fill(version.stress.begin(), version.stress.end(), uint8_t{0});
    size_t chosen = text == "all" ? guards.size() : std::strtoul(text.c_str(), nullptr, 10);
    for (size_t i = 0; i < guards.size(); ++i)
        if (text == "all" || i == chosen) version.stress[guards[i]] = 1;
}

}  // namespace aipy::dispatch
