#include "dispatch/compiler.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <new>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "dispatch/codegen_library.h"
#include "dispatch/install.h"
#include "dispatch/stress.h"
#include "runtime/cpython/dict_watch.h"
#include "support/check.h"
#include "support/clock.h"
#include "support/heap_room.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

void* data_of(const Job& job, Version& version, const Job::Addresses& addresses, std::string_view symbol) {
    if (symbol == "aipy_version") return &version;
    if (symbol == "aipy_valid") return job.step == Step::Quick ? &version.current : &version.valid;
    if (symbol == "aipy_context") return addresses.context;
    if (symbol == "aipy_caches") return addresses.caches;
    if (symbol == "aipy_bytecode") return addresses.bytecode;
    if (symbol == "aipy_objects") return version.objects.data();
    if (symbol == "aipy_stress") return version.stress.data();
    return nullptr;
}

// What a compiler thread is asked for each name that generated code refers to.
void* resolve(void* user, const char* name) {
    auto& job = *static_cast<Job*>(user);
    std::string_view symbol = name;
    if (!symbol.starts_with("aipy_")) return common_symbol(name);
    void* found = nullptr;
    if (size_t dot = symbol.find('.'); dot != std::string_view::npos) {
        size_t index = std::strtoul(name + dot + 1, nullptr, 10);
        found = data_of(job, *job.version->parts[index], job.part_addresses[index], symbol.substr(0, dot));
    } else {
        found = data_of(job, *job.version, job.addresses, symbol);
    }
    return found != nullptr ? found : common_symbol(name);
}

codegen::CompileInput input_of(Job& job, const ir::Function* function, const Job::Addresses& addresses) {
    codegen::CompileInput input;
    input.function = function;
    input.symbol_prefix = job.name;
    input.fastmath = job.fastmath;
    input.boundscheck = job.boundscheck;
    input.stress_guards = job.stress;
    input.looks_at_dicts = !runtime::cpython::dicts_tell;
    input.opt_level = job.step == Step::Quick ? 0 : job.opt_level;
    input.want_llvm_text = input.want_asm = job.want_machine_texts;
    input.bytecode_offsets = addresses.bytecode_offsets.get();
    input.resolver = {resolve, &job};
    return input;
}

// The function itself, then those whose bodies it calls; null where nothing does.
const ir::Function* function_of(const Job& job) {
    return job.step == Step::Upgrade ? job.version->function.get() : job.result.function.get();
}
const ir::Function* function_of_part(const Job& job, size_t index) {
    if (job.step != Step::Upgrade)
        return job.result.callees[index] == nullptr ? nullptr : job.result.callees[index]->function.get();
    const Version* part = job.version->parts[index].get();
    return part == nullptr ? nullptr : part->function.get();
}

codegen::CompileInput input_of(Job& job) {
    codegen::CompileInput input = input_of(job, function_of(job), job.addresses);
    if (!job.version->entry_places.empty()) input.entry_places = &job.version->entry_places;
    input.cells_place = job.version->cells_place;
    for (size_t i = 0; i < job.version->parts.size(); ++i) {
        input.callees.push_back(input_of(job, function_of_part(job, i), job.part_addresses[i]));
        input.callees.back().data_suffix = "." + std::to_string(i);
    }
    return input;
}

void make_room_for_stress(Job& job) {
    make_room_for_stress(*job.version, *job.result.function);
    for (size_t i = 0; i < job.result.callees.size(); ++i)
        if (const auto& callee = job.result.callees[i]) make_room_for_stress(*job.version->parts[i], *callee->function);
}

const char* step_name(Step step) {
    switch (step) {
        case Step::Quick: return "quick";
        case Step::Full: return "full";
        case Step::Late: return "late";
        case Step::Upgrade: return "upgrade";
    }
    AIPY_UNREACHABLE();
}

// The whole of one compilation. Touches nothing of Python's.
void compile(Job& job) {
    const double start = support::thread_milliseconds();
    if (job.step != Step::Upgrade) {
        job.result = opt::specialise(job.request);
        job.error = job.result.error;
        if (!job.error.empty()) return;
        if (job.stress) make_room_for_stress(job);
    }
    codegen::CodegenApi* codegen = load_codegen(job.error);
    if (codegen == nullptr) return;
    job.output = codegen->compile(input_of(job));
    job.error = job.output.error;
    job.compile_ms = support::thread_milliseconds() - start;
    support::log(support::LogTopic::Compile, "%s: version %u, %s, in %.1f ms (passes %.1f, code %.1f), %zu bytes%s%s%s",
                 job.name.c_str(), job.version->number, step_name(job.step), job.compile_ms, job.output.passes_ms,
                 job.output.codegen_ms, job.output.code_bytes, job.output.was_kept ? ", from the cache" : "",
                 job.error.empty() ? "" : ": ", job.error.c_str());
}

