// Lowers IR blocks to one LLVM function.
//
// Blocks become LLVM blocks, block parameters become phis. An op may make further blocks of its own; what runs seldom
// (exits, errors, disposal) goes to cold blocks at the function's end, and exits with the same frame state are one
// block. A function with call.self becomes two LLVM functions: `entry` (blocks[0]) and `body` (the others).
//
// Polls. A loop header that starts with a poll becomes two LLVM blocks: `head`, entered from outside and after a poll,
// and `loop`, entered by back edges. The poll's slow path thus lies outside the inner loop, which makes no calls, so
// that what it reads of lists and arrays may be read once, before it. An innermost loop that runs no foreign code only
// counts down, and looks at the request flag each `poll_interval` iterations. Where the header does nothing but decide
// whether to go on, the count joins its condition:
//
//   head:  x1 = phi …                      from outside, and from look
//   loop:  x = phi [x1, head], [x2, latch];  n = phi [poll_interval, head], [n - 1, latch]
//          c = condition of x;  branch c and n != 0 → body, out
//   out:   branch c → look, after the loop
//   look:  poll when it is due;  branch head
//
// so the inner loop has one exit, which LLVM can rotate, count and vectorise. What such a loop reads of arrays and
// lists from outside of it (pointers, shapes, lengths) is read in `head`: it cannot change in the loop, but stands
// behind guards there, past which LLVM would not move it.
#pragma once

#include <llvm/ADT/DenseMap.h>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "codegen/late_tracebacks.h"
#include "codegen/module_context.h"
#include "ir/array_program.h"
#include "ir/parallel_loops.h"

namespace aipy::codegen {

inline constexpr int64_t poll_interval = 4096;

// The LLVM function being made, and how it takes values and returns.
enum class FunctionPart : uint8_t {
    Whole,  // an AipyEntry: values by pointer, returns an object
    Entry,  // the same, ends by calling the body
    Body,   // (depth, params of blocks[1]…), returns {value, status}; a callee's has the call site behind depth
    Loop,   // a part of a parallel loop (parallel_loops.cpp): (captured, params, run), returns a PartStatus
};

// A parallel loop and the function that runs a part of it.
struct ParallelCode {
    ir::ParallelLoop loop;
    std::vector<ir::ValueId> captured;
    llvm::Function* part = nullptr;
};

llvm::CmpInst::Predicate signed_predicate(ir::CompareOp compare);

class FunctionLowering {
  public:
    FunctionLowering(ModuleContext& module, const LateTracebacks& tracebacks, FunctionPart part,
                     llvm::Function* function, llvm::Function* body);
    void run();
    // What of the function runs in parallel; outlives the lowering.
    void set_parallel(const std::vector<ParallelCode>& parallel) { parallel_ = &parallel; }

  private:
    using Value = llvm::Value;
    using BasicBlock = llvm::BasicBlock;

    struct BlockLoop;
    enum class LoopKind : uint8_t { None, Polls, Counts };
    // One IR block's place in the LLVM function.
    struct BlockPlan {
        LoopKind kind = LoopKind::None;  // what the loop does whose header it is
        BasicBlock* head = nullptr;      // null when the block is not in this function
        BasicBlock* loop = nullptr;      // for back edges, when the block polls
        std::vector<llvm::PHINode*> head_params;
        std::vector<llvm::PHINode*> loop_params;
        // Where several back edges meet, or null: one latch is what LLVM turns branches before it into selects for.
        BasicBlock* latch = nullptr;
        std::vector<llvm::PHINode*> latch_params;
        llvm::PHINode* countdown = nullptr;  // in `loop`, of a poll that counts
        Value* next_countdown = nullptr;
        llvm::AllocaInst* polled = nullptr;        // whether this iteration has polled, of a poll that does not count
        const ir::Instr* deferred_poll = nullptr;  // a poll that the header's branch takes over
        // Parameters that an iteration changes by at most `step` (bounded_sums.cpp).
        struct BoundedSum {
            size_t param;
            int64_t step;
        };
        std::vector<BoundedSum> sums;
        std::shared_ptr<const BlockLoop> counted;  // when the header's branch ends it by a counter
        bool ends_soon = false;                    // without any poll (short_loops.cpp)
        bool written_out = false;                  // it has a few iterations, by constants
        bool counts_to_end = false;  // `countdown` starts with the iterations that are left, as far as they are known
        // What an iteration stores and the next one loads (carried_elements.cpp).
        struct CarriedElement {
            const ir::Instr* store = nullptr;
            std::set<const ir::Instr*> loads{};
            llvm::PHINode* element = nullptr;
            Value* stored = nullptr;
        };
        std::optional<CarriedElement> carried;
        bool only_blocks = false;  // in a nest's proved form: all iterations run in blocks (lower_blocks.cpp)
        uint32_t order = 0;        // in reverse post-order
    };
    struct Exit {
        BasicBlock* block = nullptr;
        llvm::PHINode* reason = nullptr;
    };
    struct WayIn {
        const ir::Edge* edge;
        ir::BlockId from;
        bool is_error;
    };

    // ---- lower_function.cpp: blocks, edges, returns
    void plan_blocks();
    void plan_block(ir::BlockId id, uint32_t order);
    void find_counted_end(ir::BlockId header);
    void make_blocks(ir::BlockId id);
    bool is_back_edge(ir::BlockId from, ir::BlockId to) const;
    size_t back_edges(ir::BlockId header) const;
    void bind_entry_values();
    void lower_block(ir::BlockId id);
    void follow(const ir::Edge& edge, Value* first = nullptr);
    void go_to(ir::BlockId target, llvm::ArrayRef<Value*> arguments);
    bool runs_foreign_code() const { return has_foreign_; }

