// Who holds references where, read from a function that has its lifetimes inserted (opt/lifetimes.h).
//
// Follows every way through the function and counts: results O and N and owned params begin with one reference,
// retain adds one, release, stolen operands and args of edges take one. So it finds what insert_lifetimes must
// never leave behind, and tells an executor which values it owns at a point where it takes over.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ir/function.h"

namespace aipy::ir {

// Which values begin with a reference of their own.
class ReferenceRules {
  public:
    ReferenceRules(const Function& function, bool entry_params_borrowed);
    // Params that the caller keeps alive: of an entry at the call, and of a native body.
    bool param_is_borrowed(BlockId block) const {
        return (block == 0 && entry_params_borrowed_) || (block == 1 && function_.native_body);
    }
    bool makes_reference(ValueId value) const;
    // The value that a borrowed one is borrowed from, through any number of steps; itself when it is a local's or
    // has its own reference; no_id when nobody needs to hold it (unboxed, immortal, or kept by the caller).
    ValueId root(ValueId value) const;

  private:
    const Function& function_;
    bool entry_params_borrowed_;
};

class Ownership {
  public:
    explicit Ownership(const Function& function, bool entry_params_borrowed = true);

    // Each broken rule with its place: used or given up without being held, still held at the end or when made again,
    // held on one way into a block but not on another, a frame state's `owned` that is not what is held.
    const std::vector<std::string>& errors() const { return errors_; }

    // The values of which references are held just before `instr`, in increasing order (once for each reference).
    std::vector<ValueId> held_before(InstrId instr) const;

  private:
    // References held, by value. `null`: the value is known to be null, and any count is right.
    static constexpr int null = -1;
    using Held = std::map<ValueId, int>;

    // For running a block again, to know what is held inside it: reports nothing.
    Ownership(const Function& function, const ReferenceRules& rules)
        : function_(function), rules_(rules), silent_(true) {}

    void follow_block(BlockId block, Held held);
    void step(const Instr& instr, Held& held);
    void leave_by_error(const Instr& instr, Held held);
    void finish_block(const Instr& instr, Held held);
    void pass(const Edge& edge, size_t first_param, Held held);
    void arrive(BlockId block, const Held& held);
    void take(Held& held, ValueId value, const char* how);
    void define(Held& held, ValueId value);
    void give(Held& held, ValueId value);
    void check_use(const Held& held, ValueId value);
    void check_owned(const Held& held, FrameStateId state, const char* which);
    void expect_nothing_held(const Held& held, const char* where);
    void report(const std::string& message);

    const Function& function_;
    ReferenceRules rules_;
    std::vector<Held> at_entry_;  // by block, params included
    std::vector<bool> entered_;
    std::vector<BlockId> work_;
    std::vector<std::string> errors_;
    InstrId current_ = no_id;
    bool silent_ = false;
};

}  // namespace aipy::ir
