"""Points in clusters: Lloyd's method, with distances by broadcasting and means of masked rows."""

STEPS = 3
CLUSTERS = 5


def inputs(elements, random):
    points = random.normal(size=(max(elements // 2, 2 * CLUSTERS), 2))
    return points, points[:CLUSTERS].copy()


def main(points, start):
    centers = start.copy()
    for _ in range(STEPS):
        distances = ((points[:, None, :] - centers[None, :, :]) ** 2).sum(axis=2)
        labels = distances.argmin(axis=1)
        for k in range(CLUSTERS):
            chosen = points[labels == k]
            if len(chosen):
                centers[k] = chosen.mean(axis=0)
    return centers, labels