    void lower_jump(const ir::Instr& instr);
    void lower_branch(const ir::Instr& instr);
    void lower_branch_null(const ir::Instr& instr);
    void lower_return(const ir::Instr& instr);
    void lower_suspend(const ir::Instr& instr);
    void call_body_and_return(const ir::Edge& edge);
    void return_value(Value* value, ir::Rep rep);
    Value* boxed(Value* value, ir::Rep rep);
    Value* body_result(Value* value, Value* status);
    void return_object(Value* object);  // of an exit: null is an error

    // ---- parallel_loops.cpp
    const ParallelCode* parallel_at(ir::BlockId header) const;
    bool runs_in_parts(ir::BlockId id) const;
    void bind_part();
    void enter_parallel(const ir::Edge& edge, const ParallelCode& code);
    void park(ir::FrameStateId state, Value* reason);
    void end_part();
    void give_up();
    Value* from_cell(Value* address, ir::Rep rep);
    Value* cell_array(const char* name, size_t count);

    // ---- lower_ops.cpp
    void lower_instr(const ir::Instr& instr);
    void refuse(const ir::Instr& instr);

    // ---- exits.cpp: frame states, leaving, errors
    void guard(Value* ok, const ir::Instr& instr);
    void test_valid(const ir::Instr& instr);
    Value* ignores_underflow();
    BasicBlock* exit_past_deferred(const ir::Instr& instr);
    BasicBlock* exit_to(ir::FrameStateId state, ir::InstrId reason, BasicBlock* from);
    Value* call_exit(std::string_view name, llvm::Type* result, ir::FrameStateId state,
                     llvm::ArrayRef<Value*> extra = {}, ir::ValueId absent = ir::no_id);
    Value* cell(Value* value);
    Value* out_place();
    void leave(const ir::Instr& instr);
    void leave_now(ir::FrameStateId state, Value* reason);
    void leave_boxed(const ir::Instr& instr, Value* object);
    BasicBlock* error_block(const ir::Instr& instr);
    BasicBlock* unwind_block(ir::FrameStateId state);
    void raise_if(Value* failed, const ir::Instr& instr);
    Value* late_traceback();
    void no_late_traceback(ir::BlockId handler);
    void add_traceback_if_due(const ir::Instr& instr);
    void add_late_traceback(ir::ValueId exception, ir::FrameStateId state);
    // A way out of the instruction: before it the handled exception gets its entry, if that may still wait.
    template <typename F>
    BasicBlock* with_traceback(const ir::Instr& instr, ir::FrameStateId state, F&& way_out) {
        const ir::ValueId handled = tracebacks_.pending_at(id_of(instr));
        if (handled == ir::no_id) return way_out();
        llvm::IRBuilder<>::InsertPointGuard saved(b_);
        BasicBlock* first = new_block("leaving_handler");
        b_.SetInsertPoint(first);
        add_late_traceback(handled, state);
        b_.CreateBr(way_out());
        return first;
    }
    void publish_position(const ir::Instr& instr);
    void show_locals(ir::FrameStateId state);
    void find_shown_before(ir::BlockId id);
    void keep_shown();
    void publish_depth();
    void publish_call_site();

    // The value that `make` builds from what `object` points to, built at the head of the innermost counted loop when
    // `object` comes from outside of it. `field` and `axis` tell what is built apart.
    template <typename F>
    Value* before_loop(ir::ValueId object, std::string_view field, int64_t axis, F&& make) {
        const ir::ValueId source = only_value(object);
        ir::BlockId loop = counted_loop_[current_block_];
        const bool before_nest = proof_ != nullptr && !proof_->nest.inside[block_of(source)];
        if (before_nest) loop = proof_->nest.header;
        if (loop == ir::no_id || (!before_nest && counted_loop_[block_of(source)] == loop))
            return make(values_[object]);
        Value*& known = hoisted_[{loop, source, std::string(field), axis}];
        if (known == nullptr) {
            llvm::IRBuilder<>::InsertPointGuard saved(b_);
            b_.SetInsertPoint((before_nest ? proof_->entry : plans_[loop].head)->getTerminator());
            known = make(values_[source]);
        }
        return known;
    }
    Value* field(ir::ValueId object, std::string_view support);
    ir::BlockId block_of(ir::ValueId value) const;

    // ---- known_values.cpp
    std::optional<int64_t> constant(ir::ValueId id) const;
    bool is_natural(ir::ValueId id) const;
    std::optional<int64_t> lower_bound(ir::ValueId id, int depth = 0) const;
    std::optional<int64_t> derived_lower_bound(ir::ValueId id, int depth) const;
    std::optional<int64_t> counter_lower_bound(ir::ValueId id, int depth) const;
    ir::ValueId only_value(ir::ValueId id) const;
    // Calls visit(value) for what each edge into the parameter's block passes as it.
    template <typename F>
    void for_each_entering_arg(ir::ValueId param, F&& visit) const {
        const ir::BlockId block = ir_.value(param).block;
        const auto& params = ir_.block(block).params;
        const auto position = static_cast<size_t>(std::find(params.begin(), params.end(), param) - params.begin());
        for (const WayIn& way : ways_in_[block]) {
            // A handler's first parameter is the exception.
            if (!way.is_error)
                visit(way.edge->args[position]);
            else if (position > 0)
                visit(way.edge->args[position - 1]);
        }
    }

    // ---- selects.cpp
    struct TwoSides {
        ir::BlockId blocks[2] = {ir::no_id, ir::no_id};  // done on the way; none: the way goes straight to the end
        const ir::Edge* ends[2] = {nullptr, nullptr};    // to one block
    };
    std::optional<int> cost_in_vain(const ir::Instr& instr) const;
    bool is_small_side(ir::BlockId id) const;
    std::optional<TwoSides> two_sides(const ir::Instr& branch) const;
    void lower_both_sides(const ir::Instr& branch, const TwoSides& sides);

