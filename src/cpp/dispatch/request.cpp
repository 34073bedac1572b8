#include "dispatch/request.h"

#include <opcode.h>

#include <algorithm>
#include <optional>

#include "dispatch/facts.h"
#include "dispatch/generators.h"
#include "interp/code.h"
#include "interp/profile.h"
#include "runtime/cpython/internal.h"
#include "runtime/helpers.h"
#include "runtime/numpy/arrays.h"

namespace aipy::dispatch {
namespace {

opt::ObservedTypes observed_types(const interp::Observed& observed) {
    opt::ObservedTypes types;
    types.types.assign(observed.types.begin(), observed.types.begin() + observed.count);
    types.anything = observed.many;
    return types;
}

std::vector<opt::ObservedTypes> feedback_of(const interp::Unit& unit) {
    std::vector<opt::ObservedTypes> feedback;
    feedback.reserve(unit.profile.values.size());
    for (const interp::Observed& observed : unit.profile.values) feedback.push_back(observed_types(observed));
    return feedback;
}

ir::Type type_of(PyObject* value) {
    return value == nullptr ? ir::Type::boxed(ir::TypeKind::Null) : interp::observe(value);
}

size_t entry_value_count(const Managed& managed, const opt::CompileRequest& request) {
    if (request.entry.at_call()) return static_cast<size_t>(managed.parameters + managed.free_variables);
    return managed.generic->slots.size() + request.entry_temporaries.size();
}

// A parameter that was of several kinds in the interpreter stays open, whatever it is now.
ir::Type parameter_type(const Managed& managed, size_t index, PyObject* const* values) {
    const interp::Observed& seen = managed.unit->profile.parameters[index];
    if (values == nullptr) return seen.single();
    return type_of(values[index]);
}

std::vector<ir::Type> entry_types(const Managed& managed, const opt::CompileRequest& request, PyObject* const* values) {
    size_t count = entry_value_count(managed, request);
    std::vector<ir::Type> types(count, ir::Type::any());
    if (request.generic_only) return types;
    for (size_t i = 0; i < count; ++i) {
        bool is_cell = request.entry.at_call() && i >= static_cast<size_t>(managed.parameters);
        if (is_cell)
            types[i] = ir::Type::boxed(ir::TypeKind::Cell);
        else if (request.entry.at_call())
            types[i] = parameter_type(managed, i, values);
        else
            types[i] = type_of(values[i]);
        // A range iterator is taken apart when it is a loop's own (see fits_in_full).
        if (types[i].kind != ir::TypeKind::RangeIter) continue;
        bool is_temporary = !request.entry.at_call() && i >= managed.generic->slots.size();
        if (!is_temporary || Py_REFCNT(values[i]) != 1) types[i] = ir::Type::any();
    }
    return types;
}

// Whether the slot's value is called, or passed to what is.
bool reaches_calls(const ir::Function& generic, size_t slot) {
    return std::ranges::any_of(generic.instrs, [&](const ir::Instr& instr) {
        const bool calls = instr.op == ir::Op::Call || instr.op == ir::Op::CallMethod || instr.op == ir::Op::CallLoaded;
        return calls && std::ranges::any_of(instr.operands, [&](ir::ValueId operand) {
                   const ir::InstrId def = generic.value(operand).def;
                   return def != ir::no_id && generic.instr(def).op == ir::Op::LoadLocal &&
                          static_cast<size_t>(generic.instr(def).imm) == slot;
               });
    });
}

// A version for each function that is brought along would be too many.
constexpr std::ptrdiff_t most_functions_at_entry = 2;

bool has_enough_functions(const EntryVersions& entry, size_t index) {
    return std::ranges::count_if(entry.live, [&](const Version* version) {
               return version->entry_types[index].kind == ir::TypeKind::Function;
           }) >= most_functions_at_entry;
}

// Which function it is, is assumed where that helps and not too many came.
void open_functions(const Managed& managed, const EntryVersions& entry, opt::CompileRequest& request) {
    for (size_t i = 0; i < request.entry_types.size(); ++i) {
        ir::Type& type = request.entry_types[i];
        if (type.kind != ir::TypeKind::Function) continue;
        const bool is_slot = i < managed.generic->slots.size();
        if (!is_slot || !reaches_calls(*managed.generic, i) || has_enough_functions(entry, i)) type = ir::Type::any();
    }
}

constexpr Py_ssize_t most_ints = 16;

// Appends the items of a tuple; false where one is no int of 32 bits.
bool append_ints(PyObject* tuple, std::vector<int64_t>& values) {
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); ++i) {
        int64_t value = 0;
        if (rt_try_unbox_i64(PyTuple_GET_ITEM(tuple, i), &value) == 0 || value != static_cast<int32_t>(value))
            return false;
        values.push_back(value);
    }
    return true;
}

