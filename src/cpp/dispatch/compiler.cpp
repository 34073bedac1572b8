#include "dispatch/compiler.h"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include "dispatch/codegen_library.h"
#include "dispatch/install.h"
#include "dispatch/stress.h"
#include "support/log.h"

namespace aipy::dispatch {
namespace {

// What a compiler thread is asked for each name that generated code refers to.
void* resolve(void* user, const char* name) {
    auto& job = *static_cast<Job*>(user);
    std::string_view symbol = name;
    if (symbol == "aipy_version") return job.version.get();
    if (symbol == "aipy_context") return job.context;
    if (symbol == "aipy_caches") return job.caches;
    if (symbol == "aipy_bytecode") return job.bytecode;
    if (symbol == "aipy_objects") return job.version->objects.data();
    if (symbol == "aipy_stress") return job.version->stress.data();
    return common_symbol(name);
}

codegen::CompileInput input_of(Job& job) {
    codegen::CompileInput input;
    input.function = job.result.function.get();
    input.symbol_prefix = job.name;
    input.fastmath = job.fastmath;
    input.boundscheck = job.boundscheck;
    input.stress_guards = job.stress;
    input.opt_level = job.opt_level;
    input.want_llvm_text = job.want_llvm;
    input.bytecode_offsets = job.bytecode_offsets.get();
    input.resolver = {resolve, &job};
    return input;
}

// The whole of one compilation. Touches nothing of Python's.
void compile(Job& job) {
    auto start = std::chrono::steady_clock::now();
    job.result = opt::specialise(job.request);
    job.error = job.result.error;
    if (!job.error.empty()) return;
    if (job.stress) job.version->stress.assign(job.result.function->frame_states.size(), 0);
    codegen::CodegenApi* codegen = load_codegen(job.error);
    if (codegen == nullptr) return;
    job.output = codegen->compile(input_of(job));
    job.error = job.output.error;
    std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
    job.version->compile_ms = taken.count();
    support::log(support::LogTopic::Compile, "%s: version %u in %.1f ms (passes %.1f, code %.1f), %zu bytes%s%s",
                 job.name.c_str(), job.version->number, taken.count(), job.output.passes_ms, job.output.codegen_ms,
                 job.output.code_bytes, job.error.empty() ? "" : ": ", job.error.c_str());
}

class Compiler {
  public:
    void add(std::unique_ptr<Job> job) {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(job));
        if (threads_.empty() && !stopping_) threads_.emplace_back([this] { work(); });
        changed_.notify_one();
    }

    bool ready() const { return ready_.load(std::memory_order_acquire); }

    std::vector<std::unique_ptr<Job>> take_finished() {
        std::lock_guard lock(mutex_);
        ready_.store(false, std::memory_order_release);
        return std::exchange(finished_, {});
    }

    bool wait_until_idle(double seconds) {
        std::unique_lock lock(mutex_);
        auto idle = [this] { return running_ == 0 && (queue_.empty() || stopping_); };
        return changed_.wait_for(lock, std::chrono::duration<double>(seconds), idle);
    }

    void stop() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;  // what is queued stays there: its functions know of it
            changed_.notify_all();
        }
        for (std::thread& thread : threads_) thread.join();
        threads_.clear();
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
    // The threads are gone. What was queued goes on in new ones; handles of the old ones must not be joined.
    void after_fork_in_child() {
        new (&threads_) std::vector<std::thread>();
        new (&changed_) std::condition_variable();
        new (&mutex_) std::mutex();
        if (!queue_.empty() && !stopping_) threads_.emplace_back([this] { work(); });
    }

  private:
    void work() {
        std::unique_lock lock(mutex_);
        while (!stopping_) {
            if (queue_.empty()) {
                changed_.wait(lock);
                continue;
            }
            std::unique_ptr<Job> job = std::move(queue_.front());
            queue_.pop_front();
            ++running_;
            lock.unlock();
            compile(*job);
            lock.lock();
            --running_;
            finished_.push_back(std::move(job));
            ready_.store(true, std::memory_order_release);
            changed_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::unique_ptr<Job>> queue_;
    std::vector<std::unique_ptr<Job>> finished_;
    std::vector<std::thread> threads_;
    size_t running_ = 0;
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
    if (!any_compiler.load(std::memory_order_relaxed)) return;
    Py_BEGIN_ALLOW_THREADS compiler().stop();
    Py_END_ALLOW_THREADS
}

void forget_jobs(Managed& managed) {
    for (Job* job : managed.jobs) job->managed = nullptr;
    managed.jobs.clear();
}

}  // namespace aipy::dispatch