// Optimised code that waits to be made, how often the version was seen running, and in which look last.
struct Candidate {
    std::unique_ptr<Job> job;
    uint32_t sightings = 0;
    uint64_t last_seen = 0;
};
constexpr uint32_t sightings_needed = 2;
// Between two looks; longer and longer while nothing waits that runs.
constexpr std::chrono::milliseconds shortest_pause{4}, longest_pause{1000};
// On a busy machine the program itself goes first: it has native code already.
constexpr int upgrader_niceness = 5;

int install_pending(void*) {
    install_results();
    return 0;
}

class Compiler {
  public:
    void add(std::unique_ptr<Job> job) {
        std::lock_guard lock(mutex_);
        if (job->step == Step::Upgrade)
            candidates_.push_back({std::move(job)});
        else if (job->step == Step::Late)
            candidates_.push_back({std::move(job), sightings_needed, looks_});
        else
            enqueue(std::move(job));
        pause_ = shortest_pause;
        start_threads();
        changed_.notify_all();
    }

    void call_later(int (*function)(void*), std::chrono::steady_clock::time_point time) {
        std::lock_guard lock(mutex_);
        alarm_function_ = function;
        alarm_ = alarm_ ? std::min(*alarm_, time) : time;
        start_threads();
        changed_.notify_all();
    }

    bool ready() const { return ready_.load(std::memory_order_acquire); }

    std::vector<std::unique_ptr<Job>> take_finished() {
        std::lock_guard lock(mutex_);
        ready_.store(false, std::memory_order_release);
        return std::exchange(finished_, {});
    }

    bool wait_until_idle(double seconds) {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        auto idle = [this] {
            bool more = std::ranges::any_of(candidates_, [this](const auto& candidate) { return worth_it(candidate); });
            return (queue_.empty() && !more && running_ == 0) || stopping_;
        };
        bool is_idle = changed_.wait_for(lock, std::chrono::duration<double>(seconds), idle);
        --waiting_;
        return is_idle;
    }

    void stop() {
        std::lock_guard lock(mutex_);
        stopping_ = true;  // what is queued stays there: its functions know of it
        changed_.notify_all();
    }

    // Around fork: nothing is half done while the child's memory is copied.
    void before_fork() {
        mutex_.lock();
        while (running_ != 0) {
            std::unique_lock lock(mutex_, std::adopt_lock);
            changed_.wait(lock);
            lock.release();
        }
    }
    void after_fork_in_parent() { mutex_.unlock(); }
    // The threads are gone. What was queued goes on in new ones.
    void after_fork_in_child() {
        new (&changed_) std::condition_variable();
        new (&mutex_) std::mutex();
        has_compiler_ = has_upgrader_ = false;
        waiting_ = 0;
        start_threads();
    }

  private:
    // What the interpreter waits for comes before what CPython runs meanwhile.
    void enqueue(std::unique_ptr<Job> job) {
        auto place = queue_.end();
        if (job->interpreter_waits)
            place = std::ranges::find_if(queue_, [](const auto& queued) { return !queued->interpreter_waits; });
        queue_.insert(place, std::move(job));
    }

    // First code never waits behind an upgrade, so each has its thread.
    void start_threads() {
        if (stopping_) return;
        if ((!queue_.empty() || alarm_) && !std::exchange(has_compiler_, true))
            std::thread([this] { compile_queue(); }).detach();
        if (!candidates_.empty() && !std::exchange(has_upgrader_, true)) std::thread([this] { upgrade(); }).detach();
    }