std::optional<opt::ConstantInts> ints_of(PyObject* tuple) {
    const Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    if (count == 0 || count > most_ints) return std::nullopt;
    opt::ConstantInts made;
    if (!PyTuple_CheckExact(PyTuple_GET_ITEM(tuple, 0))) {
        if (!append_ints(tuple, made.values)) return std::nullopt;
        return made;
    }
    made.width = static_cast<size_t>(PyTuple_GET_SIZE(PyTuple_GET_ITEM(tuple, 0)));
    for (Py_ssize_t i = 0; i < count; ++i) {
        PyObject* row = PyTuple_GET_ITEM(tuple, i);
        if (!PyTuple_CheckExact(row) || static_cast<size_t>(PyTuple_GET_SIZE(row)) != made.width) return std::nullopt;
        if (!append_ints(row, made.values)) return std::nullopt;
    }
    return made.width == 0 || static_cast<Py_ssize_t>(made.values.size()) > most_ints ? std::nullopt
                                                                                      : std::optional(made);
}

std::vector<opt::ConstantInts> constant_tuples(const Managed& managed) {
    std::vector<opt::ConstantInts> tuples;
    const std::vector<ir::Constant>& constants = managed.generic->constants;
    for (uint32_t i = 0; i < constants.size(); ++i) {
        if (constants[i].type.kind != ir::TypeKind::Tuple) continue;
        std::optional<opt::ConstantInts> ints = ints_of(managed.unit->objects[constants[i].handle]);
        if (!ints) continue;
        ints->constant = i;
        tuples.push_back(std::move(*ints));
    }
    return tuples;
}

// Whether knowing the sign of an int makes better code: of what is divided or masked, and of indices.
bool sign_matters(const ir::Function& generic) {
    return std::ranges::any_of(generic.instrs, [](const ir::Instr& instr) {
        if (instr.op == ir::Op::Subscript || instr.op == ir::Op::StoreSubscript) return true;
        if (instr.op != ir::Op::Binary) return false;
        const ir::Operator plain = ir::plain_operator(static_cast<ir::Operator>(instr.imm));
        return plain == ir::Operator::FloorDivide || plain == ir::Operator::Remainder || plain == ir::Operator::And;
    });
}

bool is_natural(PyObject* value, ir::Type type) {
    if (type.kind == ir::TypeKind::Int) return runtime::cpython::int_sign(runtime::cpython::int_tag(value)) >= 0;
    return type.kind == ir::TypeKind::RangeIter && runtime::cpython::counts_up_from_natural(value);
}

std::vector<bool> entry_naturals(const Managed& managed, const opt::CompileRequest& request, PyObject* const* values,
                                 bool negative_came) {
    std::vector<bool> naturals(request.entry_types.size(), false);
    if (negative_came || !sign_matters(*managed.generic)) return naturals;
    for (size_t i = 0; i < naturals.size(); ++i) {
        if (values != nullptr) {
            naturals[i] = is_natural(values[i], request.entry_types[i]);
        } else if (request.entry_types[i].kind == ir::TypeKind::Int) {
            naturals[i] = !managed.unit->profile.parameters[i].negative;
        }
    }
    return naturals;
}

void fill_observations(const Managed& managed, opt::CompileRequest& request) {
    request.tuples = constant_tuples(managed);
    request.feedback = feedback_of(*managed.unit);
    request.failures = managed.failures;
    request.leaves = managed.leaves;
}

void fill_request(const Managed& managed, opt::CompileRequest& request, const RequestOptions& options) {
    const support::OptionSet& set = managed.settings.options;
    request.generic = managed.generic;
    request.generic_only = options.generic_only;
    request.ignores_underflow = !runtime::numpy::is_known() || rt_ignores_underflow() != 0;
    request.reals_stay_real = runtime::cpython::reals_stay_real;
    request.watched = !request.entry.at_call() || managed.unit->profile.runs > 0;
    request.fastmath = set.fastmath();
    request.parallel = set.parallel();
    request.boundscheck = set.boundscheck();
    request.max_failures = managed.settings.max_exits;
    fill_observations(managed, request);
    ir::Type returned = managed.returned.single();
    request.return_type = options.generic_only ? ir::Type::any() : ir::Type::unboxed(returned.kind);
    if (!request.entry.at_call()) {
        auto temporaries = interp::live_temporaries(*managed.unit, request.entry.header);
        request.entry_temporaries.assign(temporaries.begin(), temporaries.end());
    }
    request.entry_types = entry_types(managed, request, options.values);
}

// Where classes have come that earlier code did not know, its exits say nothing of the code that is made now.
void forget_learned_failures(Managed& managed) {
    bool more = false;
    for (ir::InstrId id = 0; id < managed.failures.size(); ++id) {
        const uint32_t cache = managed.generic->instr(id).cache;
        if (cache == ir::no_id || managed.unit->context.caches[cache].used <= managed.classes_known[cache]) continue;
        managed.failures[id] = 0;
        more = true;
    }
    if (!more) return;
    ++managed.knowledge;
    for (uint32_t cache = 0; cache < managed.classes_known.size(); ++cache)
        managed.classes_known[cache] = managed.unit->context.caches[cache].used;
}

