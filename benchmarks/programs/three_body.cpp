#include <cmath>

#include "harness.hpp"
using bench::Int;

static double run(Int steps) {
    double ax = 0.97000436, ay = -0.24308753, bx = -0.97000436, by = 0.24308753, cx = 0.0, cy = 0.0;
    double au = 0.466203685, av = 0.43236573, bu = 0.466203685, bv = 0.43236573, cu = -0.93240737, cv = -0.86473146;
    const double step = 0.001;
    for (Int i = 0; i < steps; ++i) {
        double dx = bx - ax;
        double dy = by - ay;
        double square = dx * dx + dy * dy;
        double pull = step / (square * std::sqrt(square));
        au += dx * pull;
        av += dy * pull;
        bu -= dx * pull;
        bv -= dy * pull;
        dx = cx - ax;
        dy = cy - ay;
        square = dx * dx + dy * dy;
        pull = step / (square * std::sqrt(square));
        au += dx * pull;
        av += dy * pull;
        cu -= dx * pull;
        cv -= dy * pull;
        dx = cx - bx;
        dy = cy - by;
        square = dx * dx + dy * dy;
        pull = step / (square * std::sqrt(square));
        bu += dx * pull;
        bv += dy * pull;
        cu -= dx * pull;
        cv -= dy * pull;
        ax += au * step;
        ay += av * step;
        bx += bu * step;
        by += bv * step;
        cx += cu * step;
        cy += cv * step;
    }
    return 0.5 * (au * au + av * av + bu * bu + bv * bv + cu * cu + cv * cv) + ax - by;
}

BENCH_MAIN(run)
