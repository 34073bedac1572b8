// Loops over prange: a part of the iterations is a function of its own, which runs without the GIL; what stood in the
// loop's place calls the run-time to run all of them.
//
//   entering edge:   params = what the edge passes
//                    aipy_parallel(…, part, captured, params, …)     by the run-time: part(captured, params of a part,
//                    run) header(params as they are behind the last iteration)
//
// The header then sees a range at its end and goes on behind the loop; its way into the loop is never taken. A part
// cannot leave to the interpreter, which needs the GIL and would go on behind the loop: it is parked instead.
#include "codegen/parallel_loops.h"

#include <algorithm>

#include "codegen/function_lowering.h"

namespace aipy::codegen {

namespace {

// What a part calls is a tree of functions that do not call themselves.
constexpr int64_t most_depth_in_part = 1000;

// The interpreter would have to add to the traceback of what is being handled.
bool is_in_handler(const ir::Function& function, const ir::ParallelLoop& loop, const LateTracebacks& tracebacks) {
    for (ir::BlockId id = 0; id < function.blocks.size(); ++id) {
        if (!loop.inside[id] && !loop.leaving[id]) continue;
        for (ir::InstrId instr : function.block(id).instrs)
            if (tracebacks.pending_at(instr) != ir::no_id) return true;
    }
    return false;
}

}  // namespace

// The bodies that the loop calls, and that these call, once more: they give up where they would leave
// (lower_calls.cpp).
static void lower_called(ModuleContext& module, const std::vector<bool>& is_called, ModuleContext& part) {
    const std::vector<CompileInput>& inputs = module.input().callees;
    part.bodies.assign(inputs.size(), nullptr);
    part.body_facts = module.body_facts;
    std::vector<std::unique_ptr<ModuleContext>> contexts(inputs.size());
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (!is_called[i]) continue;
        contexts[i] = std::make_unique<ModuleContext>(module.module(), inputs[i]);
        contexts[i]->gives_up = true;
        contexts[i]->underflow_is_ignored = true;  // the run-time has looked
        part.bodies[i] = make_callee(*contexts[i], "computed");
    }
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (contexts[i] == nullptr) continue;
        contexts[i]->bodies = part.bodies;
        contexts[i]->body_facts = part.body_facts;
        lower_body(*contexts[i], part.bodies[i]);
        if (!contexts[i]->error().empty()) module.fail(contexts[i]->error());
    }
}

// Adds what the function calls to `called`.
static void find_called(const ir::Function& function, const std::vector<CompileInput>& inputs,
                        std::vector<bool>& called) {
    for (const ir::Block& block : function.blocks)
        for (ir::InstrId id : block.instrs) {
            for (uint32_t index : ir::called_bodies(function.instr(id))) {
                if (called[index]) continue;
                called[index] = true;
                find_called(*inputs[index].function, inputs, called);
            }
        }
}

std::vector<ParallelCode> lower_loop_parts(ModuleContext& module, const LateTracebacks& tracebacks) {
    std::vector<ParallelCode> made;
    const ir::Function& whole = module.function();
    auto* type = llvm::FunctionType::get(module.int32, {module.pointer, module.pointer, module.pointer}, false);
    const auto callee = [&](size_t index) { return module.input().callees[index].function; };
    for (ir::ParallelLoop& loop : ir::find_parallel_loops(whole, module.input().fastmath, callee).loops) {
        if (is_in_handler(whole, loop, tracebacks)) continue;
        ParallelCode code{std::move(loop), {}, nullptr};
        const ir::Function function = ir::make_part(whole, code.loop, code.captured);
        CompileInput input = module.input();
        input.function = &function;
        input.callees.clear();
        ModuleContext context(module.module(), input);
        std::vector<bool> called(module.input().callees.size(), false);
        find_called(function, module.input().callees, called);
        lower_called(module, called, context);
        code.part = llvm::Function::Create(type, llvm::GlobalValue::InternalLinkage, input.symbol_prefix + "loop",
                                           module.module());
        code.part->setDoesNotThrow();
        FunctionLowering(context, LateTracebacks(function), FunctionPart::Loop, code.part, nullptr).run();
        if (!context.error().empty()) module.fail(context.error());
        made.push_back(std::move(code));
    }
    return made;
}

// The parallel loop of that header, which is entered from outside: its back edges are in its parts.
const ParallelCode* FunctionLowering::parallel_at(ir::BlockId header) const {
    if (parallel_ == nullptr) return nullptr;
    const auto found = std::ranges::find(*parallel_, header, [](const ParallelCode& code) { return code.loop.header; });
    return found == parallel_->end() ? nullptr : &*found;
}

bool FunctionLowering::runs_in_parts(ir::BlockId id) const {
    return parallel_ != nullptr && std::ranges::any_of(*parallel_, [&](const ParallelCode& code) {
               return id < code.loop.inside.size() && code.loop.inside[id] && id != code.loop.header;
           });
}

