"""Bodies that attract each other: all pairs by broadcasting, a leapfrog step."""

import numpy as np

STEPS = 2


def inputs(elements, random):
    count = max(int(np.sqrt(elements)), 2)
    return (
        random.normal(size=(count, 3)),
        random.normal(size=(count, 3)),
        random.uniform(0.1, 1.0, (count, 1)),
    )


def acceleration(position, mass, softening):
    x = position[:, 0:1]
    y = position[:, 1:2]
    z = position[:, 2:3]
    dx = x.T - x
    dy = y.T - y
    dz = z.T - z
    inverse = (dx**2 + dy**2 + dz**2 + softening**2) ** -1.5
    ax = (dx * inverse) @ mass
    ay = (dy * inverse) @ mass
    az = (dz * inverse) @ mass
    return np.hstack((ax, ay, az))


def main(start, speed, mass):
    position, velocity, dt = start.copy(), speed.copy(), 0.01
    a = acceleration(position, mass, 0.1)
    for _ in range(STEPS):
        velocity += a * dt / 2.0
        position += velocity * dt
        a = acceleration(position, mass, 0.1)
        velocity += a * dt / 2.0
    energy = 0.5 * np.sum(mass * velocity**2)
    return position, velocity, energy
