#include "dispatch/generators.h"

#include <algorithm>
#include <iterator>

#include "dispatch/facts.h"
#include "dispatch/frame_function.h"
#include "dispatch/registry.h"
#include "dispatch/request.h"
#include "opt/generator_loops.h"

namespace aipy::dispatch {
namespace {

constexpr size_t most_generators = 8;

// A generator that is dropped at its yield is cleared as a frame is. Before 3.13 it was thrown GeneratorExit, and what
// its stack held died before its locals: a loop that is left early lets them die in the other order.
constexpr bool is_cleared_as_frames_are = PY_VERSION_HEX >= 0x030D0000;

// A call fills its parameters one by one.
bool takes(const PyCodeObject& code, size_t arguments, size_t cells) {
    constexpr int refused = CO_VARARGS | CO_VARKEYWORDS | CO_COROUTINE | CO_ASYNC_GENERATOR | CO_ITERABLE_COROUTINE;
    return (code.co_flags & CO_GENERATOR) != 0 && (code.co_flags & refused) == 0 && code.co_kwonlyargcount == 0 &&
           static_cast<size_t>(code.co_nfreevars) == cells && static_cast<size_t>(code.co_argcount) == arguments;
}

class Collector {
  public:
    Collector(const Managed& managed, Version& version, std::vector<Managed*>& callees, opt::CompileRequest& request)
        : managed_(managed),
          version_(version),
          callees_(callees),
          request_(request),
          first_instr_(static_cast<ir::InstrId>(managed.generic->instrs.size())) {}

    void collect() {
        const ir::Function& generic = *managed_.generic;
        for (const ir::Block& block : generic.blocks)
            for (ir::InstrId id : block.instrs) {
                const ir::Instr& instr = generic.instr(id);
                if (instr.op == ir::Op::Call && instr.imm < 0) visit(generic, id);
                if (request_.generators.size() == most_generators) return;
            }
    }

  private:
    void visit(const ir::Function& generic, ir::InstrId call) {
        const std::optional<opt::GeneratorLoopForm> loop = opt::generator_loop_of(generic, call);
        if (!loop || is_running(*loop)) return;
        opt::GeneratorFact fact{.call = call};
        if (!loop->is_loop() && !is_known_user(generic, generic.instr(loop->next), fact)) return;
        Managed* generator = function_called(generic, generic.instr(call), fact);
        if (generator == nullptr || generator->watched) return;
        if (opt::may_be_part_of_loop(*generator->generic)) add(*generator, std::move(fact));
    }

    // any, all, sum, min, max, list, tuple, or join of a str.
    bool is_known_user(const ir::Function& generic, const ir::Instr& user, opt::GeneratorFact& fact) {
        const ir::InstrId first = generic.value(user.operands[0]).def;
        if (user.op != ir::Op::Call) {
            fact.use = opt::GeneratorUse::OfList;
            if (user.op == ir::Op::CallMethod) return is_join(generic, user);
            return first != ir::no_id && generic.instr(first).op == ir::Op::LoadMethod &&
                   is_join(generic, generic.instr(first));
        }
        const opt::GlobalFact* named = global(first);
        if (named == nullptr) return false;
        fact.user_load = named->load;
        fact.use = opt::GeneratorUse::OfList;
        if (version_.objects[named->handle] == reinterpret_cast<PyObject*>(&PyTuple_Type)) return true;
        switch (named->callable) {
            case opt::KnownCallable::Any: fact.use = opt::GeneratorUse::Any; return true;
            case opt::KnownCallable::All: fact.use = opt::GeneratorUse::All; return true;
            case opt::KnownCallable::Min: fact.use = opt::GeneratorUse::Min; return true;
            case opt::KnownCallable::Max: fact.use = opt::GeneratorUse::Max; return true;
            case opt::KnownCallable::List: fact.use = opt::GeneratorUse::List; return true;
            case opt::KnownCallable::Sum: break;
            default: return false;
        }
        fact.use = opt::GeneratorUse::Sum;
        PyObject* zero = PyLong_FromLong(0);  // nobody's in particular
        fact.zero = static_cast<uint32_t>(version_.objects.size());
        version_.objects.push_back(zero);
        Py_DECREF(zero);
        return true;
    }

