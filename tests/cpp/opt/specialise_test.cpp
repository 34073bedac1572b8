// Specialisation of small generic functions built by hand: which ops become typed, what guards there are, and that
// frame states say how to go on.
#include <gtest/gtest.h>

#include <algorithm>

#include "ir/builder.h"
#include "ir/print.h"
#include "ir/verify.h"
#include "opt/request.h"

namespace aipy {
namespace {

using namespace ir;

// def total(n): t = START; for i in range(n): t += i; return t
struct RangeLoop {
    std::shared_ptr<Function> function = std::make_shared<Function>();
    BlockId header = 0;
    ValueId iterator = 0, range = 0, step = 0;

    explicit RangeLoop(Constant start) {
        Function& f = *function;
        f.name = "total";
        f.slots = {{"n"}, {"t"}, {"i"}};
        f.parameter_count = 1;
        uint32_t zero = f.add_constant(std::move(start));
        uint32_t name = f.add_constant({Type::boxed(TypeKind::Str), 1, 0, 0, "range"});
        BlockId entry = f.add_block();
        header = f.add_block();
        BlockId body = f.add_block(), done = f.add_block();
        f.block(header).is_loop_header = true;
        Builder b(f, entry);
        b.emit(Op::StoreLocal, {b.emit(Op::Const, {}, zero)}, 1);
        range = b.emit(Op::LoadGlobal, {}, name);
        ValueId n = b.emit(Op::LoadLocal, {}, 0);
        iterator = b.emit(Op::GetIter, {b.emit(Op::Call, {range, n}, -1)});
        b.jump(header);
        b.set_block(header);
        b.emit(Op::Poll);
        step = b.emit(Op::IterNext, {iterator});
        b.branch_null(step, {done, {}}, {body, {}});
        b.set_block(body);
        b.emit(Op::StoreLocal, {step}, 2);
        ValueId t = b.emit(Op::LoadLocal, {}, 1);
        ValueId i = b.emit(Op::LoadLocal, {}, 2);
        b.emit(Op::StoreLocal, {b.emit(Op::Binary, {t, i}, static_cast<int64_t>(Operator::InplaceAdd))}, 1);
        b.jump(header);
        b.set_block(done);
        b.return_value(b.emit(Op::LoadLocal, {}, 1));
    }

