#include "codegen/workshop.h"

#include <utility>

namespace aipy::codegen {

Workshop::Workshop(const HostTarget& target, const RuntimeBitcode& runtime)
    : target_(target), inline_functions_(runtime, context_) {}

llvm::TargetMachine& Workshop::machine(int opt_level) {
    auto& machine = machines_[opt_level == 0 ? 0 : 1];
    if (machine == nullptr) machine = target_.make_machine(opt_level);
    return *machine;
}

std::unique_ptr<Workshop> Workshops::take() {
    {
        std::lock_guard lock(mutex_);
        if (!free_.empty()) {
            std::unique_ptr<Workshop> workshop = std::move(free_.back());
            free_.pop_back();
            return workshop;
        }
    }
    return std::make_unique<Workshop>(target_, runtime_);
}

void Workshops::give_back(std::unique_ptr<Workshop> workshop) {
    if (workshop->is_worn_out()) return;
    std::lock_guard lock(mutex_);
    free_.push_back(std::move(workshop));
}

}  // namespace aipy::codegen
