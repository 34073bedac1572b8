#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>

#include "harness.hpp"
using bench::Int;

class Random {
  public:
    explicit Random(Int state) : state_(state) {}
    Int below(Int limit) {
        state_ = bench::next_state(state_);
        return state_ / 65536 % limit;
    }
    Int between(Int low, Int high) { return low + below(high - low + 1); }

  private:
    Int state_;
};

class Simulation {
  public:
    void schedule(Int delay, std::function<void()> action) {
        events_.push({now + delay, ++scheduled_, std::move(action)});
    }
    void run() {
        while (!events_.empty()) {
            Event event = std::move(const_cast<Event&>(events_.top()));
            events_.pop();
            now = event.time;
            event.action();
        }
    }
    Int now = 0;

  private:
    struct Event {
        Int time, order;
        std::function<void()> action;
        bool operator<(const Event& other) const {
            return time != other.time ? time > other.time : order > other.order;
        }
    };
    std::priority_queue<Event> events_;
    Int scheduled_ = 0;
};

struct Customer {
    Int arrived;
    std::vector<Int> route;
    bool urgent;
    std::size_t visited = 0;
    Int waited = 0;
};
using CustomerHandle = std::shared_ptr<Customer>;
using Leave = std::function<void(const CustomerHandle&)>;

struct Statistics {
    Int served = 0, waiting = 0, longest = 0;
    std::map<Int, Int> by_length;

    void record(Int wait, Int length) {
        ++served;
        waiting += wait;
        longest = std::max(longest, wait);
        ++by_length[length];
    }
};

class Station {
  public:
    Station(Simulation& simulation, Random& random, Int servers, Int low, Int high)
        : simulation_(simulation), random_(random), free_(servers), low_(low), high_(high) {}
    virtual ~Station() = default;

    virtual Int service_time(const Customer&) { return random_.between(low_, high_); }

    void arrive(const CustomerHandle& customer, Leave leave) {
        Entry entry{customer, simulation_.now, std::move(leave)};
        if (customer->urgent)
            queue_.push_front(std::move(entry));
        else
            queue_.push_back(std::move(entry));
        if (free_ > 0) begin();
    }

    Statistics statistics;

  private:
    struct Entry {
        CustomerHandle customer;
        Int since;
        Leave leave;
    };

    void begin() {
        Entry entry = std::move(queue_.front());
        queue_.pop_front();
        const Int wait = simulation_.now - entry.since;
        statistics.record(wait, static_cast<Int>(queue_.size()));
        entry.customer->waited += wait;
        --free_;
        simulation_.schedule(service_time(*entry.customer), [this, entry] { finish(entry); });
    }

    void finish(const Entry& entry) {
        ++free_;
        if (!queue_.empty()) begin();
        entry.leave(entry.customer);
    }

    Simulation& simulation_;
    Random& random_;
    Int free_, low_, high_;
    std::deque<Entry> queue_;
};

class FastLane : public Station {
  public:
    using Station::Station;
    Int service_time(const Customer& customer) override { return customer.urgent ? 1 : Station::service_time(customer); }
};

class Shop {
  public:
    explicit Shop(Int seed) : random_(seed) {
        stations.push_back(std::make_unique<Station>(simulation_, random_, 1, 2, 5));
        stations.push_back(std::make_unique<Station>(simulation_, random_, 3, 9, 21));
        stations.push_back(std::make_unique<FastLane>(simulation_, random_, 2, 3, 12));
    }

    void open(Int customers) {
        for (Int number = 0; number < customers; ++number) {
            std::vector<Int> route{0, 1, 2};
            if (random_.below(3) == 0) route = {0, 2};
            const bool urgent = random_.below(10) == 0;
            auto customer = std::make_shared<Customer>(Customer{number * 6, route, urgent});
            simulation_.schedule(customer->arrived, [=, this] { proceed(customer); });
        }
        simulation_.run();
    }

    std::vector<std::unique_ptr<Station>> stations;
    Int checksum = 0;

  private:
    void proceed(const CustomerHandle& customer) {
        if (customer->visited == customer->route.size()) {
            const Int spent = simulation_.now - customer->arrived;
            checksum = (checksum * 31 + spent + customer->waited) % 1000000007;
            return;
        }
        Station& station = *stations[customer->route[customer->visited++]];
        station.arrive(customer, [this](const CustomerHandle& gone) { proceed(gone); });
    }

    Random random_;
    Simulation simulation_;
};

static Int run(Int customers) {
    Shop shop(11);
    shop.open(customers);
    Int checksum = shop.checksum;
    for (const auto& station : shop.stations) {
        const Statistics& found = station->statistics;
        checksum = (checksum * 31 + found.served + found.waiting + found.longest) % 1000000007;
        for (const auto& [length, times] : found.by_length) checksum = (checksum * 31 + length * times) % 1000000007;
    }
    return checksum;
}

BENCH_MAIN(run)