std::shared_ptr<Version> make_version(Managed& managed, const opt::CompileRequest& request) {
    auto version = std::make_shared<Version>();
    version->owner = &managed;
    version->number = ++managed.version_count;
    version->knowledge = managed.knowledge;
    version->entry_point = request.entry;
    version->entry_types = request.entry_types;
    version->generic_only = request.generic_only;
    version->assumes_naturals = std::ranges::find(request.entry_naturals, true) != request.entry_naturals.end();
    version->checks = entry_checks(request.entry_types);
    if (managed.generic->is_generator && !request.entry.at_call())
        version->entry_places = interp::entry_registers(*managed.unit, request.entry.header);
    version->cells_place = managed.unit->code->register_count;
    version->objects = managed.unit->objects;
    version->unit_objects = version->objects.size();
    return version;
}

// Only code that nobody waits for or looks at is made in two steps.
Step first_step(const Managed& managed, const Job& job, const RequestOptions& options) {
    const Settings& settings = managed.settings;
    bool in_steps = settings.mode == Mode::Auto && settings.tier == TierChoice::Auto && settings.background;
    if (in_steps && options.optimised) return Step::Late;
    return in_steps && job.opt_level > 0 && !job.stress && !job.want_machine_texts ? Step::Quick : Step::Full;
}

Job::Addresses addresses_of(const Managed& managed) {
    return {&managed.unit->context, managed.unit->context.caches, _PyCode_CODE(managed.code), managed.bytecode_offsets};
}

// A function whose body may become part of the job's code; adds those that it calls to `callees`.
void add_callee(Job& job, Managed& callee, std::vector<Managed*>& callees) {
    opt::CompileRequest request;
    forget_learned_failures(callee);
    fill_request(callee, request, {});
    std::shared_ptr<Version> part = make_version(callee, request);
    part->root = job.version.get();
    callee.embedded.push_back(part.get());
    collect_facts(callee, *part, &callees, request);
    collect_generators(callee, *part, callees, request);
    job.request.callees.push_back(std::move(request));
    job.part_addresses.push_back(addresses_of(callee));
    job.version->parts.push_back(std::move(part));
}

}  // namespace

void fill_profile(Managed& managed, opt::CompileRequest& request) {
    forget_learned_failures(managed);
    fill_observations(managed, request);
}

std::unique_ptr<Job> make_job(Managed& managed, EntryVersions& entry, const RequestOptions& options) {
    auto job = std::make_unique<Job>();
    const support::OptionSet& set = managed.settings.options;
    job->managed = &managed;
    job->request.entry = entry.entry;
    forget_learned_failures(managed);
    fill_request(managed, job->request, options);
    open_functions(managed, entry, job->request);
    job->request.entry_naturals = entry_naturals(managed, job->request, options.values, entry.negative_came);
    job->version = make_version(managed, job->request);
    job->name = managed.generic->name;
    job->addresses = addresses_of(managed);
    std::vector<Managed*> callees;
    collect_facts(managed, *job->version, options.generic_only ? nullptr : &callees, job->request);
    collect_generators(managed, *job->version, callees, job->request);
    for (size_t i = 0; i < callees.size(); ++i) add_callee(*job, *callees[i], callees);
    job->stress = managed.settings.stress;
    auto wanted = [&](const char* stage) { return managed.keep_texts || support::list_contains(set.dump(), stage); };
    job->want_machine_texts = wanted("llvm") || wanted("asm");
    job->request.keep_texts = wanted("passes") || wanted("typed");
    job->fastmath = set.fastmath();
    job->boundscheck = set.boundscheck();
    job->opt_level = static_cast<int>(set.opt_level());
    job->step = first_step(managed, *job, options);
    ++entry.compilations;
    entry.in_flight = true;
    managed.jobs.push_back(job.get());
    return job;
}

static bool jumps_back(int opcode) {
#if PY_VERSION_HEX < 0x030C0000
    if (opcode == POP_JUMP_BACKWARD_IF_TRUE || opcode == POP_JUMP_BACKWARD_IF_FALSE ||
        opcode == POP_JUMP_BACKWARD_IF_NONE || opcode == POP_JUMP_BACKWARD_IF_NOT_NONE)
        return true;
#endif
    return opcode == JUMP_BACKWARD;
}

bool code_has_loops(PyCodeObject* code) {
    PyObject* bytecode = PyCode_GetCode(code);
    if (bytecode == nullptr) {
        PyErr_Clear();
        return true;
    }
    bool found = false;
    const char* bytes = PyBytes_AS_STRING(bytecode);
    for (Py_ssize_t i = 0; i < PyBytes_GET_SIZE(bytecode) && !found; i += 2)
        found = jumps_back(static_cast<unsigned char>(bytes[i]));
    Py_DECREF(bytecode);
    return found;
}

}  // namespace aipy::dispatch
