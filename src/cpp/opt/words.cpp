#include "opt/words.h"

#include <bit>

namespace aipy::opt {

using namespace ir;

namespace {

constexpr const char* two_to_the_64 = "18446744073709551616";

const Constant* constant_of(const Function& function, ValueId value) {
    InstrId def = function.value(value).def;
    if (def == no_id || function.instr(def).op != Op::Const) return nullptr;
    return &function.constants[static_cast<size_t>(function.instr(def).imm)];
}

Operator operator_of(const Instr& instr) { return plain_operator(static_cast<Operator>(instr.imm)); }

class Finder {
  public:
    Finder(const Function& function, const KnownValues& known, const std::set<ValueId>& refused)
        : f_(function), known_(known), modular_(function.values.size(), false) {
        for (const Block& block : f_.blocks)
            for (InstrId id : block.instrs) {
                const Instr& instr = f_.instr(id);
                if (instr.op == Op::Binary)
                    modular_[instr.result] = exact_modulo(instr) && !refused.contains(instr.result);
            }
    }

    std::vector<bool> run() {
        for (changed_ = true; changed_;) {
            changed_ = false;
            for (const Block& block : f_.blocks)
                for (InstrId id : block.instrs) visit(f_.instr(id));
        }
        return std::move(modular_);
    }

  private:
    bool exact_modulo(const Instr& instr) const {
        switch (operator_of(instr)) {
            case Operator::Add:
            case Operator::Subtract:
            case Operator::Multiply:
            case Operator::And:
            case Operator::Or:
            case Operator::Xor: return !mask_of(f_, known_, instr);
            case Operator::LeftShift: return true;
            default: return false;
        }
    }

    void take_away(ValueId value) {
        changed_ |= modular_[value];
        modular_[value] = false;
    }

    // Takes away what this instruction needs in full.
    void visit(const Instr& instr) {
        // Nothing is left of a load of what is known.
        const bool known_load =
            (instr.op == Op::LoadGlobal || instr.op == Op::LoadAttr) && known_[instr.result] != nullptr;
        if (instr.op == Op::Keep || known_load) return;
        const bool chain = instr.op == Op::Binary && modular_[instr.result];
        const bool shift = chain && operator_of(instr) == Operator::LeftShift;
        const std::optional<Mask> mask = mask_of(f_, known_, instr);
        for (ValueId operand : instr.operands)
            if (!chain && !(mask && mask->operand == operand)) take_away(operand);
        if (shift) take_away(instr.operands[1]);
        for_each_edge(instr, [&](const Edge& edge) {
            for (ValueId arg : edge.args) take_away(arg);
        });
    }

    const Function& f_;
    const KnownValues& known_;
    std::vector<bool> modular_;
    bool changed_ = false;
};

}  // namespace

std::optional<uint64_t> constant_word(const Function& function, const KnownValues& known, ValueId value) {
    auto word = [](Type type, int64_t integer) -> std::optional<uint64_t> {
        const bool fits = type.kind == TypeKind::Word || (type.kind == TypeKind::Int && integer >= 0);
        return fits ? std::optional<uint64_t>(static_cast<uint64_t>(integer)) : std::nullopt;
    };
    if (const GlobalFact* fact = known[value]) return word(fact->type, fact->integer);
    const Constant* constant = constant_of(function, value);
    return constant == nullptr ? std::nullopt : word(constant->type, constant->integer);
}

std::optional<Mask> mask_of(const Function& function, const KnownValues& known, const Instr& instr) {
    if (instr.op != Op::Binary) return std::nullopt;
    const ValueId left = instr.operands[0], right = instr.operands[1];
    const std::optional<uint64_t> constant = constant_word(function, known, right);
    if (operator_of(instr) == Operator::And) {
        if (constant) return Mask{left, right, constant};
        if (const std::optional<uint64_t> first = constant_word(function, known, left)) return Mask{right, left, first};
        auto is_made = [&](ValueId value) {
            const InstrId def = function.value(value).def;
            return def != no_id && function.instr(def).op == Op::Binary;
        };
        if (is_made(left) == is_made(right)) return std::nullopt;
        return is_made(left) ? Mask{left, right, std::nullopt} : Mask{right, left, std::nullopt};
    }
    if (operator_of(instr) != Operator::Remainder) return std::nullopt;
    if (constant && std::has_single_bit(*constant)) return Mask{left, right, *constant - 1};
    const Constant* divisor = constant_of(function, right);
    const bool all = divisor != nullptr && divisor->type.kind == TypeKind::BigInt && divisor->text == two_to_the_64;
    return all ? std::optional(Mask{left, right, ~uint64_t{0}}) : std::nullopt;
}

std::vector<bool> find_modular(const Function& function, const KnownValues& known, const std::set<ValueId>& refused) {
    return Finder(function, known, refused).run();
}

}  // namespace aipy::opt