    // ---- bounded_sums.cpp
    struct SumSearch {
        ir::BlockId header;
        ir::ValueId from;
        const std::vector<bool>& inside;
    };
    std::optional<int64_t> magnitude(ir::ValueId id, int depth) const;
    std::optional<int64_t> counter_magnitude(ir::ValueId id) const;
    std::optional<int64_t> distance(const SumSearch& search, ir::ValueId id, std::vector<ir::InstrId>& additions,
                                    int depth) const;
    void find_bounded_sums(ir::BlockId header, const std::vector<bool>& inside);
    void guard_bounded_sums(ir::BlockId header);
    const ir::Instr& header_poll(ir::BlockId header) const;
    // Calls visit(value) for what each edge from within the loop passes as the header's parameter.
    template <typename F>
    void for_each_back_arg(ir::BlockId header, const std::vector<bool>& inside, size_t param, F&& visit) const {
        for (ir::BlockId from : order_) {
            if (!inside[from]) continue;
            for (ir::InstrId id : ir_.block(from).instrs) {
                for (const ir::Edge& edge : ir_.instr(id).targets)
                    if (edge.target == header) visit(edge.args[param]);
            }
        }
    }

    // ---- short_loops.cpp
    bool ends_soon(ir::BlockId header, const std::vector<bool>& inside) const;
    bool ends_with_bits(ir::BlockId header, const std::vector<bool>& inside) const;
    bool is_written_out(ir::BlockId header, const std::vector<bool>& inside) const;
    std::optional<int64_t> constant_start(const BlockLoop& loop) const;
    std::optional<int64_t> constant_turns(ir::BlockId header) const;
    void close_loop(const BlockPlan& plan, llvm::BranchInst* back);
    bool ends_at_zero(ir::BlockId header, const std::vector<bool>& inside, ir::ValueId number) const;
    bool takes_a_bit(ir::ValueId number, ir::ValueId next) const;

    // ---- block_loops.cpp
    // A loop that has a second form for blocks of iterations.
    struct BlockLoop {
        ir::BlockId header = ir::no_id;
        std::vector<bool> inside{};                 // by block
        std::vector<ir::BlockId> blocks{};          // the header, then the others in order
        ir::ValueId more = ir::no_id;               // whether there is a next iteration
        const ir::Edge* entered = nullptr;          // where the header goes then
        std::vector<const ir::Edge*> back{};        // edges to the header
        std::map<ir::ValueId, int64_t> counters{};  // the header's parameters that grow by this in each iteration
        ir::ValueId counter = ir::no_id;            // the one that is compared with `stop`
        ir::ValueId stop = ir::no_id;
        int64_t step = 0;
        int64_t closing = 0;                     // the step of `stop`, when it is a counter, too
        bool counts_stop = false;                // goes on when the counter has come to `stop`, too
        std::set<ir::ValueId> unchanging{};      // those that stay as they are
        std::vector<ir::ValueId> sums{};         // the header's parameters that are sums
        std::set<ir::ValueId> sum_values{};      // all values that are such a sum at some point
        bool accumulates = false;                // hands on sums or other results
        bool repeatable = true;                  // what is handed on is the same when iterations are done twice
        std::vector<const ir::Instr*> instrs{};  // what an iteration does, in order
    };
    struct Interval {
        int64_t least = 0, most = 0;
        static std::optional<Interval> within(int64_t least, int64_t most);
        static std::optional<Interval> sum(int64_t least, int64_t least_more, int64_t most, int64_t most_more);
        static std::optional<Interval> product(Interval a, Interval b);
        bool fits(unsigned bits) const;
    };
    std::optional<BlockLoop> block_loop(ir::BlockId header) const;
    bool take_part(BlockLoop& loop, ir::BlockId block, const ir::Instr& instr) const;
    bool find_counters(BlockLoop& loop) const;
    std::optional<int64_t> counted_step(ir::ValueId param, ir::ValueId next) const;
    bool find_end(BlockLoop& loop) const;
    bool fits_blocks(const BlockLoop& loop, const ir::Instr& instr) const;
    std::optional<int> degree(const BlockLoop& loop, ir::ValueId id) const;
    bool is_linear_guard(const BlockLoop& loop, const ir::Instr& guard) const;
    static bool has_stores(const BlockLoop& loop);
    bool carries_no_decision(BlockLoop& loop) const;
    bool is_only_compared(const BlockLoop& loop, ir::ValueId param) const;
    std::set<ir::ValueId> passed_on(const BlockLoop& loop, ir::ValueId param) const;
    bool is_handed_on(const BlockLoop& loop, ir::ValueId param) const;
    bool take_sum(BlockLoop& loop, size_t index) const;
    bool extend_by_params(ir::BlockId block, std::set<ir::ValueId>& chain) const;
    std::vector<bool> used_by(const BlockLoop& loop, bool (*wanted)(ir::Op)) const;
    std::optional<Interval> interval(ir::ValueId id, int depth = 0) const;
    static std::optional<Interval> element_interval(ir::ElementType element);

