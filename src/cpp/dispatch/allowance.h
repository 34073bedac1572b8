// How much of the program's time aipy may take from it for functions of which nothing is known yet.
//
// Parsing and laying out a function costs the running thread about as much as a thousand of its loop's turns, and most
// functions of most programs never pay that back. So this work is bounded by a share of the time the program has been
// running, with something on top to begin with: the first functions are taken up at their first call, and a program of
// many functions that are called once or twice is hardly slower than without aipy. Needs the GIL.
#pragma once

#include <chrono>

namespace aipy::dispatch {

// Whether there is time left for another function. The time that counts begins with the first question.
bool allowance_is_left();
// When there will be, if nothing is charged before.
std::chrono::steady_clock::time_point allowance_comes();

// Charges what the calling thread computes during its lifetime: not what it waits for a processor.
class Charge {
  public:
    Charge();
    ~Charge();
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

  private:
    double begin_;  // milliseconds
};

}  // namespace aipy::dispatch
