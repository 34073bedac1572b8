#include "support/thread_pool.h"

#include <pthread.h>
#include <sched.h>

#include <condition_variable>
#include <csignal>
#include <mutex>
#include <system_error>
#include <thread>

namespace aipy::support {

namespace {

class Pool {
  public:
    bool start(size_t count, void (*work)(void*), void* data) {
        std::unique_lock lock(mutex_);
        if (busy_) return false;
        busy_ = true;
        while (threads_ < count && add_thread()) ++threads_;
        work_ = work;
        data_ = data;
        wanted_ = count < threads_ ? count : threads_;
        lock.unlock();
        if (count == 1)
            work_came_.notify_one();
        else
            work_came_.notify_all();
        return true;
    }

    void finish() {
        std::unique_lock lock(mutex_);
        wanted_ = 0;
        work_ended_.wait(lock, [&] { return running_ == 0; });
        busy_ = false;
    }

  private:
    // Signals are the program's own threads' business.
    bool add_thread() {
        sigset_t all, before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        bool made = true;
        try {
            std::thread([this] { help(); }).detach();
        } catch (const std::system_error&) {
            made = false;
        }
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
        return made;
    }

    [[noreturn]] void help() {
        std::unique_lock lock(mutex_);
        for (;;) {
            work_came_.wait(lock, [&] { return wanted_ > 0; });
            --wanted_;
            ++running_;
            auto* work = work_;
            void* data = data_;
            lock.unlock();
            work(data);
            lock.lock();
            if (--running_ == 0) work_ended_.notify_all();
        }
    }

    std::mutex mutex_;
    std::condition_variable work_came_, work_ended_;
    void (*work_)(void*) = nullptr;
    void* data_ = nullptr;
    size_t threads_ = 0, wanted_ = 0, running_ = 0;
    bool busy_ = false;
};

Pool* pool = nullptr;

// What a child of fork has of the old one is its memory only: locks may be held, and the threads are gone.
Pool& the_pool() {
    static const bool follows_forks = [] {
        pool = new Pool;
        pthread_atfork(nullptr, nullptr, [] { pool = new Pool; });
        return true;
    }();
    static_cast<void>(follows_forks);
    return *pool;
}

}  // namespace

Helpers::Helpers(size_t count, void (*work)(void*), void* data)
    : has_pool_(count > 0 && the_pool().start(count, work, data)) {}

Helpers::~Helpers() {
    if (has_pool_) the_pool().finish();
}

size_t processor_count() {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<size_t>(CPU_COUNT(&set));
    return std::thread::hardware_concurrency() == 0 ? 1 : std::thread::hardware_concurrency();
}

}  // namespace aipy::support
