// Each structure is taken apart into all its members, so that a new one does not compile before it is spoken of here.
#include "codegen/code_key.h"

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/BLAKE3.h>

#include <map>
#include <type_traits>
#include <utility>
#include <vector>

namespace aipy::codegen {

namespace {

constexpr size_t digest_bytes = 20;

class Bytes {
  public:
    explicit Bytes(const ProcessNumbers& numbers) : numbers_(numbers) {}

    template <typename... Ts>
    void add(const Ts&... members) {
        (add_one(members), ...);
    }

    std::string digest() const {
        llvm::BLAKE3 hasher;
        hasher.update(bytes_);
        return llvm::toHex(hasher.final<digest_bytes>(), true);
    }

  private:
    template <typename T>
        requires(std::is_arithmetic_v<T> || std::is_enum_v<T>)
    void add_one(T number) {
        bytes_.append(reinterpret_cast<const char*>(&number), sizeof number);
    }
    void add_one(std::string_view text) {
        add_one(text.size());
        bytes_ += text;
    }
    void add_one(const std::string& text) { add_one(std::string_view(text)); }
    template <typename T>
    void add_one(const std::vector<T>& items) {
        add_one(items.size());
        for (const T& item : items) add_one(item);
    }
    template <typename T>
    void add_one(const std::vector<T>* items) {
        add_one(items != nullptr);
        if (items != nullptr) add_one(*items);
    }

    void add_one(ir::Type type) {
        auto [kind, rep, detail] = type;
        add(kind, rep, detail);
    }
    // The texts of other kinds are for people, and may name addresses.
    void add_one(const ir::Constant& constant) {
        const auto& [type, handle, integer, number, text] = constant;
        add(type, handle, integer, number);
        if (type.kind == ir::TypeKind::Str) add(text);
    }
    void add_one(const ir::Value& value) {
        auto [type, def, block, natural] = value;
        add(type, def, block, natural);
    }
    void add_one(const ir::Edge& edge) {
        const auto& [target, args] = edge;
        add(target, args);
    }
    // Code knows no lines: where a frame state stands is for the core to say.
    void add_one(const ir::Instr& instr) {
        const auto& [op, result, operands, imm, imm2, targets, error, unwind, retain, before, after, origin, cache,
                     span] = instr;
        const bool by_order = ir::info(op).imm == ir::ImmKind::Version && ProcessNumbers::fits(imm);
        add(by_order, by_order ? static_cast<int64_t>(numbers_.index_of(imm)) : imm);
        add(op, result, operands, imm2, targets, error, unwind, retain, before, after, origin, cache);
    }
    void add_one(const ir::Block& block) {
        auto& [params, instrs, is_handler, is_loop_header, cold] = block;
        add(params, instrs, is_handler, is_loop_header, cold);
    }
    void add_one(const ir::StateValue& value) {
        auto [kind, index] = value;
        add(kind, index);
    }
    void add_one(const ir::VirtualObject::Place& place) {
        const auto& [generator, position, yield, temporaries] = place;
        add(generator, position, yield, temporaries);
    }
    void add_one(const ir::VirtualObject& object) {
        const auto& [kind, parts, operation, place] = object;
        add(kind, parts, operation, place);
    }
    void add_one(const ir::FrameState::Temporary& temporary) {
        auto [generic, value] = temporary;
        add(generic, value);
    }
    void add_one(const ir::FrameState& state) {
        const auto& [position, slots, temporaries, virtuals, owned] = state;
        add(position, slots, temporaries, virtuals, owned);
    }
    void add_one(const ir::Slot& slot) {
        const auto& [name, kind] = slot;
        add(name, kind);
    }
    // Lines without instructions are the interpreter's; files are named by frames.
    void add_one(const ir::Function& function) {
        const auto& [name, file, slots, parameter_count, is_generator, release_order, specialised, native_body, values,
                     instrs, blocks, constants, frame_states, cache_count, empty_lines, empty_ways, return_type,
                     returned_parts] = function;
        add(name, slots, parameter_count, is_generator, release_order, specialised, native_body, values, instrs, blocks,
            constants, frame_states, cache_count, return_type, returned_parts);
    }
    void add_one(const ir::Function* function) {
        add_one(function != nullptr);
        if (function != nullptr) add_one(*function);
    }
    // Texts of the code are not kept; who resolves its names is another one in each process.
    void add_one(const CompileInput& input) {
        const auto& [function, symbol_prefix, data_suffix, callees, fastmath, boundscheck, looks_at_dicts,
                     stress_guards, opt_level, want_llvm_text, want_asm, bytecode_offsets, entry_places, cells_place,
                     resolver] = input;
        add(function, symbol_prefix, data_suffix, callees, fastmath, boundscheck, looks_at_dicts, stress_guards,
            opt_level, bytecode_offsets, entry_places, cells_place);
    }

    const ProcessNumbers& numbers_;
    std::string bytes_;
};

}  // namespace

std::string code_key(const CompileInput& input, const ProcessNumbers& numbers, std::string_view made_by) {
    Bytes bytes(numbers);
    bytes.add(made_by, input);
    return bytes.digest();
}

}  // namespace aipy::codegen
