// Inference: words and naturals.
#include <algorithm>
#include <limits>

#include "ir/compare.h"
#include "opt/inferrer.h"
#include "opt/words.h"
#include "support/check.h"

namespace aipy::opt {

using namespace ir;
using types::Fact;

bool Inferrer::block_wrong_ranges() {
    size_t before = blocked_.size();
    for (const Instr& instr : f_.instrs) {
        if (instr.op != Op::Call || !out_.as_parts[instr.result] || is_reversed(instr)) continue;
        for (size_t i = 1; i < instr.operands.size(); ++i) {
            Fact argument = fact(instr.operands[i]);
            bool integral = types::is_python_int(argument.kind) || types::is_index(argument.kind) ||
                            argument.kind == TypeKind::Bottom;
            if (!integral || argument.nullable) blocked_.insert(instr.result);
        }
    }
    return blocked_.size() != before;
}

// What turned out to be an object after all, or an operand of one.
bool Inferrer::refuse_modular() {
    size_t before = not_modular_.size();
    for (const Instr& instr : f_.instrs) {
        if (instr.op != Op::Binary || fact(instr.result).kind == TypeKind::Bottom) continue;
        const bool typed = fact(instr.result).known() && !out_.guarded[instr.result];
        if (typed) continue;
        if (out_.modular[instr.result]) not_modular_.insert(instr.result);
        // Its mask has no form on words.
        const std::optional<Mask> mask = mask_of(f_, out_.known, instr);
        if (mask && out_.modular[mask->operand]) not_modular_.insert(mask->operand);
    }
    return not_modular_.size() != before;
}

// Ints that are brought along and meet words are taken for words themselves; a native call decides what it brings.
bool Inferrer::widen_entries() {
    if (request_.native_body || out_.calls_itself) return false;
    size_t before = words_.size();
    for (ValueId param : wanted_words_) {
        uint32_t index = promoted_.entry_index[param];
        if (index >= request_.entry_types.size()) continue;
        TypeKind kind = request_.entry_types[index].kind;
        if (kind == TypeKind::Int || kind == TypeKind::BigInt) words_.insert(param);
    }
    return words_.size() != before;
}

void Inferrer::want_word(ValueId value) {
    if (fact(value).kind != TypeKind::Int && fact(value).kind != TypeKind::BigInt) return;
    if (!visited_.insert(value).second) return;
    if (f_.value(value).block == 0) wanted_words_.insert(value);
    if (f_.value(value).block == no_id) return;
    for (ValueId arg : incoming_[value]) want_word(arg);
}

bool Inferrer::is_square(const Instr& instr) {
    return ir::plain_operator(static_cast<Operator>(instr.imm)) == Operator::Multiply &&
           instr.operands[0] == instr.operands[1];
}

// By what the branches say that lead to it: `a` is not less than `b`, or than the constant that `b` is.
bool Inferrer::is_natural_difference(const Instr& instr) const {
    const ValueId a = instr.operands[0], b = instr.operands[1];
    if (ir::plain_operator(static_cast<Operator>(instr.imm)) != Operator::Subtract) return false;
    if (!fact(a).is(TypeKind::Int) || !fact(b).is(TypeKind::Int)) return false;
    const std::optional<uint64_t> taken = constant_word(f_, out_.known, b);
    uint64_t least = 0;
    bool not_less = a == b || (taken == 0 && fact(a).nonneg);
    branches_.for_each_condition(f_.value(instr.result).def, [&](ValueId tested, bool holds) {
        if (tested == a && holds && fact(a).nonneg) least = std::max<uint64_t>(least, 1);
        const InstrId def = f_.value(tested).def;
        if (def == no_id || f_.instr(def).op != Op::Compare) return;
        not_less |= says_not_less(f_.instr(def), holds, a, b);
        least = std::max(least, least_said(f_.instr(def), holds, a));
    });
    return not_less || (taken && *taken <= least);
}

// What a comparison that came out so says of its operand `value`, as its first one.
CompareOp Inferrer::said_of(const Instr& compare, bool holds, bool is_first) {
    const auto said = static_cast<CompareOp>(compare.imm);
    const CompareOp held = holds ? said : negated(said);
    return is_first ? held : mirrored(held);
}

bool Inferrer::says_not_less(const Instr& compare, bool holds, ValueId a, ValueId b) {
    const std::vector<ValueId>& operands = compare.operands;
    const bool in_order = operands[0] == a && operands[1] == b;
    if (!in_order && !(operands[0] == b && operands[1] == a)) return false;
    const CompareOp said = said_of(compare, holds, in_order);
    return said == CompareOp::Greater || said == CompareOp::GreaterEqual || said == CompareOp::Equal;
}

// The least that the int may be by its comparison with a constant; 0: it says nothing.
uint64_t Inferrer::least_said(const Instr& compare, bool holds, ValueId value) const {
    const bool is_first = compare.operands[0] == value;
    if (!is_first && compare.operands[1] != value) return 0;
    const std::optional<uint64_t> with = constant_word(f_, out_.known, compare.operands[is_first ? 1 : 0]);
    if (!with || *with > std::numeric_limits<int64_t>::max()) return 0;
    switch (said_of(compare, holds, is_first)) {
        case CompareOp::Greater: return *with + 1;
        case CompareOp::GreaterEqual:
        case CompareOp::Equal: return *with;
        case CompareOp::NotEqual: return *with == 0 && fact(value).nonneg ? 1 : 0;
        case CompareOp::Less:
        case CompareOp::LessEqual: return 0;
    }
    AIPY_UNREACHABLE();
}

// Of an operation on words, or on the low 64 bits of ints; unknown when it is neither.
Fact Inferrer::word_fact(const Instr& instr) {
    if (request_.generic_only) return Fact::any();
    if (out_.modular[instr.result]) return modular_fact(instr);
    if (Fact masked = masked_fact(instr); masked.known()) return masked;
    const ValueId a = instr.operands[0], b = instr.operands[1];
    if (out_.modular[a] || out_.modular[b]) return Fact::any();  // cut by no mask after all
    Fact left = fact(a), right = fact(b);
    if (left.kind != TypeKind::Word && right.kind != TypeKind::Word) return Fact::any();
    if (left.kind == TypeKind::Word) want_word(b);
    if (right.kind == TypeKind::Word) want_word(a);
    return types::word_result(static_cast<Operator>(instr.imm), left, right, constant_word(f_, out_.known, b),
                              !failed(instr));
}

bool Inferrer::has_low_bits(ValueId value) const {
    return !fact(value).nullable && (types::is_python_int(fact(value).kind) || fact(value).kind == TypeKind::Word);
}

Fact Inferrer::modular_fact(const Instr& instr) const {
    const bool usable = has_low_bits(instr.operands[0]) && has_low_bits(instr.operands[1]);
    return usable ? Fact::of(TypeKind::Word) : Fact::any();
}

// Of what a mask leaves of a word; ints have their own form for that.
Fact Inferrer::masked_fact(const Instr& instr) {
    const std::optional<Mask> mask = mask_of(f_, out_.known, instr);
    if (!mask || !has_low_bits(mask->operand)) return Fact::any();
    const Fact by = fact(mask->constant);
    if (!mask->bits) {
        if (!out_.modular[mask->operand]) return Fact::any();
        want_word(mask->constant);
        return !by.is_word() ? Fact::any() : by.nonneg ? Fact::natural() : Fact::of(TypeKind::Word);
    }
    if (fact(mask->operand).kind != TypeKind::Word && by.kind == TypeKind::Int) return Fact::any();
    return *mask->bits >> 63 != 0 ? Fact::of(TypeKind::Word) : Fact::natural();
}

}  // namespace aipy::opt