    static bool is_join(const ir::Function& generic, const ir::Instr& method) {
        const ir::InstrId owner = generic.value(method.operands[0]).def;
        return owner != ir::no_id && generic.instr(owner).op == ir::Op::Const &&
               generic.value(method.operands[0]).type.kind == ir::TypeKind::Str &&
               generic.constants[static_cast<size_t>(method.imm)].text == "join";
    }

    Managed* function_called(const ir::Function& generic, const ir::Instr& call, opt::GeneratorFact& fact) {
        const size_t arguments = call.operands.size() - 1;
        const ir::InstrId load = generic.value(call.operands[0]).def;
        if (const opt::GlobalFact* named = global(load)) {
            fact.load = load;
            fact.function = named->handle;
            return generator_function(version_.objects[named->handle], arguments);
        }
        const auto cells = opt::cells_of_generator(generic, static_cast<ir::InstrId>(&call - generic.instrs.data()));
        if (!cells) return nullptr;
        fact.make = load;
        const auto constant = static_cast<size_t>(generic.instr(load).imm);
        PyObject* code = managed_.unit->objects[generic.constants[constant].handle];
        Managed* made = PyCode_Check(code) ? inner_function(managed_, reinterpret_cast<PyCodeObject*>(code)) : nullptr;
        const bool fits = made != nullptr && made->unit != nullptr && takes(*made->code, arguments, cells->size());
        return fits ? made : nullptr;
    }

    const opt::GlobalFact* global(ir::InstrId load) const {
        const auto found = std::ranges::find(request_.globals, load, &opt::GlobalFact::load);
        return load == ir::no_id || found == request_.globals.end() ? nullptr : &*found;
    }

    // Where the version is entered inside the loop there is a generator already.
    bool is_running(const opt::GeneratorLoopForm& loop) const {
        return std::ranges::find(request_.entry_temporaries, loop.iterator) != request_.entry_temporaries.end();
    }

    Managed* generator_function(PyObject* object, size_t arguments) const {
        if (!PyFunction_Check(object)) return nullptr;
        auto* function = reinterpret_cast<PyFunctionObject*>(object);
        Managed* generator = is_attached(function) ? find(function) : nullptr;
        if (generator == nullptr || generator == &managed_ || generator->detached) return nullptr;
        const bool built = takes(*generator->code, arguments, 0) && build(*generator, function);
        return built && generator->unit != nullptr && generator->generic != nullptr ? generator : nullptr;
    }

    void add(Managed& generator, opt::GeneratorFact fact) {
        fact.first_instr = first_instr_;
        fact.first_object = static_cast<uint32_t>(version_.objects.size());
        std::ranges::copy(generator.unit->objects, std::back_inserter(version_.objects));
        fact.generic = generator.generic;
        first_instr_ += static_cast<ir::InstrId>(generator.generic->instrs.size());
        opt::CompileRequest own;
        fill_profile(generator, own);
        collect_moved_facts(generator, version_, callees_, own, fact.first_instr);
        append(request_.globals, own.globals);
        append(request_.attributes, own.attributes);
        append(request_.methods, own.methods);
        append(request_.shapes, own.shapes);
        for (const opt::FunctionFact& function : own.functions)
            if (std::ranges::find(request_.functions, function.number, &opt::FunctionFact::number) ==
                request_.functions.end())
                request_.functions.push_back(function);
        fact.feedback = std::move(own.feedback);
        fact.failures = std::move(own.failures);
        fact.leaves = std::move(own.leaves);
        fact.tuples = std::move(own.tuples);
        request_.generators.push_back(std::move(fact));
        embed(generator);
    }

    template <typename T>
    static void append(std::vector<T>& to, std::vector<T>& from) {
        std::ranges::move(from, std::back_inserter(to));
    }

    void embed(Managed& generator) {
        auto part = std::make_shared<Version>();
        part->owner = &generator;
        part->root = version_.root != nullptr ? version_.root : &version_;
        generator.embedded.push_back(part.get());
        version_.generators.push_back(std::move(part));
    }

    const Managed& managed_;
    Version& version_;
    std::vector<Managed*>& callees_;
    opt::CompileRequest& request_;
    ir::InstrId first_instr_;  // of the next one
};

}  // namespace

void collect_generators(const Managed& managed, Version& version, std::vector<Managed*>& callees,
                        opt::CompileRequest& request) {
    if (!is_cleared_as_frames_are || request.generic_only || managed.generic->is_generator) return;
    Collector(managed, version, callees, request).collect();
}

}  // namespace aipy::dispatch
