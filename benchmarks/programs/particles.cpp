#include "harness.hpp"
using bench::Int;

struct Particle {
    double x, y, vx, vy;
    Int bounces = 0;

    void move(double step) {
        x += vx * step;
        y += vy * step;
        if (x < 0.0 || x > 1.0) {
            vx = -vx;
            ++bounces;
        }
        if (y < 0.0 || y > 1.0) {
            vy = -vy;
            ++bounces;
        }
    }

    double energy() const { return 0.5 * (vx * vx + vy * vy); }
};

static double run(Int steps) {
    std::vector<Particle> particles;
    for (Int i = 0; i < 300; ++i)
        particles.push_back({i % 17 / 17.0, i % 13 / 13.0, i % 7 / 7.0 - 0.4, i % 11 / 11.0 - 0.6});
    for (Int i = 0; i < steps; ++i)
        for (Particle& particle : particles) particle.move(0.01);
    double total = 0.0;
    for (const Particle& particle : particles)
        total += particle.energy() + particle.x + particle.y + static_cast<double>(particle.bounces);
    return total;
}

BENCH_MAIN(run)
