#include <cmath>

#include "harness.hpp"
using bench::Int;
using Vector = std::vector<double>;

static constexpr Int bodies = 5;

static void advance(Vector& x, Vector& y, Vector& z, Vector& u, Vector& v, Vector& w, const Vector& mass, double step) {
    for (Int i = 0; i < bodies; ++i) {
        for (Int j = i + 1; j < bodies; ++j) {
            const double dx = x[i] - x[j], dy = y[i] - y[j], dz = z[i] - z[j];
            const double square = dx * dx + dy * dy + dz * dz;
            const double pull = step / (square * std::sqrt(square));
            u[i] -= dx * mass[j] * pull;
            v[i] -= dy * mass[j] * pull;
            w[i] -= dz * mass[j] * pull;
            u[j] += dx * mass[i] * pull;
            v[j] += dy * mass[i] * pull;
            w[j] += dz * mass[i] * pull;
        }
    }
    for (Int i = 0; i < bodies; ++i) {
        x[i] += step * u[i];
        y[i] += step * v[i];
        z[i] += step * w[i];
    }
}

static double run(Int steps) {
    Vector x{0.0, 4.84, 8.34, 12.89, 15.38}, y{0.0, -1.16, 4.12, -15.11, -25.92}, z{0.0, -0.10, -0.40, -0.22, 0.18};
    Vector u{0.0, 0.61, -1.01, 1.08, 0.98}, v{0.0, 2.81, 1.82, 0.87, 0.59}, w{0.0, -0.02, 0.01, -0.01, -0.03};
    const Vector mass{39.48, 0.037, 0.011, 0.0017, 0.002};
    for (Int i = 0; i < steps; ++i) advance(x, y, z, u, v, w, mass, 0.01);
    double energy = 0.0;
    for (Int i = 0; i < bodies; ++i) energy += 0.5 * mass[i] * (u[i] * u[i] + v[i] * v[i] + w[i] * w[i]);
    return energy + x[0] + y[1] + z[2];
}

BENCH_MAIN(run)
