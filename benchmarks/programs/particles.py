"""A class with methods: particles bouncing in a box, float attributes read and written."""

import sys

SIZE = 8_000
PARTICLES = 300


class Particle:
    def __init__(self, x, y, vx, vy):
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy
        self.bounces = 0

    def move(self, step):
        self.x += self.vx * step
        self.y += self.vy * step
        if self.x < 0.0 or self.x > 1.0:
            self.vx = -self.vx
            self.bounces += 1
        if self.y < 0.0 or self.y > 1.0:
            self.vy = -self.vy
            self.bounces += 1

    def energy(self):
        return 0.5 * (self.vx * self.vx + self.vy * self.vy)


def main(steps):
    particles = []
    for i in range(PARTICLES):
        particles.append(
            Particle(i % 17 / 17.0, i % 13 / 13.0, i % 7 / 7.0 - 0.4, i % 11 / 11.0 - 0.6)
        )
    for _ in range(steps):
        for particle in particles:
            particle.move(0.01)
    total = 0.0
    for particle in particles:
        total += particle.energy() + particle.x + particle.y + particle.bounces
    return total


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
