"""Lists of floats: five bodies that attract each other."""

import math
import sys

SIZE = 4_000
BODIES = 5


def advance(x, y, z, u, v, w, mass, step):
    for i in range(BODIES):
        for j in range(i + 1, BODIES):
            dx = x[i] - x[j]
            dy = y[i] - y[j]
            dz = z[i] - z[j]
            square = dx * dx + dy * dy + dz * dz
            pull = step / (square * math.sqrt(square))
            u[i] -= dx * mass[j] * pull
            v[i] -= dy * mass[j] * pull
            w[i] -= dz * mass[j] * pull
            u[j] += dx * mass[i] * pull
            v[j] += dy * mass[i] * pull
            w[j] += dz * mass[i] * pull
    for i in range(BODIES):
        x[i] += step * u[i]
        y[i] += step * v[i]
        z[i] += step * w[i]


def main(steps):
    x = [0.0, 4.84, 8.34, 12.89, 15.38]
    y = [0.0, -1.16, 4.12, -15.11, -25.92]
    z = [0.0, -0.10, -0.40, -0.22, 0.18]
    u = [0.0, 0.61, -1.01, 1.08, 0.98]
    v = [0.0, 2.81, 1.82, 0.87, 0.59]
    w = [0.0, -0.02, 0.01, -0.01, -0.03]
    mass = [39.48, 0.037, 0.011, 0.0017, 0.002]
    for _ in range(steps):
        advance(x, y, z, u, v, w, mass, 0.01)
    energy = 0.0
    for i in range(BODIES):
        energy += 0.5 * mass[i] * (u[i] * u[i] + v[i] * v[i] + w[i] * w[i])
    return energy + x[0] + y[1] + z[2]


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