llvm::Value* FunctionLowering::from_cell(Value* address, ir::Rep rep) {
    if (rep == ir::Rep::Bit) return as_bit(b_.CreateLoad(module_.int64, address));
    return b_.CreateLoad(module_.type_of(rep), address);
}

llvm::Value* FunctionLowering::cell_array(const char* name, size_t count) {
    llvm::IRBuilder<> start(&function_->getEntryBlock(), function_->getEntryBlock().begin());
    return start.CreateAlloca(module_.int64, integer(static_cast<int64_t>(std::max<size_t>(count, 1))), name);
}

// ---- a part -----------------------------------------------------------------------------------------------

void FunctionLowering::bind_part() {
    poll_flags_ = b_.CreateLoad(module_.pointer, function_->getArg(2));
    depth_ = integer(most_depth_in_part);
    call_site_ = llvm::ConstantPointerNull::get(module_.pointer);
    const BlockPlan& plan = plans_[0];
    const auto& params = ir_.block(0).params;
    const size_t carried = ir_.terminator(0).targets[0].args.size();
    const size_t captured = params.size() - carried;
    for (size_t i = 0; i < params.size(); ++i) {
        const bool is_captured = i < captured;
        Value* from = function_->getArg(is_captured ? 0 : 1);
        Value* address = b_.CreateConstInBoundsGEP1_64(module_.int64, from, is_captured ? i : i - captured);
        plan.head_params[i]->addIncoming(from_cell(address, type(params[i]).rep), b_.GetInsertBlock());
    }
    b_.CreateBr(plan.head);
}

void FunctionLowering::park(ir::FrameStateId state, Value* reason) {
    const std::vector<ir::ValueId> layout = ir::state_layout(ir_.frame_states[state]);
    llvm::SmallVector<Value*, 16> arguments{function_->getArg(2), b_.getInt32(state), reason,
                                            b_.getInt32(static_cast<uint32_t>(layout.size()))};
    for (ir::ValueId id : layout) arguments.push_back(cell(values_[id]));
    const auto park = module_.variadic_callee("aipy_park", module_.void_type,
                                              {module_.pointer, module_.int32, module_.int32, module_.int32});
    call_cold(park, arguments);
    b_.CreateRet(b_.getInt32(static_cast<uint32_t>(PartStatus::Parked)));
}

// Of a body: the status says that the call is to be done again.
void FunctionLowering::give_up() {
    b_.CreateRet(
        body_result(llvm::Constant::getNullValue(function_->getReturnType()->getStructElementType(0)), integer(1)));
}

void FunctionLowering::end_part() { b_.CreateRet(b_.getInt32(static_cast<uint32_t>(PartStatus::Cancelled))); }

// ---- the whole --------------------------------------------------------------------------------------------

void FunctionLowering::enter_parallel(const ir::Edge& edge, const ParallelCode& code) {
    const ir::Instr& poll = ir_.instr(code.loop.poll);
    const auto& params = ir_.block(edge.target).params;
    auto entering = [&](ir::ValueId value) {
        const auto param = std::ranges::find(params, value);
        return values_[param == params.end() ? value : edge.args[static_cast<size_t>(param - params.begin())]];
    };
    auto fill = [&](Value* array, const std::vector<ir::ValueId>& values) {
        for (size_t i = 0; i < values.size(); ++i)
            b_.CreateStore(cell(entering(values[i])), b_.CreateConstInBoundsGEP1_64(module_.int64, array, i));
    };
    const std::vector<ir::ValueId> layout = ir::state_layout(ir_.frame_states[poll.before]);
    Value* captured = cell_array("captured", code.captured.size());
    Value* carried = cell_array("carried", params.size());
    Value* cells = cell_array("state", layout.size());
    Value* result = cell_array("result", 1);
    fill(captured, code.captured);
    fill(carried, params);
    fill(cells, layout);
    if (thread_ != nullptr) call_support("cg_set_position", {thread_, position_unit(poll)});
    if (cells_ != nullptr) b_.CreateStore(integer(ir::no_id), cells_);
    const auto run = module_.callee("aipy_parallel", module_.int32,
                                    {module_.pointer, module_.int32, module_.pointer, module_.pointer, module_.pointer,
                                     module_.pointer, module_.pointer});
    Value* ended = b_.CreateCall(
        run, {module_.data("aipy_version"), b_.getInt32(edge.target), code.part, captured, carried, cells, result});
    BasicBlock* go_on = new_block("iterated");
    BasicBlock* over = new_block("ended");
    expect(b_.CreateICmpEQ(ended, b_.getInt32(0)), go_on, over);
    b_.SetInsertPoint(over);
    return_object(b_.CreateLoad(module_.pointer, result));
    b_.SetInsertPoint(go_on);
    llvm::SmallVector<Value*, 8> arguments;
    for (size_t i = 0; i < params.size(); ++i)
        arguments.push_back(from_cell(b_.CreateConstInBoundsGEP1_64(module_.int64, carried, i), type(params[i]).rep));
    go_to(edge.target, arguments);
}

}  // namespace aipy::codegen
