"""Scalar floats: three bodies on the figure-eight orbit, every coordinate a local variable."""

import math
import sys

SIZE = 400_000


def main(steps):
    ax, ay, bx, by, cx, cy = 0.97000436, -0.24308753, -0.97000436, 0.24308753, 0.0, 0.0
    au, av, bu, bv, cu, cv = (
        0.466203685,
        0.43236573,
        0.466203685,
        0.43236573,
        -0.93240737,
        -0.86473146,
    )
    step = 0.001
    for _ in range(steps):
        dx = bx - ax
        dy = by - ay
        square = dx * dx + dy * dy
        pull = step / (square * math.sqrt(square))
        au += dx * pull
        av += dy * pull
        bu -= dx * pull
        bv -= dy * pull
        dx = cx - ax
        dy = cy - ay
        square = dx * dx + dy * dy
        pull = step / (square * math.sqrt(square))
        au += dx * pull
        av += dy * pull
        cu -= dx * pull
        cv -= dy * pull
        dx = cx - bx
        dy = cy - by
        square = dx * dx + dy * dy
        pull = step / (square * math.sqrt(square))
        bu += dx * pull
        bv += dy * pull
        cu -= dx * pull
        cv -= dy * pull
        ax += au * step
        ay += av * step
        bx += bu * step
        by += bv * step
        cx += cu * step
        cy += cv * step
    return 0.5 * (au * au + av * av + bu * bu + bv * bv + cu * cu + cv * cv) + ax - by


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
