#include <cmath>

#include "harness.hpp"
using bench::Int;
using Vector = std::vector<double>;

static constexpr Int bodies = 48;

static void pull(const Vector& place, Vector& speed, const Vector& mass, double step) {
    for (Int i = 0; i < bodies; ++i) {
        for (Int j = 0; j < bodies; ++j) {
            if (i == j) continue;
            double square = 0.01;
            for (Int k = 0; k < 3; ++k) {
                const double apart = place[j * 3 + k] - place[i * 3 + k];
                square += apart * apart;
            }
            const double weight = step * mass[j] / (square * std::sqrt(square));
            for (Int k = 0; k < 3; ++k) speed[i * 3 + k] += weight * (place[j * 3 + k] - place[i * 3 + k]);
        }
    }
}

static void move(Vector& place, const Vector& speed, double step) {
    for (Int i = 0; i < bodies; ++i)
        for (Int k = 0; k < 3; ++k) place[i * 3 + k] += step * speed[i * 3 + k];
}

static double run(Int steps) {
    Vector place(bodies * 3), speed(bodies * 3), mass(bodies);
    for (Int i = 0; i < bodies; ++i) {
        mass[i] = 1.0 + static_cast<double>(i % 5);
        for (Int k = 0; k < 3; ++k) {
            place[i * 3 + k] = static_cast<double>((i * 37 + k * 53) % 101) / 10.0;
            speed[i * 3 + k] = static_cast<double>((i * 11 + k * 29) % 13) / 13.0;
        }
    }
    for (Int i = 0; i < steps; ++i) {
        pull(place, speed, mass, 0.01);
        move(place, speed, 0.01);
    }
    double total = 0.0;
    for (Int i = 0; i < bodies; ++i)
        for (Int k = 0; k < 3; ++k) total += mass[i] * speed[i * 3 + k] * speed[i * 3 + k] + place[i * 3 + k];
    return total;
}

BENCH_MAIN(run)