    void compile_queue() {
        support::make_heap_room();
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (queue_.empty()) {
                wait_for_job(lock);
                continue;
            }
            std::unique_ptr<Job> job = std::move(queue_.front());
            queue_.pop_front();
            run(std::move(job), lock);
        }
    }

    void wait_for_job(std::unique_lock<std::mutex>& lock) {
        if (!alarm_) return changed_.wait(lock);
        if (changed_.wait_until(lock, *alarm_) == std::cv_status::no_timeout || stopping_ || !alarm_) return;
        if (std::chrono::steady_clock::now() < *alarm_) return;
        alarm_.reset();
        Py_AddPendingCall(alarm_function_, nullptr);
    }

    void upgrade() {
        setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), upgrader_niceness);
        support::make_heap_room();
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (std::unique_ptr<Job> job = next_upgrade())
                run(std::move(job), lock);
            else if (!pause(lock))
                continue;
            look();
        }
    }

    // Who waits wants all that later calls will run.
    bool worth_it(const Candidate& candidate) const {
        return candidate.sightings >= sightings_needed || (waiting_ > 0 && !candidate.job->version->spare);
    }

    // What runs now comes before what ran a while ago, and may have been replaced since.
    std::unique_ptr<Job> next_upgrade() {
        auto last_seen = [&](const Candidate& candidate) {
            return std::tuple(worth_it(candidate), candidate.last_seen, candidate.sightings);
        };
        auto found = std::ranges::max_element(candidates_, {}, last_seen);
        if (found == candidates_.end() || !worth_it(*found)) return nullptr;
        std::unique_ptr<Job> job = std::move(found->job);
        candidates_.erase(found);
        return job;
    }

    // Which candidates run now.
    void look() {
        ++looks_;
        bool seen = false;
        for (Candidate& candidate : candidates_) {
            const Version& version = *candidate.job->version;
            // What was dropped is given back, to be destroyed under the GIL.
            if (version.dropped) candidate.sightings = sightings_needed;
            if (version.active == 0) continue;
            ++candidate.sightings;
            candidate.last_seen = looks_;
            seen = true;
        }
        pause_ = seen ? shortest_pause : std::min(pause_ * 2, longest_pause);
    }

    void run(std::unique_ptr<Job> job, std::unique_lock<std::mutex>& lock) {
        ++running_;
        lock.unlock();
        if (!job->version->dropped) compile(*job);
        lock.lock();
        --running_;
        finished_.push_back(std::move(job));
        ready_.store(true, std::memory_order_release);
        changed_.notify_all();
        // A loop that runs in quick code asks for nothing by itself, nor does a function that naps.
        if (!stopping_) Py_AddPendingCall(install_pending, nullptr);
    }

    // Whether it is time to look again; false when something else has happened.
    bool pause(std::unique_lock<std::mutex>& lock) {
        if (!candidates_.empty()) return changed_.wait_for(lock, pause_) == std::cv_status::timeout;
        changed_.wait(lock);
        return false;
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Job>> queue_;
    std::vector<Candidate> candidates_;
    std::vector<std::unique_ptr<Job>> finished_;
    std::chrono::milliseconds pause_ = shortest_pause;
    uint64_t looks_ = 0;
    size_t running_ = 0, waiting_ = 0;
    std::optional<std::chrono::steady_clock::time_point> alarm_;
    int (*alarm_function_)(void*) = nullptr;
    bool has_compiler_ = false, has_upgrader_ = false;
    bool stopping_ = false;
    std::atomic<bool> ready_{false};
};

// Never destroyed: a thread may look at it while the process exits.
Compiler& compiler() {
    static Compiler* instance = [] {
        auto* made = new Compiler;
        pthread_atfork([] { compiler().before_fork(); }, [] { compiler().after_fork_in_parent(); },
                       [] { compiler().after_fork_in_child(); });
        return made;
    }();
    return *instance;
}

std::atomic<bool> any_compiler{false};

}  // namespace

void submit(std::unique_ptr<Job> job, bool in_background) {
    if (in_background) {
        any_compiler.store(true, std::memory_order_relaxed);
        compiler().add(std::move(job));
        return;
    }
    compile(*job);
    install(std::move(job));
}

void call_later(int (*function)(void*), std::chrono::steady_clock::time_point time) {
    any_compiler.store(true, std::memory_order_relaxed);
    compiler().call_later(function, time);
}

bool results_ready() { return any_compiler.load(std::memory_order_relaxed) && compiler().ready(); }

void install_finished() {
    for (std::unique_ptr<Job>& job : compiler().take_finished()) install(std::move(job));
}

bool wait_for_compiler(double seconds) {
    if (!any_compiler.load(std::memory_order_relaxed)) return true;
    bool idle = false;
    Py_BEGIN_ALLOW_THREADS idle = compiler().wait_until_idle(seconds);
    Py_END_ALLOW_THREADS install_results();
    return idle;
}

void stop_compiler() {
    if (any_compiler.load(std::memory_order_relaxed)) compiler().stop();
}

void forget_jobs(Managed& managed) {
    for (Job* job : managed.jobs) job->managed = nullptr;
    managed.jobs.clear();
}

}  // namespace aipy::dispatch
