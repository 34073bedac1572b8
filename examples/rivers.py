"""Array: where the rivers run, from the heights of a landscape. `rivers.py [PICTURE]`.

Takes the elevation model of the Jacksboro fault, Tennessee (USGS, a sample that Matplotlib
carries), fills its pits (Planchon and Darboux 2001), lets every cell drain to its steepest
neighbour (O'Callaghan and Mark 1984), and counts the cells above each. All loops read and write
NumPy arrays element by element. With a path it draws the relief with its rivers there.
"""

import os
import sys

import matplotlib
import numpy as np

SLOPE = 0.001


def read_heights():
    path = os.path.join(matplotlib.get_data_path(), "sample_data", "jacksboro_fault_dem.npz")
    with np.load(path) as archive:
        return archive["elevation"].astype(np.float64)


def lowest_neighbour(water, i, j):
    lowest = water[i - 1, j - 1]
    for di in range(-1, 2):
        for dj in range(-1, 2):
            if (di != 0 or dj != 0) and water[i + di, j + dj] < lowest:
                lowest = water[i + di, j + dj]
    return lowest


def lower_cell(heights, water, i, j):
    """Let the water of one cell sink to what its neighbours allow; whether it sank."""
    if water[i, j] <= heights[i, j]:
        return 0
    outlet = lowest_neighbour(water, i, j) + SLOPE
    if heights[i, j] >= outlet:
        water[i, j] = heights[i, j]
        return 1
    if water[i, j] > outlet:
        water[i, j] = outlet
        return 1
    return 0


def fill_pits(heights):
    """Flood everything but the border, then let the water drain, sweeping to and fro."""
    rows, columns = heights.shape
    water = np.full((rows, columns), 1e9)
    for i in range(rows):
        for j in range(columns):
            if i == 0 or j == 0 or i == rows - 1 or j == columns - 1:
                water[i, j] = heights[i, j]
    sweeps = 0
    sank = 1
    while sank > 0:
        sank = 0
        for i in range(1, rows - 1):
            for j in range(1, columns - 1):
                sank += lower_cell(heights, water, i, j)
        for i in range(rows - 2, 0, -1):
            for j in range(columns - 2, 0, -1):
                sank += lower_cell(heights, water, i, j)
        sweeps += 1
    return water, sweeps


def steepest(surface, i, j, rows, columns):
    """The number of the neighbour that a cell drains to, or -1 at the lowest place."""
    target = -1
    best = 0.0
    for di in range(-1, 2):
        for dj in range(-1, 2):
            if 0 <= i + di < rows and 0 <= j + dj < columns:
                drop = surface[i, j] - surface[i + di, j + dj]
                if di != 0 and dj != 0:
                    drop = drop * 0.7071067811865476
                if drop > best:
                    best = drop
                    target = (i + di) * columns + j + dj
    return target


def accumulate(surface):
    """How many cells drain through each cell, itself included."""
    rows, columns = surface.shape
    order = np.argsort(surface.ravel(), kind="stable")
    flow = np.ones(rows * columns, dtype=np.int64)
    for position in range(rows * columns - 1, -1, -1):
        cell = int(order[position])
        target = steepest(surface, cell // columns, cell % columns, rows, columns)
        if target >= 0:
            flow[target] += flow[cell]
    return flow.reshape(rows, columns)


def draw(heights, flow, path):
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib.colors import LightSource

    relief = LightSource(azdeg=315, altdeg=40).hillshade(heights, vert_exag=0.03)
    rivers = np.ma.masked_less(np.log10(flow), 2.0)
    figure, axes = plt.subplots(figsize=(9, 7.4), layout="constrained")
    axes.imshow(heights, cmap="gist_earth", vmin=100, vmax=1300)
    axes.imshow(relief, cmap="gray", alpha=0.45)
    shown = axes.imshow(rivers, cmap="Blues", vmin=0.5, vmax=4.5, interpolation="nearest")
    bar = figure.colorbar(shown, ax=axes, shrink=0.8, ticks=[2, 3, 4])
    bar.ax.set_yticklabels(["100", "1,000", "10,000"])
    bar.set_label("cells that drain through here")
    axes.set_title("Rivers of the Jacksboro fault, from its elevation model", loc="left")
    axes.set_axis_off()
    figure.savefig(path, dpi=130)


def main(picture=""):
    heights = read_heights()
    surface, sweeps = fill_pits(heights)
    flow = accumulate(surface)
    depth = surface - heights
    print(f"{heights.shape[0]} x {heights.shape[1]} cells, {sweeps} sweeps to fill the pits")
    print(f"deepest pit {depth.max():.6f} m, volume {depth.sum():.10f} cell metres")
    print(f"largest river drains {flow.max()} cells; {(flow > 100).sum()} cells are rivers")
    print(f"fingerprint {(flow * (np.arange(flow.size).reshape(flow.shape) % 9973)).sum()}")
    if picture:
        draw(heights, flow, picture)


if __name__ == "__main__":
    main(*sys.argv[1:2])