    opt::CompileRequest request(TypeKind argument) const {
        opt::CompileRequest made;
        made.generic = function;
        made.entry_types = {Type::boxed(argument)};
        made.feedback.resize(function->values.size());
        made.failures.resize(function->instrs.size());
        opt::GlobalFact fact;
        fact.load = function->value(range).def;
        fact.handle = 5;
        fact.type = Type::boxed(TypeKind::TypeObject);
        fact.callable = opt::KnownCallable::Range;
        made.globals.push_back(fact);
        return made;
    }
};

Constant int_constant(int64_t value) { return {Type::boxed(TypeKind::Int), 0, value, 0, std::to_string(value)}; }

size_t count(const Function& function, Op op) {
    size_t found = 0;
    for (const Block& block : function.blocks)
        found += static_cast<size_t>(std::count_if(block.instrs.begin(), block.instrs.end(),
                                                   [&](InstrId id) { return function.instr(id).op == op; }));
    return found;
}

TEST(Specialise, RangeLoopRunsInRegisters) {
    RangeLoop loop(int_constant(0));
    opt::CompileResult result = opt::specialise(loop.request(TypeKind::Int));
    ASSERT_EQ(result.error, "");
    const Function& made = *result.function;
    EXPECT_EQ(count(made, Op::IAdd), 1u);
    EXPECT_EQ(count(made, Op::RangeMore), 1u);
    EXPECT_EQ(count(made, Op::Call), 0u) << print(made);
    EXPECT_EQ(count(made, Op::Binary), 0u);
    EXPECT_EQ(made.return_type, Type::i64());
    ASSERT_EQ(result.assumptions.size(), 1u);
    EXPECT_EQ(result.assumptions[0].load, loop.function->value(loop.range).def);
}

TEST(Specialise, OverflowResumesAtTheAddition) {
    RangeLoop loop(int_constant(0));
    opt::CompileResult result = opt::specialise(loop.request(TypeKind::Int));
    ASSERT_EQ(result.error, "");
    const Function& made = *result.function;
    auto add = std::find_if(made.instrs.begin(), made.instrs.end(), [](const Instr& i) { return i.op == Op::IAdd; });
    const FrameState& state = made.frame_states[add->before];
    EXPECT_EQ(loop.function->instr(state.position).op, Op::Binary);
    ASSERT_EQ(state.slots.size(), 3u);
    EXPECT_EQ(state.slots[1].kind, StateValue::Kind::Value);
    auto iterator = std::find_if(state.temporaries.begin(), state.temporaries.end(),
                                 [&](const FrameState::Temporary& t) { return t.generic == loop.iterator; });
    ASSERT_NE(iterator, state.temporaries.end()) << print_frame_state(made, add->before);
    ASSERT_EQ(iterator->value.kind, StateValue::Kind::Virtual);
    EXPECT_EQ(state.virtuals[iterator->value.index].kind, VirtualObject::Kind::RangeIterator);
}

TEST(Specialise, EntryInARunningLoopTakesTheIteratorApart) {
    RangeLoop loop(int_constant(0));
    opt::CompileRequest request = loop.request(TypeKind::Int);
    request.entry = {loop.header};
    request.entry_types = {Type::boxed(TypeKind::Int), Type::boxed(TypeKind::Int), Type::boxed(TypeKind::Int),
                           Type::boxed(TypeKind::RangeIter)};
    request.entry_temporaries = {loop.iterator};
    opt::CompileResult result = opt::specialise(request);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(count(*result.function, Op::RangeStart), 1u);
    EXPECT_EQ(count(*result.function, Op::IterNext), 0u);
    EXPECT_EQ(count(*result.function, Op::IAdd), 1u);
}

TEST(Specialise, FailuresKeepAnOpGeneric) {
    RangeLoop loop(int_constant(0));
    opt::CompileRequest request = loop.request(TypeKind::Int);
    for (const Instr& instr : loop.function->instrs)
        if (instr.op == Op::Binary) request.failures[static_cast<size_t>(&instr - loop.function->instrs.data())] = 3;
    opt::CompileResult result = opt::specialise(request);
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(count(*result.function, Op::IAdd), 0u);
    EXPECT_EQ(count(*result.function, Op::Binary), 1u);
}

TEST(Specialise, GenericOnlyAssumesNothing) {
    RangeLoop loop(int_constant(0));
    opt::CompileRequest request = loop.request(TypeKind::Int);
    request.generic_only = true;
    opt::CompileResult result = opt::specialise(request);
    ASSERT_EQ(result.error, "");
    EXPECT_TRUE(result.assumptions.empty());
    EXPECT_EQ(count(*result.function, Op::GuardType), 0u);
    EXPECT_EQ(count(*result.function, Op::LoadGlobal), 1u);
}

TEST(Specialise, AFloatStartStaysAFloat) {
    RangeLoop loop({Type::boxed(TypeKind::Float), 0, 0, 0.5, "0.5"});
    opt::CompileResult result = opt::specialise(loop.request(TypeKind::Int));
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(count(*result.function, Op::FAdd), 1u);
    EXPECT_EQ(result.function->return_type, Type::f64());
}

TEST(Specialise, UnknownArgumentsOfRangeMakeAnObject) {
    RangeLoop loop(int_constant(0));
    opt::CompileResult result = opt::specialise(loop.request(TypeKind::Any));
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(count(*result.function, Op::Call), 1u);
    EXPECT_EQ(count(*result.function, Op::IterNext), 1u);
}

}  // namespace
}  // namespace aipy