    // ---- ranges.cpp
    // What an integer lies between while a nest of loops runs, as values that are known before it. Both ends are right
    // only where `exact` holds.
    struct Range {
        Value* least;
        Value* most;
        Value* exact;
    };
    // What a counter does: from where its loop is entered, by `step`, to `stop`.
    struct Counter {
        const BlockLoop* loop;
        int64_t step;
    };
    struct Nest {
        ir::BlockId header = ir::no_id;
        std::vector<bool> inside{};         // by block
        std::vector<ir::BlockId> blocks{};  // in order
        std::vector<BlockLoop> loops{};     // those that count to an end known when they are entered
    };
    struct Proof {
        const Nest& nest;
        BasicBlock* entry = nullptr;  // where it is made
        Value* holds = nullptr;
        std::map<std::pair<ir::ValueId, bool>, std::pair<std::optional<Range>, bool>> known{};
        BasicBlock* proved = nullptr;                               // the head of the proved form
        std::vector<BasicBlock*> left_from{};                       // for the outermost loop's plain form
        std::set<ir::ValueId> open{};                               // ranges being looked for
        bool narrowed = false;                                      // the range just found rests on branches
        std::set<ir::InstrId> conditional{};                        // what is proved only where branches lead to it
        std::set<ir::InstrId> ranges{};                             // of range checks
        std::set<ir::InstrId> exact{};                              // results that fit
        std::set<std::pair<ir::InstrId, ir::ValueId>> in_bounds{};  // indices that are natural and in bounds
    };
    std::optional<Range> range(Proof& proof, ir::ValueId id, ir::BlockId user);
    std::optional<Range> range_by_itself(Proof& proof, ir::ValueId id, ir::BlockId user);
    void narrow_by_branches(Proof& proof, ir::ValueId id, ir::BlockId block, Range& range);
    void narrow_by_branch(Proof& proof, ir::ValueId id, const WayIn& way, Range& narrowed);
    std::optional<Range> range_of_result(Proof& proof, const ir::Instr& instr);
    std::optional<Range> range_of_counter(Proof& proof, const BlockLoop& loop, ir::ValueId id, bool in_iteration);
    std::optional<Range> range_of_param(Proof& proof, ir::ValueId id);
    std::optional<Range> range_where_entered(Proof& proof, const BlockLoop& loop, ir::ValueId id);
    Range either(const Range& a, const Range& b);
    Range combined(ir::Op op, const Range& a, const Range& b);
    Range point(Value* value) { return {value, value, b_.getTrue()}; }
    Value* least_of(Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, a, b); }
    Value* most_of(Value* a, Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, a, b); }
    bool is_outside(const Proof& proof, ir::ValueId id) const;

    // ---- proved_nests.cpp
    // What is computed in the plain form of a nest and, in that block, in the proved one.
    struct Twin {
        llvm::Instruction* plain;
        Value* proved;
        BasicBlock* block;
    };
    std::optional<BlockLoop> loop_with_end(ir::BlockId header) const;
    std::optional<Nest> nest_of(ir::BlockId header) const;
    std::vector<bool> add_proved_nests();
    bool add_proved_nest(const Nest& nest);
    void prove(Proof& proof);
    bool is_proved_everywhere(const ir::Instr& instr) const;
    void prove_instr(Proof& proof, ir::BlockId block, const ir::Instr& instr);
    void require(Proof& proof, Value* holds);
    void come_back(const Proof& proof, BlockPlan& plain);
    void lower_proved(Proof& proof, const std::vector<Value*>& plain_values);
    void go_on_plainly(const std::vector<llvm::PHINode*>& values, Value* countdown);
    void repair_uses();

    // ---- carried_elements.cpp
    using CarriedElement = BlockPlan::CarriedElement;
    std::pair<ir::ValueId, int64_t> base_and_offset(ir::ValueId id) const;
    bool follows_store(const BlockLoop& loop, const ir::Instr& load, const ir::Instr& store) const;
    void find_carried_element(ir::BlockId header);
    void load_first_element(BlockPlan& plan, Value* more);
    CarriedElement* carried_by(const ir::Instr& access);

    // ---- lower_blocks.cpp
    // The code of a loop's second form, as far as it is made. Masks are null where they always hold.
    struct BlockFrame {
        // What an iteration stores, when all else is computed.
        struct Store {
            const ir::Instr* instr;
            Value* element;
            Value* mask;
            std::vector<ir::BlockId> blocks;  // those that store there
            Value* elements = nullptr;        // buffers
            Value* masks = nullptr;
        };
        struct Way {
            const ir::Edge* edge;
            Value* mask;
        };
        // A least or greatest value so far, which each iteration may replace.
        struct Extreme {
            size_t param;
            llvm::CmpInst::Predicate replaces;  // how what replaces it compares with it
        };
        const BlockLoop& loop;
        BasicBlock* refused = nullptr;                   // where blocks may not be run
        BasicBlock* none = nullptr;                      // where there are no iterations, or too few
        BasicBlock* entry = nullptr;                     // what comes before the first block
        Value* count = nullptr;                          // of iterations that are run in blocks
        Value* last = nullptr;                           // the number of the last of them
        Value* repeatable = nullptr;                     // whether iterations that were done may be done again
        llvm::PHINode* done = nullptr;                   // iterations done before this block
        llvm::CallInst* start = nullptr;                 // number of the block's first iteration
        Value* length = nullptr;                         // of this block
        llvm::PHINode* place = nullptr;                  // in it
        Value* iteration = nullptr;                      // its number
        std::vector<llvm::PHINode*> passed{};            // by parameter of the header: the value before this block
        bool buffered = false;                           // one block is not all: its stores wait in buffers
        Value* failed = nullptr;                         // whether a guard of the block has failed so far
        std::set<ir::ValueId> elements{};                // integers that have been tested to be of their NumPy class
        std::vector<ir::ValueId> finite{};               // finite in each iteration if they are in the last
        Value* mask = nullptr;                           // of the block of the IR that is being computed
        std::map<ir::BlockId, std::vector<Way>> ways{};  // into each block of the IR
        std::vector<Store> stores{};
        std::vector<Extreme> extremes{};
    };
    Value* at_iteration(const BlockLoop& loop, ir::ValueId id, Value* iteration, Value** exact);
    Value* counter_at(const BlockLoop& loop, ir::ValueId counter, Value* iteration, Value** exact);
    Value* linear(ir::Op op, Value* first, Value* second, Value** exact);
    Value* address_at(const BlockLoop& loop, const ir::Instr& access, Value* iteration);
    void enter_if(Value* ok, BasicBlock* otherwise);
    void enter_if_in_bounds(BlockFrame& frame, const ir::Instr& instr);
    void enter_if_apart(BlockFrame& frame, size_t store, ir::ValueId array);
    Value* lie_apart(const ir::Instr& store, const ir::Instr& load);
    struct Meeting {
        Value* never;  // whether no load sees what a store of its block writes
        Value* apart;  // whether all loads and stores lie apart
    };
    Meeting never_meet(const BlockLoop& loop, const ir::Instr& store, const ir::Instr& load, bool loaded_before,
                       Value* last);
    void add_block_loop(const BlockLoop& loop);
    void enter_blocks(BlockFrame& frame);
    void count_iterations(BlockFrame& frame);
    struct Iterations {
        Value* more;   // whether there are any
        Value* count;  // how many, if there are
        Value* exact;  // whether the arithmetic was
    };
    Iterations iterations_left(const BlockLoop& loop);
    bool ends_surely(const BlockLoop& loop, ir::ValueId id) const;
    void start_countdowns(const std::vector<ir::BlockId>& blocks);
    void lower_blocks(BlockFrame& frame, BasicBlock* blocks);
    void pass_linear_values(const BlockFrame& frame, Value* iteration, std::vector<Value*>& last);
    std::vector<Value*> lower_results(BlockFrame& frame, BasicBlock* results, BasicBlock* from, BasicBlock* tested);
    std::vector<Value*> lower_iteration(BlockFrame& frame);
    void take_extreme(BlockFrame& frame, size_t param, llvm::PHINode* before, std::vector<Value*>& last);
    Value* finish_extreme(BlockFrame& frame, const BlockFrame::Extreme& extreme, Value*& result);
    void enter_masked(BlockFrame& frame, ir::BlockId id);
    void follow_masked(BlockFrame& frame, const ir::Instr& instr);
    Value* chosen(const std::vector<BlockFrame::Way>& ways, size_t index);
    bool always_passes(const BlockLoop& loop, const std::vector<ir::BlockId>& blocks) const;
    bool leads_to(const BlockLoop& loop, ir::BlockId from, const std::vector<ir::BlockId>& to,
                  const std::vector<ir::BlockId>& avoided) const;
    void lower_speculated(const BlockLoop& loop, const ir::Instr& instr);
    void add_term(const ir::Instr& instr, bool first_is_sum);
    bool lower_narrow(const ir::Instr& instr);
    bool lower_as_element(const ir::Instr& instr);
    Value* sum_or_difference(const ir::Instr& instr, Value* first, Value* second);
    void hold_back_store(const ir::Instr& store, Value* element);
    bool is_same_place(const ir::Instr& a, const ir::Instr& b) const;
    void store_directly(BlockFrame& frame);
    void store_to_buffers(BlockFrame& frame);
    void store_if(Value* mask, const std::function<void()>& store);
    void lower_commit(BlockFrame& frame, BasicBlock* commit, BasicBlock* from, BasicBlock* committed);

    // ---- lower_calls.cpp: helpers, call.self
    void lower_helper(const ir::Instr& instr);
    Value* call_helper(const ir::Instr& instr);
    int64_t dying_operands(const ir::Instr& instr) const;
    void append_operands(const ir::Instr& instr, llvm::SmallVectorImpl<Value*>& arguments);
    Value* operand_array(const ir::Instr& instr, size_t first);
    Value* immediate(ir::ImmKind kind, int64_t value);
    void finish_helper(const ir::Instr& instr, Value* result);
    void lower_raise(const ir::Instr& instr);
    void raise_if_null_and_error(const ir::Instr& instr, Value* result);
    void lower_call_self(const ir::Instr& instr);
    void lower_call_native(const ir::Instr& instr);
    void lower_call_which(const ir::Instr& instr);
    Value* depth_for_call(const ir::Instr& instr);
    llvm::CallInst* call_body(const ir::Instr& instr, size_t index, Value* depth, llvm::ArrayRef<ir::ValueId> operands);
    Value* given_by_body(const ir::Instr& instr, llvm::CallInst* call, Value* depth, ir::Rep rep);
    void lower_call_part(const ir::Instr& instr);
    void lower_return_parts(const ir::Instr& instr);
    void finish_other_result(const ir::Instr& instr, Value* word, Value* status, Value* depth, ir::Rep rep,
                             BasicBlock* object);
    void finish_body_call(const ir::Instr& instr, llvm::CallInst* call, Value* depth, ir::Rep rep);
    Value* position_unit(const ir::Instr& instr);

    // ---- lower_polls.cpp
    bool starts_with_poll(const ir::Block& block) const;
    std::vector<bool> blocks_of_loop(ir::BlockId header) const;
    bool keeps_headers(const ir::Instr& instr) const;
    bool counts_polls(ir::BlockId header, const std::vector<bool>& inside) const;
    const ir::Instr* deferrable_poll(ir::BlockId header, const std::vector<bool>& inside) const;
    bool leaves_at(const ir::Instr& poll) const;
    void lower_poll(const ir::Instr& instr);
    void count_down(BlockPlan& plan);
    void lower_header_poll(const ir::Instr& instr, BlockPlan& plan);
    llvm::AllocaInst* flag_at_start(const char* name);
    void poll_and_restart(const ir::Instr& instr, BlockPlan& plan);
    void lower_counted_branch(const ir::Instr& instr, BlockPlan& plan);
    void lower_short_branch(const ir::Instr& instr, const BlockPlan& plan, size_t staying);
    Value* poll_pending();

    // ---- lower_objects.cpp: constants, references, guards on objects, boxes
    void lower_const(const ir::Instr& instr);
    void lower_null_unless(const ir::Instr& instr);
    void lower_retain(const ir::Instr& instr);
    void lower_release(const ir::Instr& instr);
    void lower_release_quiet(const ir::Instr& instr);
    void release(ir::ValueId value);
    void dispose_if_last(Value* object, bool nullable, bool observable, const ir::Instr* instr);
    void lower_guard_type(const ir::Instr& instr);
    Value* has_type(Value* object, ir::Type type, bool nullable);
    void lower_unbox_i64(const ir::Instr& instr);
    Value* unbox_int(const ir::Instr& instr, Value* object);
    void lower_unbox_word(const ir::Instr& instr);
    void lower_unbox_f64(const ir::Instr& instr);
    void lower_unbox_bit(const ir::Instr& instr);
    void lower_or_leave(const ir::Instr& instr);
    void lower_sequence_next(const ir::Instr& instr);
    void lower_answer_or_leave(const ir::Instr& instr);
    void lower_box_bit(const ir::Instr& instr);
    bool may_be_null(ir::ValueId value) const;
    Value* constant_object(uint32_t index);
    Value* truth_object(Value* bit);

    // ---- lower_integers.cpp
    std::optional<size_t> constant_factor(const ir::Instr& instr) const;
    void multiply_by_constant(const ir::Instr& instr, size_t index);
    bool has_margin(ir::ValueId id) const;
    bool cannot_overflow(const ir::Instr& instr) const;
    void lower_checked(const ir::Instr& instr, llvm::Instruction::BinaryOps operation, llvm::Intrinsic::ID checked);
    void lower_add_wrap(const ir::Instr& instr);
    void lower_integer_floordiv(const ir::Instr& instr);
    void lower_integer_mod(const ir::Instr& instr);
    bool adds_no_product(ir::ValueId id) const;
    bool is_also_divided(const ir::Instr& remainder) const;
    Value* remainder_of(const ir::Instr& instr, Value* dividend, Value* divisor);
    Value* near_remainder(const ir::Instr& instr, Value* dividend, Value* divisor);
    bool divides_by_power_of_two(const ir::Instr& instr) const;
    bool divides_naturals(const ir::Instr& instr) const;
    void guard_divisible(const ir::Instr& instr, Value* dividend, Value* divisor);
    void lower_integer_truediv(const ir::Instr& instr);
    void lower_integer_pow(const ir::Instr& instr);
    void lower_shift_left(const ir::Instr& instr);
    void lower_shift_right(const ir::Instr& instr);
    void lower_negate(const ir::Instr& instr);
    void lower_integer_abs(const ir::Instr& instr);
    void lower_bits_of_magnitude(const ir::Instr& instr);
    void lower_integer_compare(const ir::Instr& instr);
    void lower_word_compare(const ir::Instr& instr);
    void lower_to_float_exact(const ir::Instr& instr);
    void lower_range_check(const ir::Instr& instr);
    void lower_range_more(const ir::Instr& instr);
    void lower_range_part(const ir::Instr& instr, int64_t part);
    bool range_cannot_wrap(const ir::Instr& add) const;
    Value* exact_in_double(ir::ValueId id);

    // ---- lower_floats.cpp
    void lower_divide(const ir::Instr& instr);
    void lower_float_divmod(const ir::Instr& instr, std::string_view function);
    void lower_float_pow(const ir::Instr& instr);
    void lower_sqrt(const ir::Instr& instr);
    void lower_complex_quotient(const ir::Instr& instr);
    void lower_libm(const ir::Instr& instr);
    void lower_float_compare(const ir::Instr& instr);
    void lower_float_choice(const ir::Instr& instr, llvm::CmpInst::Predicate second_wins);
    void lower_float_to_integer(const ir::Instr& instr);
    Value* truncated(Value* number, const ir::Instr& instr);
    Value* is_finite(Value* number);
    Value* is_nan(Value* number) { return b_.CreateFCmpUNO(number, number); }
    Value* rounded_to_f32(Value* number);
    void lower_guard_finite(const ir::Instr& instr);
    bool is_implied_later(const ir::Instr& guard) const;
    bool is_implied_ahead(const ir::Instr& guard) const;
    bool is_implied_by_last(ir::ValueId value) const;
    bool finite_only_with(ir::ValueId result, ir::ValueId part, int depth) const;

    // ---- lower_containers.cpp
    Value* list_item(const ir::Instr& instr);
    Value* tuple_item(const ir::Instr& instr);
    void define_owned(const ir::Instr& instr, Value* object);
    Value* byte_address(const ir::Instr& instr);
    void lower_byte_item(const ir::Instr& instr);
    void lower_byte_set(const ir::Instr& instr);
    llvm::Value* item_place(const ir::Instr& instr);
    void lower_numbers_result(const ir::Instr& instr);
    void lower_number_append(const ir::Instr& instr);
    Value* number_stored(const ir::Instr& instr, size_t index);
    void lower_number_set(const ir::Instr& instr);
    void lower_list_set(const ir::Instr& instr);
    void guard_silent_death(Value* object, bool nullable, const ir::Instr& instr);

    // ---- lower_attributes.cpp
    Value* class_is(const ir::Instr& instr);
    Value* keys_are(const ir::Instr& instr);
    void lower_keys_are(const ir::Instr& instr);
    void lower_guard_class(const ir::Instr& instr);
    void lower_guard_own_class(const ir::Instr& instr);
    void lower_guard_keys(const ir::Instr& instr);
    void lower_guard_function(const ir::Instr& instr);
    Value* cell_content(const ir::Instr& instr);
    Value* found_method(const ir::Instr& instr);
    Value* attribute_address(const ir::Instr& instr, const char* values_of);
    Value* attribute(const ir::Instr& instr);
    void lower_attr_set(const ir::Instr& instr);
    void overwrite_number(const ir::Instr& instr, Value* address, ir::Rep rep);
    void replace_number(const ir::Instr& instr, Value* address, const char* helper);

    llvm::Value* unpacked_item(const ir::Instr& instr);
    Value* wrapped_index(ir::ValueId index, Value* length, const ir::Instr& instr, bool checked);
    Value* seldom_wrapped(Value* index, Value* length, const ir::Instr& instr);
    Value* wrapped_anew(ir::ValueId index, Value* length, const ir::Instr& instr, bool checked);
    Value* item_address(Value* items, Value* index);
    llvm::LoadInst* load_object(Value* address, Memory memory);

    // ---- lower_arrays.cpp
    void lower_element_load(const ir::Instr& instr);
    void lower_array_store(const ir::Instr& instr);
    void lower_array_dim(const ir::Instr& instr);
    void lower_array_next(const ir::Instr& instr);
    void lower_array_item(const ir::Instr& instr);
    ir::ArrayDetail array_detail(const ir::Instr& instr) const;
    Value* axis_length(ir::ValueId array, size_t axis);
    Value* axis_stride(ir::ValueId array, size_t axis);
    Value* element_address(const ir::Instr& access, ir::ArrayDetail detail);
    ir::ArrayDetail access_detail(const ir::Instr& access) const;
    Value* access_length(const ir::Instr& access, size_t axis);
    Value* access_data(const ir::Instr& access);
    static Memory access_memory(const ir::Instr& access);
    Value* load_shape(Value* shape, size_t axis);
    llvm::Type* element_type(ir::ElementType element);
    Value* element_to_value(Value* element, ir::ElementType type, ir::Rep rep, const ir::Instr& instr);
    Value* stored_element(const ir::Instr& store, ir::ElementType element);
    bool always_fits(ir::ValueId value, ir::ElementType element) const;
    bool is_float32(ir::ValueId value) const;
    Value* value_to_element(Value* value, ir::Rep rep, ir::ElementType type, const ir::Instr& instr);
    Value* integer_to_element(Value* integer, ir::ElementType type, const ir::Instr& instr);
    Value* float_to_f32(Value* number, const ir::Instr& instr);
    Value* fits_element(Value* integer, ir::ElementType type);
    void lower_guard_element(const ir::Instr& instr);

    // ---- lower_array_maps.cpp
    struct MapLoop;
    struct MapArray;
    MapLoop map_loop(const ir::Instr& instr, size_t first = 1);
    MapLoop arrays_of_program(const ir::Instr& instr, size_t first);
    void lower_array_new_of(const ir::Instr& instr);
    void look_at_array(const ir::Instr& instr, MapLoop& loop, size_t i);
    static bool has_steps(ir::ArrayDetail whole, const ir::ArrayView& view);
    void take_item(const ir::Instr& instr, const MapLoop& loop, MapArray& array, const ir::ViewItem& item,
                   Value* length, Value* stride);
    llvm::AllocaInst* scratch(llvm::Type* type, uint32_t count = 1);
    llvm::Instruction* count_to(Value* length, const std::function<void(Value*)>& body);
    void in_row(MapLoop& loop, size_t axis, Value* index, const std::function<void()>& body);
    Value* product_of(llvm::ArrayRef<Value*> lengths);
    const MapArray* copied_array(const ir::Instr& instr, const MapLoop& loop) const;
    void lower_array_map(const ir::Instr& instr);
    void lower_array_update(const ir::Instr& instr);
    void guard_no_overlap(const ir::Instr& instr, const MapLoop& loop);
    Value* end_of(const MapLoop& loop, size_t operand);
    void find_map_arrays(const ir::Instr& instr, MapLoop& loop);
    void guard_map_shapes(const ir::Instr& instr, MapLoop& loop);
    void find_stretched(const ir::Instr& instr, MapLoop& loop, uint8_t rank);
    Value* length_along(const ir::Instr& instr, const MapLoop& loop, size_t axis, uint8_t rank);
    Value* has_plain_strides(MapLoop& loop, size_t operand, size_t missing);
    void lower_map_loop(const ir::Instr& instr, MapLoop& loop);
    void guard_all_finite(const ir::Instr& instr, const MapLoop& loop);
    void lower_map_axis(const ir::Instr& instr, MapLoop& loop, size_t axis);
    void lower_map_element(const ir::Instr& instr, MapLoop& loop);
    void mark_parallel(llvm::Instruction* back_edge, const MapLoop& loop);
    Value* map_result(const ir::Instr& instr, MapLoop& loop);
    void hide_numbers(const ir::Instr& instr, MapLoop& loop);
    bool is_new_array(ir::ValueId array) const;
    // lower_array_warnings.cpp
    struct FloatBits;
    FloatBits bits_of(Value* number);
    void note_warning(MapLoop& loop, Value* made, Value* first, Value* second);
    void note_operation(MapLoop& loop, ir::ArrayOperation operation, Value* made, Value* first, Value* second);
    void note_cast(MapLoop& loop, Value* made, Value* from);
    void note_odd_nan(MapLoop& loop, Value* number);
    Value* map_operand(const ir::Instr& instr, MapLoop& loop, uint32_t index);
    Value* map_address(MapLoop& loop, size_t operand);
    Value* choose_element(MapLoop& loop, bool least, ir::ElementType element, Value* first, Value* second);
    Value* cast_element(Value* element, ir::ElementType from, ir::ElementType to);
    Value* apply_to_elements(ir::ArrayOperation operation, ir::ElementType element, Value* first, Value* second);
    void note_not_finite(MapLoop& loop, Value* element);
    void note(MapLoop& loop, Value* sign);

    // ---- lower_array_reductions.cpp
    void lower_array_reduce(const ir::Instr& instr);
    void lower_array_fold(const ir::Instr& instr);
    static void take_reduction(MapLoop& loop, ir::ElementType element);
    void guard_made_dtype(const ir::Instr& instr, const MapLoop& loop);
    void guard_reducible(const ir::Instr& instr, MapLoop& loop, Value* along);
    Value* reduce_row(const ir::Instr& instr, MapLoop& loop);
    Value* pairwise_sum(const ir::Instr& instr, MapLoop& loop);
    Value* extreme_of_row(const ir::Instr& instr, MapLoop& loop);
    Value* extreme_of_block(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size);
    Value* place_of_extreme(const ir::Instr& instr, MapLoop& loop);
    Value* truth_of_row(const ir::Instr& instr, MapLoop& loop);
    Value* fold_elements(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size);
    Value* combine(MapLoop& loop, Value* total, Value* element);
    Value* small_int(MapLoop& loop, Value* element);
    llvm::Constant* neutral(const MapLoop& loop);
    Value* row_block(const ir::Instr& instr, MapLoop& loop, Value* start, Value* size, llvm::AllocaInst*& block);
    void in_blocks(Value* count, int64_t most, const std::function<Value*(Value*, Value*)>& body);
    Value* finished(MapLoop& loop, Value* total, Value* count);
    void fold_rows(const ir::Instr& instr, MapLoop& loop, size_t axis);
    void fold_layers(const ir::Instr& instr, MapLoop& loop, size_t along);
    void lower_layer_axis(const ir::Instr& instr, MapLoop& loop, size_t axis, bool adds);
    void finish_layers(MapLoop& loop, Value* count, Value* made);

    // ---- small things
    Value* operand(const ir::Instr& instr, size_t index) const { return values_[instr.operands[index]]; }
    void define(const ir::Instr& instr, Value* value) { values_[instr.result] = value; }
    const ir::Type& type(ir::ValueId value) const { return ir_.value(value).type; }
    ir::InstrId id_of(const ir::Instr& instr) const { return static_cast<ir::InstrId>(&instr - ir_.instrs.data()); }
    Value* integer(int64_t value) { return llvm::ConstantInt::getSigned(module_.int64, value); }
    Value* number(double value) { return llvm::ConstantFP::get(module_.float64, value); }
    Value* as_bit(Value* value) { return b_.CreateICmpNE(value, llvm::ConstantInt::get(value->getType(), 0)); }
    Value* is_null(Value* object) { return b_.CreateIsNull(object); }
    Value* call_support(std::string_view name, llvm::ArrayRef<Value*> arguments);
    Value* call_cold(llvm::FunctionCallee callee, llvm::ArrayRef<Value*> arguments);
    BasicBlock* new_block(const char* name) { return BasicBlock::Create(module_.context(), name, function_); }
    llvm::LoadInst* tagged(llvm::LoadInst* load, Memory memory);
    llvm::StoreInst* tagged(llvm::StoreInst* store, Memory memory);
    // Branches to `usual` where `condition` holds, nearly always.
    void expect(Value* condition, BasicBlock* usual, BasicBlock* seldom);

    ModuleContext& module_;
    const ir::Function& ir_;
    const FunctionPart part_;
    llvm::Function* const function_;
    llvm::Function* const body_;  // callee of call.self; null when there is none
    llvm::IRBuilder<> b_;
    std::vector<Value*> values_;                      // by ValueId
    llvm::DenseMap<ir::ValueId, Value*> body_calls_;  // by their result
    std::vector<BlockPlan> plans_;
    std::vector<ir::BlockId> order_;
    ir::BlockId current_block_ = ir::no_id;
    llvm::DenseMap<ir::FrameStateId, Exit> exits_;
    llvm::DenseMap<ir::FrameStateId, BasicBlock*> unwinds_;
    Proof* proof_ = nullptr;                         // set while a nest's proved form is lowered
    std::vector<BlockPlan>* plain_plans_ = nullptr;  // then: those of the plain form
    std::vector<Twin> twins_;
    std::vector<const ir::Instr*> deferred_finite_;  // guards that a later one implies (lower_floats.cpp)
    BlockFrame* block_frame_ = nullptr;              // set while results are computed ahead: guards only note failure
    // Indices that were tested in the present block: the index, the length, and the place.
    llvm::DenseMap<std::pair<Value*, Value*>, Value*> tested_indices_;
    bool indices_known_ = false;  // indices were found to be in bounds, and none is negative
    Value* out_place_ = nullptr;
    const LateTracebacks& tracebacks_;
    llvm::AllocaInst* late_traceback_ = nullptr;  // frame state of what raised; no_id: the entry has been made
    Value* depth_ = nullptr;                      // of a body: calls it may still make
    Value* depth_thread_ = nullptr;               // of others that call bodies: the thread state, which says it
    Value* call_site_ = nullptr;                  // of a callee: where in the caller's bytecode it was called, or null
    Value* thread_ = nullptr;                     // thread state; null when no frame is kept
    std::vector<ir::ValueId> cell_values_;        // of the cells behind the first
    llvm::AllocaInst* cells_ = nullptr;           // what the frame shows of the locals; null when nothing
    std::vector<std::set<ir::ValueId>> shown_;    // by block: whose cells are written, at its end
    std::vector<std::pair<BasicBlock*, ir::ValueId>> just_shown_;  // by the present instruction, on some way through it
    Value* poll_flags_ = nullptr;                     // where requests are flagged; null when nothing polls
    std::vector<ir::BlockId> counted_loop_;           // by block: header of the innermost counted loop it is in
    std::vector<ir::BlockId> instr_block_;            // by instruction
    std::map<ir::ValueId, ir::InstrId> range_tests_;  // the range.more of a range's counter
    std::vector<bool> cannot_overflow_;               // by instruction: a bounded sum
    std::vector<std::vector<WayIn>> ways_in_;         // by block
    std::vector<bool> done_before_;                   // by block: the branch before it does what it does
    Value* only_if_ = nullptr;                        // while a side is done that may be in vain: when it is not
    std::map<std::tuple<ir::BlockId, ir::ValueId, std::string, int64_t>, Value*> hoisted_;
    bool has_foreign_ = false;  // something besides call.self runs foreign code
    const std::vector<ParallelCode>* parallel_ = nullptr;
    bool may_underflow_ = false;  // some op assumes that NumPy ignores underflow
};

// Makes the LLVM functions of the input's IR function in the module; returns the entry.
llvm::Function* lower_function(ModuleContext& module);

}  // namespace aipy::codegen
