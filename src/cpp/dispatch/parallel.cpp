#include "dispatch/parallel.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdarg>
#include <optional>
#include <vector>

#include "codegen/api.h"
#include "dispatch/exits.h"
#include "dispatch/frame_function.h"
#include "dispatch/frame_values.h"
#include "dispatch/managed.h"
#include "dispatch/native_frame.h"
#include "dispatch/version.h"
#include "ir/parallel_loops.h"
#include "runtime/helpers.h"
#include "support/check.h"
#include "support/options.h"
#include "support/thread_pool.h"

extern "C" int cg_array_matches(PyObject* array, int64_t detail);  // runtime/codegen_support.cpp

namespace aipy::dispatch {

using ir::ParallelLoop;
using Carried = ParallelLoop::Carried;
using codegen::PartStatus;

struct ParallelFacts {
    std::vector<ParallelLoop> loops;
    std::vector<double> iteration_ns;  // by loop: what one took on one thread; negative: not known
};

namespace {

constexpr int64_t most_parts = 64;
// Work below this is done before another thread has begun.
constexpr double least_ns = 30'000;
// Of a loop within a part that the interpreter runs, before it asks again for native code.
constexpr int64_t turns_between_looks = 64;
// Between two looks of the calling thread for signals.
constexpr double longest_without_look_ns = 20'000'000;

std::atomic<size_t> chosen_threads{0};

// One part of the iterations. What generated code sees of it comes first.
struct Part : codegen::PartRun {
    PartStatus status = PartStatus::Cancelled;
    std::vector<uint64_t> params;
    ir::FrameStateId state = ir::no_id;  // where it is parked
    uint32_t reason = 0;
    std::vector<uint64_t> cells;
};

double now_ns() {
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// ---- values -----------------------------------------------------------------------------------------------

bool is_float(const ir::Type& type) { return type.rep == ir::Rep::F64; }

// What a part begins with: what changes nothing, or what the loop was entered with.
uint64_t beginning(const ParallelLoop::Param& param, const ir::Type& type, uint64_t entered) {
    switch (param.carried) {
        case Carried::Sum: return is_float(type) ? std::bit_cast<uint64_t>(-0.0) : 0;
        case Carried::Product: return is_float(type) ? std::bit_cast<uint64_t>(1.0) : 1;
        case Carried::Or:
        case Carried::Xor: return 0;
        case Carried::Counter:
        case Carried::Stop:
        case Carried::Same:
        case Carried::Last:
        case Carried::Set:
        case Carried::Least:
        case Carried::Greatest:
        case Carried::And: return entered;
    }
    AIPY_UNREACHABLE();
}

// Of floats; none where NumPy would warn.
std::optional<uint64_t> combined_floats(Carried carried, const ir::Type& type, double so_far, double part) {
    double made = so_far;
    if (carried == Carried::Sum) made = so_far + part;
    if (carried == Carried::Product) made = so_far * part;
    if (carried == Carried::Least && part < so_far) made = part;
    if (carried == Carried::Greatest && part > so_far) made = part;
    if (!std::isfinite(made) && type.kind != ir::TypeKind::Float) return std::nullopt;
    return std::bit_cast<uint64_t>(made);
}

// What came before and what a part came to; none where that takes an object.
std::optional<uint64_t> combined(Carried carried, const ir::Type& type, uint64_t so_far, uint64_t part) {
    if (carried == Carried::Last || carried == Carried::Set) return part;
    if (is_float(type))
        return combined_floats(carried, type, std::bit_cast<double>(so_far), std::bit_cast<double>(part));
    const auto a = static_cast<int64_t>(so_far), b = static_cast<int64_t>(part);
    int64_t made = 0;
    switch (carried) {
        case Carried::Sum:
            if (__builtin_add_overflow(a, b, &made)) return std::nullopt;
            return static_cast<uint64_t>(made);
        case Carried::Product:
            if (__builtin_mul_overflow(a, b, &made)) return std::nullopt;
            return static_cast<uint64_t>(made);
        case Carried::Least: return static_cast<uint64_t>(std::min(a, b));
        case Carried::Greatest: return static_cast<uint64_t>(std::max(a, b));
        case Carried::And: return so_far & part;
        case Carried::Or: return so_far | part;
        case Carried::Xor: return so_far ^ part;
        case Carried::Counter:
        case Carried::Stop:
        case Carried::Same: return so_far;
        case Carried::Last:
        case Carried::Set: return part;
    }
    AIPY_UNREACHABLE();
}

// The same of objects: a new reference, or null with the error set.
PyObject* combined(Carried carried, PyObject* so_far, PyObject* part) {
    switch (carried) {
        case Carried::Sum: return PyNumber_Add(so_far, part);
        case Carried::Product: return PyNumber_Multiply(so_far, part);
        case Carried::And: return PyNumber_And(so_far, part);
        case Carried::Or: return PyNumber_Or(so_far, part);
        case Carried::Xor: return PyNumber_Xor(so_far, part);
        case Carried::Least:
        case Carried::Greatest: {
            const int better = PyObject_RichCompareBool(part, so_far, carried == Carried::Least ? Py_LT : Py_GT);
            return better < 0 ? nullptr : Py_NewRef(better != 0 ? part : so_far);
        }
        case Carried::Counter:
        case Carried::Stop:
        case Carried::Same:
        case Carried::Last:
        case Carried::Set: return Py_NewRef(part);
    }
    AIPY_UNREACHABLE();
}

// ---- parts that the interpreter runs ----------------------------------------------------------------------

// Under the GIL; threads may run such parts in turns.
struct InterpretedPart {
    interp::Unit* unit;
    ir::BlockId header;
    PyObject* iterator;              // the loop's, which only this part has
    std::vector<PyObject*> slots{};  // owned; at the part's end
    bool ended = false;
    InterpretedPart* other = nullptr;
};
InterpretedPart* interpreted_parts = nullptr;

class RunsInterpreted {
  public:
    explicit RunsInterpreted(InterpretedPart& part) : part_(part), counter_(part.unit->loop_counters[part.header]) {
        part.other = interpreted_parts;
        interpreted_parts = &part;
        part.unit->loop_counters[part.header] = 1;
    }
    ~RunsInterpreted() {
        InterpretedPart** place = &interpreted_parts;
        while (*place != &part_) place = &(*place)->other;
        *place = part_.other;
        part_.unit->loop_counters[part_.header] = std::max<int64_t>(counter_, 1);
    }
    RunsInterpreted(const RunsInterpreted&) = delete;
    RunsInterpreted& operator=(const RunsInterpreted&) = delete;

  private:
    InterpretedPart& part_;
    const int64_t counter_;
};

// ---- a run ------------------------------------------------------------------------------------------------

class Run {
  public:
    Run(Version& version, ParallelFacts& facts, size_t index, codegen::LoopPart code, const uint64_t* captured,
        uint64_t* params, const uint64_t* cells)
        : version_(version),
          function_(*version.function),
          loop_(facts.loops[index]),
          iteration_ns_(facts.iteration_ns[index]),
          code_(code),
          captured_(captured),
          params_(params),
          state_(function_.instr(loop_.poll).before) {
        cells_.assign(cells, cells + version.layout(state_).size());
    }

    // As aipy_parallel.
    int32_t run(PyObject** result) {
        if (!divide()) return 0;
        if (assumes_underflow() && rt_ignores_underflow() == 0) return end(leave(), result);
        run_parts();
        if (failed_) return end(raise(), result);
        if (version_.valid != 0 && arrays_match() && combine()) return 0;
        return end(go_on_with_objects(), result);
    }

  private:
    const ir::Block& header() const { return function_.block(loop_.header); }
    const ir::Type& type(size_t param) const { return function_.value(header().params[param]).type; }

    static int32_t end(PyObject* made, PyObject** result) {
        *result = made;
        return 1;
    }

    // What is called looks at NumPy's error state when it begins; parts do not.
    bool assumes_underflow() const {
        return std::ranges::any_of(version_.parts, [](const std::shared_ptr<Version>& part) {
            return part != nullptr && std::ranges::any_of(part->function->instrs, [](const ir::Instr& instr) {
                       return instr.op == ir::Op::GuardUnderflow;
                   });
        });
    }

    // The interpreter runs the loop.
    PyObject* leave() {
        FrameValues values(version_, state_, cells_);
        return go_on(version_, values, state_);
    }

    // False when there are no iterations.
    bool divide() {
        const auto start = static_cast<int64_t>(params_[loop_.counter]);
        const auto stop = static_cast<int64_t>(params_[loop_.stop]);
        const auto step = static_cast<int64_t>(params_[loop_.step]);
        const __int128 distance = step > 0 ? static_cast<__int128>(stop) - start : static_cast<__int128>(start) - stop;
        if (distance <= 0 || step == 0) return false;
        const __int128 stride = step > 0 ? static_cast<__int128>(step) : -static_cast<__int128>(step);
        iterations_ = static_cast<int64_t>((distance + stride - 1) / stride);
        const int64_t length = (iterations_ - 1) / most_parts + 1;
        parts_.resize(static_cast<size_t>((iterations_ - 1) / length + 1));
        for (size_t i = 0; i < parts_.size(); ++i) {
            Part& part = parts_[i];
            part.cancelled = &cancelled_;
            for (size_t p = 0; p < loop_.params.size(); ++p)
                part.params.push_back(beginning(loop_.params[p], type(p), params_[p]));
            const auto first = static_cast<int64_t>(i) * length;
            part.params[loop_.counter] = static_cast<uint64_t>(start + first * step);
            const bool is_last = i + 1 == parts_.size();
            if (!is_last) part.params[loop_.stop] = static_cast<uint64_t>(start + (first + length) * step);
        }
        behind_ = static_cast<uint64_t>(start + iterations_ * step);
        return true;
    }

    void run_part(Part& part) { part.status = code_(captured_, part.params.data(), &part); }

    // False when there is no other.
    bool run_next() {
        const size_t index = next_.fetch_add(1, std::memory_order_relaxed);
        if (index >= parts_.size() || __atomic_load_n(&cancelled_, __ATOMIC_RELAXED) != 0) return false;
        run_part(parts_[index]);
        return true;
    }

    static void help(void* data) {
        auto& run = *static_cast<Run*>(data);
        while (run.run_next()) {
        }
    }

    void run_parts() {
        const double begun = now_ns();
        size_t threads = std::min(thread_count(), parts_.size());
        double rest = iteration_ns_ < 0 ? least_ns : iteration_ns_ * static_cast<double>(iterations_);
        if (iteration_ns_ < 0 && static_cast<int64_t>(parts_.size()) == most_parts) {
            // How long iterations take is seen by the first part.
            run_next();
            rest = (now_ns() - begun) * static_cast<double>(parts_.size() - 1);
        }
        if (rest < least_ns) {
            threads = 1;
            while (run_next()) {
            }
        } else {
            run_without_gil(threads);
        }
        // Threads share processors and memory, so this is an estimate from above.
        iteration_ns_ = (now_ns() - begun) * static_cast<double>(threads) / static_cast<double>(iterations_);
    }

    void run_without_gil(size_t threads) {
        const uint8_t* pending = rt_poll_flags();
        PyThreadState* thread = PyEval_SaveThread();
        {
            support::Helpers helpers(threads - 1, help, this);
            double looked = now_ns();
            while (run_next()) {
                // A signal that another thread received may show in the flag only when this one takes the GIL.
                const bool is_due = now_ns() - looked > longest_without_look_ns;
                if (__atomic_load_n(pending, __ATOMIC_RELAXED) == 0 && !is_due) continue;
                handle_pending(thread);
                looked = now_ns();
            }
        }
        PyEval_RestoreThread(thread);
    }

    void handle_pending(PyThreadState*& thread) {
        PyEval_RestoreThread(thread);
        if (rt_poll_slow() < 0) {
            failed_ = true;
            __atomic_store_n(&cancelled_, uint8_t{1}, __ATOMIC_RELAXED);
        }
        thread = PyEval_SaveThread();
    }

    // ---- behind the loop, natively ----

    bool arrays_match() const {
        const std::vector<ir::ValueId>& layout = version_.layout(state_);
        for (size_t i = 0; i < layout.size(); ++i) {
            const ir::Type& type = function_.value(layout[i]).type;
            if (type.kind != ir::TypeKind::NDArray || type.detail == 0) continue;
            if (cg_array_matches(reinterpret_cast<PyObject*>(cells_[i]), type.detail) == 0) return false;
        }
        return true;
    }

    // Whether the part has set it.
    bool is_set(const Part& part, size_t index) const {
        const uint32_t bit = loop_.params[index].set_with;
        return bit == ir::no_id ? part.params[index] != params_[index] : part.params[bit] != 0;
    }

    // Puts the parts' values together. False where that takes the interpreter; nothing has changed then.
    bool combine() {
        std::vector<uint64_t> made(params_, params_ + loop_.params.size());
        for (const Part& part : parts_) {
            if (part.status != PartStatus::Done) return false;
            for (size_t i = 0; i < made.size(); ++i) {
                if (loop_.params[i].carried == Carried::Set && !is_set(part, i)) continue;
                const auto next = combined(loop_.params[i].carried, type(i), made[i], part.params[i]);
                if (!next) return false;
                made[i] = *next;
            }
        }
        made[loop_.counter] = behind_;
        std::ranges::copy(made, params_);
        return true;
    }

    // ---- behind the loop, in the interpreter ----

    // The state of the header with these parameters.
    std::vector<uint64_t> cells_with(const uint64_t* params) const {
        std::vector<uint64_t> cells = cells_;
        const std::vector<ir::ValueId>& layout = version_.layout(state_);
        for (size_t i = 0; i < layout.size(); ++i) {
            const auto param = std::ranges::find(header().params, layout[i]);
            if (param != header().params.end()) cells[i] = params[param - header().params.begin()];
        }
        return cells;
    }

    // Which parameter the slot shows; no_id where that is none, or one that stays as it is.
    size_t param_of(uint32_t slot) const {
        const ir::FrameState& state = function_.frame_states[state_];
        const auto param = std::ranges::find(header().params, ir::shown_value(state, state.slots[slot]));
        if (param == header().params.end()) return ir::no_id;
        const auto index = static_cast<size_t>(param - header().params.begin());
        const Carried carried = loop_.params[index].carried;
        return carried == Carried::Same || carried == Carried::Stop ? ir::no_id : index;
    }

    // Takes what the part came to into `so_far_`.
    bool take(const Part& part) {
        const std::vector<uint64_t> cells = cells_with(part.params.data());
        FrameValues values(version_, state_, cells);
        if (!values.decode_slots()) return false;
        for (auto& [slot, object] : so_far_) {
            const size_t param = param_of(slot);
            const Carried carried = loop_.params[param].carried;
            PyObject* came = values.slots()[slot];
            if (came == nullptr || (carried == Carried::Set && !is_set(part, param))) continue;
            PyObject* made = object == nullptr ? Py_NewRef(came) : combined(carried, object, came);
            if (made == nullptr) return false;
            Py_XSETREF(object, made);
        }
        return true;
    }

    // The parked part's numbers are parts of sums: they become what they would be if all before had come before.
    bool complete(FrameValues& values) {
        bool good = true;
        values.for_each_object([&](ir::ValueId value, PyObject*& object) {
            if (value == ir::no_id || object == nullptr || !good) return;
            for (const auto& [slot, before] : so_far_) {
                const size_t param = param_of(slot);
                if (!loop_.is_reduction(param) || !loop_.params[param].chain.contains(value) || before == nullptr)
                    continue;
                PyObject* made = combined(loop_.params[param].carried, before, object);
                good = made != nullptr;
                if (good) Py_SETREF(object, made);
                return;
            }
        });
        return good;
    }

    // The interpreter's value that is the loop's iterator.
    ir::ValueId iterator() const {
        const ir::FrameState& state = function_.frame_states[state_];
        for (const ir::FrameState::Temporary& temporary : state.temporaries) {
            if (temporary.value.kind != ir::StateValue::Kind::Virtual) continue;
            const ir::VirtualObject& object = state.virtuals[temporary.value.index];
            if (object.kind == ir::VirtualObject::Kind::RangeIterator &&
                object.parts[0].index == header().params[loop_.counter])
                return temporary.generic;
        }
        AIPY_UNREACHABLE();
    }

    // What slots hold that the parked part has not set so far, to be compared with; null for others.
    std::vector<PyObject*> slots_not_set(const Part& part, FrameValues& values) const {
        const ir::FrameState& state = function_.frame_states[part.state];
        const std::vector<ir::ValueId>& layout = version_.layout(part.state);
        std::vector<PyObject*> found(values.slots().size(), nullptr);
        for (const auto& [slot, object] : so_far_) {
            const auto shown = std::ranges::find(layout, ir::shown_value(state, state.slots[slot]));
            if (shown != layout.end() &&
                part.cells[static_cast<size_t>(shown - layout.begin())] == params_[param_of(slot)])
                found[slot] = values.slots()[slot];
        }
        return found;
    }

    // Runs what is left of a parked part. False when the function ended there: `result_`.
    bool finish(Part& part) {
        FrameValues values(version_, part.state, part.cells);
        count_exit(version_, part.state, part.reason, values);
        FrameFunction function(version_);
        result_ = nullptr;
        if (!values.decode(*version_.owner->generic) || function.get() == nullptr || !complete(values)) return false;
        hide_callers_locals(version_);
        const std::vector<PyObject*> not_set = slots_not_set(part, values);
        HiddenNativeFrame hidden(version_);
        interp::ResumeState state = values.take();
        state.function = function.get();
        state.stood_at = hidden.position();
        const auto own = std::ranges::find(state.temporaries, iterator(), &interp::ResumeState::Temporary::value);
        AIPY_CHECK(own != state.temporaries.end(), "a state in a loop has its iterator");
        const ir::InstrId poll = function_.frame_states[state_].position;
        InterpretedPart interpreted{
            .unit = version_.owner->unit.get(), .header = header_of(poll), .iterator = own->content.object};
        {
            RunsInterpreted running(interpreted);
            result_ = interp::resume(*version_.owner->unit, state);
        }
        if (!interpreted.ended) return false;
        Py_CLEAR(result_);
        for (auto& [slot, object] : so_far_) {
            const bool is_kept = loop_.params[param_of(slot)].carried == Carried::Set &&
                                 (interpreted.slots[slot] == nullptr || interpreted.slots[slot] == not_set[slot]);
            if (!is_kept) Py_XSETREF(object, std::exchange(interpreted.slots[slot], nullptr));
        }
        for (PyObject* object : interpreted.slots) Py_XDECREF(object);
        return true;
    }

    // The generic block that begins with the poll.
    ir::BlockId header_of(ir::InstrId poll) const {
        const ir::Function& generic = *version_.owner->generic;
        for (ir::BlockId id = 0; id < generic.blocks.size(); ++id)
            if (std::ranges::find(generic.block(id).instrs, poll) != generic.block(id).instrs.end()) return id;
        AIPY_UNREACHABLE();
    }

    bool note_entered() {
        FrameValues values(version_, state_, cells_);
        if (!values.decode_slots()) return false;
        for (uint32_t slot = 0; slot < values.slots().size(); ++slot)
            if (param_of(slot) != ir::no_id) so_far_.emplace_back(slot, Py_XNewRef(values.slots()[slot]));
        return true;
    }

    // Where an error comes up that no Python code has raised.
    PyObject* raise() {
        for (auto& [slot, object] : so_far_) Py_CLEAR(object);
        FrameValues values(version_, state_, cells_);
        return raise_in_interpreter(version_, state_, values);
    }

    // The function is over, as the interpreter ended it: what the native frame owned goes.
    PyObject* give_up() {
        PyObject* raised = PyErr_GetRaisedException();
        for (auto& [slot, object] : so_far_) Py_CLEAR(object);
        FrameValues(version_, state_, cells_).release_owned();
        PyErr_SetRaisedException(raised);
        return result_;
    }

    PyObject* go_on_with_objects() {
        if (!note_entered()) return raise();
        for (Part& part : parts_) {
            if (part.status == PartStatus::Parked) {
                if (!finish(part)) return give_up();
            } else if (!take(part)) {
                return raise();
            }
        }
        std::vector<uint64_t> params(params_, params_ + loop_.params.size());
        params[loop_.counter] = behind_;
        const std::vector<uint64_t> cells = cells_with(params.data());
        FrameValues values(version_, state_, cells);
        return go_on(version_, values, state_, nullptr, so_far_);
    }

    Version& version_;
    const ir::Function& function_;
    const ParallelLoop& loop_;
    double& iteration_ns_;
    const codegen::LoopPart code_;
    const uint64_t* const captured_;
    uint64_t* const params_;  // as the loop was entered
    const ir::FrameStateId state_;
    std::vector<uint64_t> cells_;
    std::vector<Part> parts_;
    int64_t iterations_ = 0;
    uint64_t behind_ = 0;  // the counter behind the last iteration
    std::atomic<size_t> next_{0};
    uint8_t cancelled_ = 0;
    bool failed_ = false;  // an error is set
    // Slots that the loop changes, and what they hold behind the parts that were gone through.
    std::vector<SlotValue> so_far_;
    PyObject* result_ = nullptr;
};

std::shared_ptr<ParallelFacts> facts_of(const Version& version) {
    auto facts = std::make_shared<ParallelFacts>();
    const auto callee = [&](size_t index) {
        return version.parts[index] == nullptr ? nullptr : version.parts[index]->function.get();
    };
    facts->loops = ir::find_parallel_loops(*version.function, version.owner->settings.options.fastmath(), callee).loops;
    facts->iteration_ns.assign(facts->loops.size(), -1);
    return facts;
}

}  // namespace

PartOfLoop part_at_header(interp::Unit& unit, ir::BlockId header, interp::Activation& activation) {
    if (interpreted_parts == nullptr) [[likely]]
        return PartOfLoop::None;
    const std::span<const ir::ValueId> temporaries = interp::live_temporaries(unit, header);
    std::vector<PyObject*> values(unit.generic.slots.size() + temporaries.size());
    bool is_unit_of_part = false, is_header_of_part = false;
    for (InterpretedPart* part = interpreted_parts; part != nullptr; part = part->other) {
        if (part->unit != &unit) continue;
        is_unit_of_part = true;
        if (part->header != header) continue;
        is_header_of_part = true;
        interp::peek_entry_values(activation, header, values.data());
        const auto own = std::find(values.begin() + static_cast<std::ptrdiff_t>(unit.generic.slots.size()),
                                   values.end(), part->iterator);
        if (own == values.end()) continue;
        unit.loop_counters[header] = 1;
        if (PyObject_LengthHint(part->iterator, 0) > 0) return PartOfLoop::GoesOn;
        interp::take_entry_values(activation, header, values.data());
        for (size_t i = unit.generic.slots.size(); i < values.size(); ++i) Py_XDECREF(values[i]);
        values.resize(unit.generic.slots.size());
        part->slots = std::move(values);
        part->ended = true;
        activation.result = Py_NewRef(Py_None);
        return PartOfLoop::Ended;
    }
    // Native code that was entered at another loop, within the part, would go on behind the part's end.
    if (is_unit_of_part) unit.loop_counters[header] = is_header_of_part ? 1 : turns_between_looks;
    return is_unit_of_part ? PartOfLoop::GoesOn : PartOfLoop::None;
}

size_t thread_count() {
    if (const size_t chosen = chosen_threads.load(std::memory_order_relaxed); chosen != 0) return chosen;
    const auto wanted = static_cast<size_t>(support::process_options().num_threads());
    const size_t count = wanted != 0 ? wanted : support::processor_count();
    chosen_threads.store(count, std::memory_order_relaxed);
    return count;
}

void set_thread_count(size_t count) { chosen_threads.store(count, std::memory_order_relaxed); }

}  // namespace aipy::dispatch

using namespace aipy;
using namespace aipy::dispatch;

extern "C" {

int32_t aipy_parallel(void* version_address, uint32_t header, void* part, const uint64_t* captured, uint64_t* params,
                      const uint64_t* cells, PyObject** result) noexcept {
    auto& version = *static_cast<Version*>(version_address);
    if (version.parallel == nullptr) version.parallel = facts_of(version);
    ParallelFacts& facts = *version.parallel;
    const auto loop = std::ranges::find(facts.loops, header, &ir::ParallelLoop::header);
    AIPY_CHECK(loop != facts.loops.end(), "the code generator found the loop, too");
    const auto index = static_cast<size_t>(loop - facts.loops.begin());
    return Run(version, facts, index, reinterpret_cast<codegen::LoopPart>(part), captured, params, cells).run(result);
}

void aipy_park(void* run, uint32_t frame_state, uint32_t reason, uint32_t count, ...) noexcept {
    auto& part = *static_cast<Part*>(static_cast<codegen::PartRun*>(run));
    part.state = frame_state;
    part.reason = reason;
    std::va_list cells;
    va_start(cells, count);
    for (uint32_t i = 0; i < count; ++i) part.cells.push_back(va_arg(cells, uint64_t));
    va_end(cells);
}

}  // extern "C"
