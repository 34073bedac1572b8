#include "opt/random_function.h"

#include "ir/dominators.h"
#include "ir/uses.h"

namespace aipy::opt {

using ir::BlockId;
using ir::Instr;
using ir::InstrId;
using ir::Op;
using ir::StateValue;
using ir::Type;
using ir::ValueId;

RandomFunction::RandomFunction(uint32_t seed, bool specialised) : random_(seed) {
    function_.name = "random_" + std::to_string(seed);
    function_.specialised = specialised;
    function_.slots = {{"a"}, {"b"}, {"c"}};
    function_.add_constant({.type = Type::boxed(ir::TypeKind::Str), .text = "name"});
    make_blocks();
    for (BlockId block = 0; block < function_.blocks.size(); ++block) fill_block(block);
    choose_uses();
    if (specialised) add_states();
}

void RandomFunction::make_blocks() {
    uint32_t plain = 2 + below(7);
    first_handler_ = plain;
    uint32_t handlers = below(3);
    for (BlockId block = 0; block < plain + handlers; ++block) {
        function_.add_block();
        bool is_handler = block >= plain;
        function_.block(block).is_handler = is_handler;
        if (block == 0) {
            Instr first{};
            first.op = Op::Const;
            function_.append(0, first, Type::any());  // %0: what everything uses at first
        }
        uint32_t params = block == 0 ? (function_.specialised ? 2 : 0) : is_handler ? 1 + below(3) : below(3);
        for (uint32_t param = 0; param < params; ++param) function_.add_param(block, Type::any());
    }
}

void RandomFunction::fill_block(BlockId block) {
    constexpr std::pair<Op, size_t> generic_ops[] = {
        {Op::LoadLocal, 0},  {Op::LoadLocal, 0},  {Op::StoreLocal, 1}, {Op::StoreLocal, 1},
        {Op::ClearLocal, 0}, {Op::LoadGlobal, 0}, {Op::Binary, 2},     {Op::IterNext, 1},
        {Op::TupleItem, 1},  {Op::Call, 3},       {Op::Const, 0},      {Op::Null, 0},
    };
    constexpr std::pair<Op, size_t> specialised_ops[] = {
        {Op::LoadGlobal, 0}, {Op::Binary, 2}, {Op::IterNext, 1},  {Op::TupleItem, 1}, {Op::Call, 3},
        {Op::Const, 0},      {Op::Null, 0},   {Op::GuardType, 1}, {Op::Keep, 1},
    };
    for (uint32_t count = below(7); count > 0; --count) {
        auto [op, operands] = function_.specialised ? specialised_ops[below(std::size(specialised_ops))]
                                                    : generic_ops[below(std::size(generic_ops))];
        append(block, op, operands);
    }
    end_block(block);
}

void RandomFunction::append(BlockId block, Op op, size_t operands) {
    Instr instr{};
    instr.op = op;
    instr.operands.assign(operands, 0);
    if (ir::info(op).imm == ir::ImmKind::Slot) instr.imm = below(3);
    if (op == Op::GuardType) instr.imm = ir::encode_type(Type::any());
    bool has_handler = function_.blocks.size() > first_handler_;
    if (ir::info(op).raises() && has_handler && chance(60)) {
        auto handlers = static_cast<uint32_t>(function_.blocks.size()) - first_handler_;
        instr.error = edge_to(first_handler_ + below(handlers), 1);
    }
    if (ir::info(op).cached() && !function_.specialised) instr.cache = function_.cache_count++;
    function_.append(block, std::move(instr), ir::default_result_type(op));
}

void RandomFunction::end_block(BlockId block) {
    auto any_block = [&] { return 1 + below(first_handler_ - 1); };
    uint32_t kind = below(10);
    Op op = kind < 3 ? Op::Jump : kind < 5 ? Op::Branch : kind < 8 ? Op::BranchNull : kind < 9 ? Op::Return : Op::Raise;
    if (op == Op::Branch) append(block, Op::Truth, 1);
    append(block, op, op == Op::Jump ? 0 : 1);
    InstrId id = function_.block(block).instrs.back();
    if (op == Op::Branch) function_.instr(id).operands[0] = function_.instr(id - 1).result;
    size_t targets = op == Op::Jump ? 1 : op == Op::Branch || op == Op::BranchNull ? 2 : 0;
    for (size_t target = 0; target < targets; ++target) {
        ir::Edge edge = edge_to(any_block(), 0);
        function_.instr(id).targets.push_back(std::move(edge));
    }
}

ir::Edge RandomFunction::edge_to(BlockId block, size_t first_param) {
    return {block, std::vector<ValueId>(function_.block(block).params.size() - first_param, 0)};
}

void RandomFunction::choose_uses() {
    ir::Dominators dominators(function_);
    auto count = static_cast<uint32_t>(function_.values.size());
    for (InstrId id = 0; id < function_.instrs.size(); ++id) {
        ir::for_each_direct_use(function_.instr(id), [&](ValueId& use) {
            if (use != 0) return;
            for (int attempt = 0; attempt < 20; ++attempt) {
                ValueId value = below(count);
                if (!function_.value(value).type.is_object() || !dominators.defined_at(value, id)) continue;
                use = value;
                return;
            }
        });
    }
}

void RandomFunction::add_states() {
    ir::Dominators dominators(function_);
    auto count = static_cast<uint32_t>(function_.values.size());
    auto make_state = [&](InstrId id, ValueId result) {
        ir::FrameState state;
        state.position = 0;
        for (int slot = 0; slot < 3; ++slot) {
            ValueId value = below(count);
            bool usable = value == result || dominators.defined_at(value, id);
            state.slots.push_back(usable ? StateValue{StateValue::Kind::Value, value} : StateValue{});
        }
        return function_.add_frame_state(std::move(state));
    };
    for (InstrId id = 0; id < function_.instrs.size(); ++id) {
        const ir::OpInfo& row = ir::info(function_.instr(id).op);
        if (row.needs_frame_state()) {
            bool shared = id > 0 && function_.instr(id - 1).after != ir::no_id && chance(50) &&
                          dominators.block_of(id) == dominators.block_of(id - 1);
            ir::FrameStateId before = shared ? function_.instr(id - 1).after : make_state(id, ir::no_id);
            function_.instr(id).before = before;
        }
        if (row.runs_foreign_code()) {
            ir::FrameStateId after = make_state(id, function_.instr(id).result);
            function_.instr(id).after = after;
        }
    }
}

}  // namespace aipy::opt
