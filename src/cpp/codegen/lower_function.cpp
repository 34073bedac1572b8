// Blocks, edges and returns, and the split into entry and body.
#include <algorithm>

#include "codegen/function_lowering.h"
#include "codegen/parallel_loops.h"
#include "codegen/recursion.h"
#include "ir/search.h"
#include "support/check.h"

namespace aipy::codegen {

namespace {

bool calls_bodies(const ir::Function& function) {
    return ir::has_instr(function, [](const ir::Instr& instr) { return !ir::called_bodies(instr).empty(); });
}

// The function as the code generator sees it: something in it may change what assumptions rest on.
bool runs_foreign_ops(const ir::Function& function) {
    return ir::has_instr(function, [](const ir::Instr& instr) {
        return instr.op != ir::Op::CallSelf && ir::info(instr.op).runs_foreign_code();
    });
}

llvm::FunctionType* body_type(ModuleContext& module) {
    const ir::Function& function = module.function();
    llvm::SmallVector<llvm::Type*, 8> parameters{module.int64};
    if (module.is_callee()) parameters.push_back(module.pointer);
    for (ir::ValueId param : function.block(1).params)
        parameters.push_back(module.type_of(function.value(param).type.rep));
    auto held_as = [&](ir::Type type) { return type.rep == ir::Rep::F64 ? module.float64 : module.int64; };
    llvm::SmallVector<llvm::Type*, 4> result{held_as(function.return_type), module.int64};
    for (size_t i = 1; i < function.returned_parts.size(); ++i) result.push_back(held_as(function.returned_parts[i]));
    return llvm::FunctionType::get(llvm::StructType::get(module.context(), result), parameters, false);
}

llvm::Function* make_function(ModuleContext& module, llvm::FunctionType* type, const char* name, bool internal) {
    auto linkage = internal ? llvm::GlobalValue::InternalLinkage : llvm::GlobalValue::ExternalLinkage;
    auto* function = llvm::Function::Create(type, linkage, module.input().symbol_prefix + name, module.module());
    function->setDoesNotThrow();
    return function;
}

}  // namespace

// Helpers that write change objects' headers, other ops only what objects hold. Bodies call one another in no circle.
static bool changes_headers(const std::vector<CompileInput>& inputs, size_t index) {
    const ir::Function* function = inputs[index].function;
    return function != nullptr && std::ranges::any_of(function->instrs, [&](const ir::Instr& instr) {
               const ir::OpInfo& row = ir::info(instr.op);
               const std::vector<uint32_t> bodies = ir::called_bodies(instr);
               if (!bodies.empty())
                   return std::ranges::any_of(bodies, [&](uint32_t body) { return changes_headers(inputs, body); });
               return row.effects == ir::EffectClass::Writes && row.has_helper();
           });
}

llvm::Function* make_callee(ModuleContext& callee, const char* name) {
    llvm::Function* body = make_function(callee, body_type(callee), name, true);
    body->addFnAttr(callee_attribute);
    body->setCallingConv(llvm::CallingConv::Fast);
    return body;
}

void lower_body(ModuleContext& callee, llvm::Function* body) {
    FunctionLowering(callee, LateTracebacks(callee.function()), FunctionPart::Body, body, body).run();
}

// The bodies that call.native calls, in the function and in one another.
static void lower_callees(ModuleContext& module) {
    std::vector<std::unique_ptr<ModuleContext>> contexts;
    const bool looks = ir::has_op(module.function(), ir::Op::GuardUnderflow);
    for (const CompileInput& input : module.input().callees) {
        module.bodies.push_back(nullptr);
        module.body_facts.emplace_back();
        contexts.push_back(nullptr);
        if (input.function == nullptr) continue;
        const size_t index = module.bodies.size() - 1;
        module.body_facts[index] = {input.function->return_type.rep, changes_headers(module.input().callees, index)};
        contexts.back() = std::make_unique<ModuleContext>(module.module(), input);
        contexts.back()->underflow_is_ignored = looks;
        module.bodies.back() = make_callee(*contexts.back(), "native");
    }
    for (size_t i = 0; i < contexts.size(); ++i) {
        if (contexts[i] == nullptr) continue;
        ModuleContext& callee = *contexts[i];
        callee.bodies = module.bodies;
        callee.body_facts = module.body_facts;
        lower_body(callee, module.bodies[i]);
        if (!callee.error().empty()) module.fail(callee.error());
    }
}

llvm::Function* lower_function(ModuleContext& module) {
    lower_callees(module);
    auto* entry_type = llvm::FunctionType::get(module.pointer, {module.pointer, module.pointer}, false);
    llvm::Function* entry = make_function(module, entry_type, "entry", false);
    const LateTracebacks tracebacks(module.function());
    if (!ir::has_op(module.function(), ir::Op::CallSelf)) {
        const std::vector<ParallelCode> parallel = lower_loop_parts(module, tracebacks);
        FunctionLowering whole(module, tracebacks, FunctionPart::Whole, entry, nullptr);
        whole.set_parallel(parallel);
        whole.run();
        return entry;
    }
    llvm::Function* body = make_function(module, body_type(module), "body", true);
    body->setCallingConv(llvm::CallingConv::Fast);
    FunctionLowering(module, tracebacks, FunctionPart::Entry, entry, body).run();
    FunctionLowering(module, tracebacks, FunctionPart::Body, body, body).run();
    return entry;
}

FunctionLowering::FunctionLowering(ModuleContext& module, const LateTracebacks& tracebacks, FunctionPart part,
                                   llvm::Function* function, llvm::Function* body)
    : module_(module),
      ir_(module.function()),
      part_(part),
      function_(function),
      body_(body),
      b_(module.context()),
      values_(ir_.values.size(), nullptr),
      plans_(ir_.blocks.size()),
      tracebacks_(tracebacks),
      counted_loop_(ir_.blocks.size(), ir::no_id),
      instr_block_(ir_.instrs.size(), ir::no_id),
      cannot_overflow_(ir_.instrs.size(), false),
      ways_in_(ir_.blocks.size()),
      done_before_(ir_.blocks.size(), false),
      has_foreign_(!module.is_callee() && part != FunctionPart::Loop && runs_foreign_ops(ir_)),
      may_underflow_(ir::has_op(ir_, ir::Op::GuardUnderflow)) {
    for (ir::BlockId id = 0; id < ir_.blocks.size(); ++id) {
        for (ir::InstrId instr : ir_.block(id).instrs) {
            instr_block_[instr] = id;
            const ir::Instr& from = ir_.instr(instr);
            if (from.op == ir::Op::RangeMore) range_tests_[from.operands[0]] = instr;
            for (const ir::Edge& edge : from.targets) ways_in_[edge.target].push_back({&edge, id, false});
            if (from.error.exists()) ways_in_[from.error.target].push_back({&from.error, id, true});
        }
    }
    if (module.input().fastmath) {
        // Not "no NaN" or "no infinity": guards test for them.
        llvm::FastMathFlags flags;
        flags.setAllowReassoc();
        flags.setAllowContract();
        flags.setAllowReciprocal();
        flags.setNoSignedZeros();
        flags.setApproxFunc();
        b_.setFastMathFlags(flags);
    }
}

void FunctionLowering::run() {
    BasicBlock* start = new_block("start");
    plan_blocks();
    b_.SetInsertPoint(start);
    bind_entry_values();
    for (ir::BlockId id : order_) lower_block(id);
    start_countdowns(order_);
    for (ir::BlockId id : order_) guard_bounded_sums(id);
    if (module_.input().opt_level < 2 || module_.input().stress_guards) return;
    const std::vector<bool> proved = add_proved_nests();
    for (ir::BlockId id : order_) {
        if (proved[id]) continue;  // whose second form has blocks, or would not gain by them
        if (const auto loop = block_loop(id)) add_block_loop(*loop);
    }
    repair_uses();
}

// ---- plan -------------------------------------------------------------------------------------------------

void FunctionLowering::plan_blocks() {
    for (ir::BlockId id : ir::reverse_post_order(ir_)) {
        const bool in_entry = id == 0;
        const bool in_two = part_ == FunctionPart::Entry || part_ == FunctionPart::Body;
        if (in_two ? in_entry == (part_ == FunctionPart::Entry) : !runs_in_parts(id)) order_.push_back(id);
    }
    for (uint32_t i = 0; i < order_.size(); ++i) plans_[order_[i]].order = i;
    for (uint32_t i = 0; i < order_.size(); ++i) plan_block(order_[i], i);
}

void FunctionLowering::plan_block(ir::BlockId id, uint32_t order) {
    BlockPlan& plan = plans_[id];
    plan.order = order;
    if (starts_with_poll(ir_.block(id))) {
        const std::vector<bool> inside = blocks_of_loop(id);
        plan.kind = LoopKind::Polls;
        plan.ends_soon = ends_soon(id, inside);
        plan.written_out = plan.ends_soon && !module_.input().stress_guards && is_written_out(id, inside);
        if (counts_polls(id, inside)) {
            plan.kind = LoopKind::Counts;
            plan.deferred_poll = deferrable_poll(id, inside);
            for (ir::BlockId block_id = 0; block_id < inside.size(); ++block_id) {
                if (inside[block_id]) counted_loop_[block_id] = id;
            }
            find_bounded_sums(id, inside);
            if (plan.deferred_poll != nullptr && !module_.input().stress_guards) find_counted_end(id);
        }
    }
    make_blocks(id);
}

void FunctionLowering::find_counted_end(ir::BlockId header) {
    auto loop = loop_with_end(header);
    if (!loop) return;
    plans_[header].counts_to_end = !plans_[header].ends_soon && ends_surely(*loop, loop->stop);
    plans_[header].counted = std::make_shared<const BlockLoop>(std::move(*loop));
}

// The LLVM blocks of the plan, and the phis of its parameters.
void FunctionLowering::make_blocks(ir::BlockId id) {
    const ir::Block& block = ir_.block(id);
    BlockPlan& plan = plans_[id];
    plan.head = new_block("block");
    b_.SetInsertPoint(plan.head);
    auto make_params = [&](std::vector<llvm::PHINode*>& params) {
        params.clear();
        for (ir::ValueId param : block.params) {
            params.push_back(b_.CreatePHI(module_.type_of(type(param).rep), 2));
            values_[param] = params.back();
        }
    };
    make_params(plan.head_params);
    if (plan.kind == LoopKind::None) return;
    plan.loop = new_block("loop");
    b_.SetInsertPoint(plan.loop);
    make_params(plan.loop_params);
    if (plan.kind == LoopKind::Counts) plan.countdown = b_.CreatePHI(module_.int64, 2, "countdown");
    if (back_edges(id) > 1) {
        plan.latch = new_block("latch");
        b_.SetInsertPoint(plan.latch);
        plan.latch_params.clear();
        for (llvm::PHINode* param : plan.loop_params) plan.latch_params.push_back(b_.CreatePHI(param->getType(), 2));
        for (size_t i = 0; i < block.params.size(); ++i)
            plan.loop_params[i]->addIncoming(plan.latch_params[i], plan.latch);
        close_loop(plan, b_.CreateBr(plan.loop));
    }
    b_.SetInsertPoint(plan.head);
    b_.CreateBr(plan.loop);
    for (size_t i = 0; i < block.params.size(); ++i) plan.loop_params[i]->addIncoming(plan.head_params[i], plan.head);
    if (plan.countdown != nullptr) plan.countdown->addIncoming(integer(poll_interval), plan.head);
}

size_t FunctionLowering::back_edges(ir::BlockId header) const {
    return static_cast<size_t>(
        std::ranges::count_if(ways_in_[header], [&](const WayIn& way) { return is_back_edge(way.from, header); }));
}

void FunctionLowering::bind_entry_values() {
    if (part_ == FunctionPart::Loop) return bind_part();
    if (ir::has_op(ir_, ir::Op::Poll) && !module_.gives_up) {
        llvm::FunctionCallee flags = module_.callee("rt_poll_flags", module_.pointer, {});
        auto* function = llvm::cast<llvm::Function>(flags.getCallee());
        function->setDoesNotAccessMemory();
        function->addFnAttr(llvm::Attribute::WillReturn);
        poll_flags_ = b_.CreateCall(flags);
    }
    if (has_foreign_ && module_.input().bytecode_offsets != nullptr) {
        thread_ = part_ == FunctionPart::Body ? b_.CreateCall(module_.callee("rt_thread_state", module_.pointer, {}))
                                              : static_cast<Value*>(function_->getArg(1));
    }
    // One frame stands for several levels of calls: none of them shows its locals.
    if (thread_ != nullptr && part_ == FunctionPart::Whole) {
        cell_values_ = ir::shown_values(ir_);
        cells_ = b_.CreateAlloca(module_.int64, integer(static_cast<int64_t>(cell_values_.size()) + 1), "cells");
        shown_.resize(ir_.blocks.size());
        if (ir_.is_generator)
            b_.CreateStore(cells_, b_.CreateConstInBoundsGEP1_64(module_.pointer, function_->getArg(0),
                                                                 module_.input().cells_place));
        else
            call_support("cg_show_locals", {thread_, cells_});
    }
    const ir::BlockId first = part_ == FunctionPart::Body ? 1 : 0;
    if (part_ == FunctionPart::Body) depth_ = function_->getArg(0);
    if (module_.is_callee()) call_site_ = function_->getArg(1);
    if (part_ == FunctionPart::Entry) depth_ = b_.CreateCall(module_.callee("rt_depth", module_.int64, {}));
    if (part_ == FunctionPart::Whole && calls_bodies(ir_)) {
        depth_thread_ = function_->getArg(1);
    }
    const unsigned first_value = module_.is_callee() ? 2 : 1;
    const BlockPlan& plan = plans_[first];
    const auto& params = ir_.block(first).params;
    for (size_t i = 0; i < params.size(); ++i) {
        Value* value;
        if (part_ == FunctionPart::Body) {
            value = function_->getArg(static_cast<unsigned>(i) + first_value);
        } else {
            if (!type(params[i]).is_object()) module_.fail("an entry value is not boxed");
            const std::vector<uint32_t>* places = module_.input().entry_places;
            const size_t place = places == nullptr ? i : (*places)[i];
            Value* address = b_.CreateConstInBoundsGEP1_64(module_.pointer, function_->getArg(0), place);
            value =
                places == nullptr ? b_.CreateLoad(module_.pointer, address) : call_support("cg_take_slot", {address});
        }
        plan.head_params[i]->addIncoming(value, b_.GetInsertBlock());
    }
    b_.CreateBr(plan.head);
}

// ---- blocks and edges -------------------------------------------------------------------------------------

void FunctionLowering::lower_block(ir::BlockId id) {
    const BlockPlan& plan = plans_[id];
    b_.SetInsertPoint(plan.loop != nullptr ? plan.loop : plan.head);
    if (done_before_[id]) {
        b_.CreateUnreachable();
        return;
    }
    current_block_ = id;
    tested_indices_.clear();
    if (cells_ != nullptr) find_shown_before(id);
    for (ir::InstrId instr : ir_.block(id).instrs) {
        if (ir::ValueId handled = tracebacks_.shown_by(instr); handled != ir::no_id)
            add_late_traceback(handled, ir_.instr(instr).before);
        lower_instr(ir_.instr(instr));
        if (!just_shown_.empty()) keep_shown();
    }
}

// Ends the current LLVM block with a jump along the edge. `first` is a handler's exception.
void FunctionLowering::follow(const ir::Edge& edge, Value* first) {
    if (part_ == FunctionPart::Entry) return call_body_and_return(edge);
    if (runs_in_parts(edge.target)) {
        b_.CreateUnreachable();  // all iterations have run
        return;
    }
    if (const ParallelCode* code = parallel_at(edge.target)) return enter_parallel(edge, *code);
    llvm::SmallVector<Value*, 8> arguments;
    if (first != nullptr) arguments.push_back(first);
    for (ir::ValueId arg : edge.args) arguments.push_back(values_[arg]);
    go_to(edge.target, arguments);
}

void FunctionLowering::go_to(ir::BlockId id, llvm::ArrayRef<Value*> arguments) {
    BlockPlan& target = plans_[id];
    const bool back = target.loop != nullptr && plans_[current_block_].order >= target.order;
    const bool to_latch = back && target.latch != nullptr;
    const auto& params = to_latch ? target.latch_params : back ? target.loop_params : target.head_params;
    AIPY_CHECK(arguments.size() == params.size(), "an edge passes one value for each parameter of its target");
    for (size_t i = 0; i < params.size(); ++i) params[i]->addIncoming(arguments[i], b_.GetInsertBlock());
    if (back && !to_latch && target.countdown != nullptr)
        target.countdown->addIncoming(target.next_countdown, b_.GetInsertBlock());
    llvm::BranchInst* branch = b_.CreateBr(to_latch ? target.latch : back ? target.loop : target.head);
    if (back && !to_latch) close_loop(target, branch);
}

void FunctionLowering::lower_jump(const ir::Instr& instr) { follow(instr.targets[0]); }

// Each way gets a block of its own, because both may lead to the same target with different values.
void FunctionLowering::lower_branch(const ir::Instr& instr) {
    BlockPlan& plan = plans_[current_block_];
    if (plan.deferred_poll != nullptr) return lower_counted_branch(instr, plan);
    if (const auto sides = two_sides(instr)) return lower_both_sides(instr, *sides);
    BasicBlock* if_true = new_block("true");
    BasicBlock* if_false = new_block("false");
    llvm::BranchInst* branch = b_.CreateCondBr(operand(instr, 0), if_true, if_false);
    const bool cold_true = ir_.block(instr.targets[0].target).cold;
    const bool cold_false = ir_.block(instr.targets[1].target).cold;
    if (cold_true != cold_false) {
        branch->setMetadata(llvm::LLVMContext::MD_prof, cold_true ? module_.unlikely() : module_.likely());
    }
    b_.SetInsertPoint(if_true);
    follow(instr.targets[0]);
    b_.SetInsertPoint(if_false);
    follow(instr.targets[1]);
}

void FunctionLowering::lower_branch_null(const ir::Instr& instr) {
    BasicBlock* if_null = new_block("null");
    BasicBlock* if_object = new_block("object");
    b_.CreateCondBr(is_null(operand(instr, 0)), if_null, if_object);
    b_.SetInsertPoint(if_null);
    follow(instr.targets[0]);
    b_.SetInsertPoint(if_object);
    follow(instr.targets[1]);
}

// ---- returns ----------------------------------------------------------------------------------------------

void FunctionLowering::lower_return(const ir::Instr& instr) {
    return_value(operand(instr, 0), type(instr.operands[0]).rep);
}

void FunctionLowering::lower_return_parts(const ir::Instr& instr) {
    if (part_ == FunctionPart::Loop) {
        for (size_t i = 0; i < instr.operands.size(); ++i)
            b_.CreateStore(cell(operand(instr, i)),
                           b_.CreateConstInBoundsGEP1_64(module_.int64, function_->getArg(1), i));
        b_.CreateRet(b_.getInt32(static_cast<uint32_t>(PartStatus::Done)));
        return;
    }
    auto part = [&](size_t i) {
        const bool bit = type(instr.operands[i]).rep == ir::Rep::Bit;
        return bit ? b_.CreateZExt(operand(instr, i), module_.int64) : operand(instr, i);
    };
    Value* result = body_result(part(0), integer(0));
    for (unsigned i = 1; i < instr.operands.size(); ++i) result = b_.CreateInsertValue(result, part(i), i + 1);
    b_.CreateRet(result);
}

// What the generator keeps goes to the core; the core gives the value yielded back.
void FunctionLowering::lower_suspend(const ir::Instr& instr) {
    llvm::FunctionCallee callee = module_.callee("aipy_suspend", module_.pointer,
                                                 {module_.pointer, module_.pointer, module_.int32, module_.pointer});
    b_.CreateRet(b_.CreateCall(callee, {module_.data("aipy_version"), function_->getArg(0),
                                        b_.getInt32(static_cast<uint32_t>(instr.imm)), operand_array(instr, 0)}));
}

void FunctionLowering::return_value(Value* value, ir::Rep rep) {
    if (part_ != FunctionPart::Body) {
        b_.CreateRet(boxed(value, rep));
        return;
    }
    const ir::Rep wanted = ir_.return_type.rep;
    if (rep == wanted) {
        if (rep == ir::Rep::Bit) value = b_.CreateZExt(value, module_.int64);
        if (rep == ir::Rep::Object) value = b_.CreatePtrToInt(value, module_.int64);
        b_.CreateRet(body_result(value, integer(0)));
    } else if (wanted == ir::Rep::Object) {
        // Boxing fails for want of memory only.
        Value* object = boxed(value, rep);
        Value* status = b_.CreateSelect(is_null(object), integer(1), integer(0));
        b_.CreateRet(body_result(b_.CreatePtrToInt(object, module_.int64), status));
    } else {
        return_object(boxed(value, rep));
    }
}

llvm::Value* FunctionLowering::boxed(Value* value, ir::Rep rep) {
    switch (rep) {
        case ir::Rep::Object: return value;
        case ir::Rep::I64:
            return b_.CreateCall(module_.callee("rt_box_i64", module_.pointer, {module_.int64}), {value});
        case ir::Rep::F64:
            return b_.CreateCall(module_.callee("rt_box_f64", module_.pointer, {module_.float64}), {value});
        case ir::Rep::Bit: return call_support("cg_counted", {truth_object(value)});
        case ir::Rep::None: break;
    }
    AIPY_UNREACHABLE();
}

llvm::Value* FunctionLowering::body_result(Value* value, Value* status) {
    Value* result = llvm::PoisonValue::get(function_->getReturnType());
    result = b_.CreateInsertValue(result, value, 0);
    return b_.CreateInsertValue(result, status, 1);
}

// What an exit gave: the function's result as an object, or null with the exception set.
void FunctionLowering::return_object(Value* object) {
    if (part_ != FunctionPart::Body) {
        b_.CreateRet(object);
        return;
    }
    // The caller of another function leaves: code that ran in the exit may have changed what the caller rests on.
    const bool fits = ir_.return_type.rep == ir::Rep::Object && !module_.is_callee();
    const int64_t fitting = fits ? 0 : 2;
    Value* status = b_.CreateSelect(is_null(object), integer(1), integer(fitting));
    Value* word = b_.CreatePtrToInt(object, module_.int64);
    if (ir_.return_type.rep == ir::Rep::F64) word = b_.CreateBitCast(word, module_.float64);
    b_.CreateRet(body_result(word, status));
}

// The end of an entry: runs the body and makes an object of what it gives.
void FunctionLowering::call_body_and_return(const ir::Edge& edge) {
    AIPY_CHECK(edge.target == 1, "the entry of a function with call.self ends in a jump to its body");
    llvm::SmallVector<Value*, 8> arguments{depth_};
    for (ir::ValueId arg : edge.args) arguments.push_back(values_[arg]);
    llvm::CallInst* call = b_.CreateCall(body_, arguments);
    call->setCallingConv(body_->getCallingConv());
    // Levels below may have said theirs to foreign code.
    b_.CreateCall(module_.callee("rt_set_depth", module_.void_type, {module_.int64}), {depth_});
    Value* value = b_.CreateExtractValue(call, 0);
    Value* status = b_.CreateExtractValue(call, 1);
    const ir::Rep rep = ir_.return_type.rep;
    BasicBlock* ok = new_block("ok");
    BasicBlock* other = new_block("other");
    expect(b_.CreateICmpEQ(status, integer(0)), ok, other);
    b_.SetInsertPoint(ok);
    Value* typed = value;
    if (rep == ir::Rep::Bit) typed = as_bit(value);
    if (rep == ir::Rep::Object) typed = b_.CreateIntToPtr(value, module_.pointer);
    b_.CreateRet(boxed(typed, rep));
    b_.SetInsertPoint(other);
    Value* word = rep == ir::Rep::F64 ? b_.CreateBitCast(value, module_.int64) : value;
    Value* error = b_.CreateICmpEQ(status, integer(1));
    b_.CreateRet(b_.CreateSelect(error, llvm::ConstantPointerNull::get(module_.pointer),
                                 b_.CreateIntToPtr(word, module_.pointer)));
}

}  // namespace aipy::codegen
