"""Probabilities by row from scores, and the cross entropy of the right answers."""

import numpy as np


def inputs(elements, random):
    rows = max(elements // 10, 2)
    return random.normal(size=(rows, 10)), random.integers(0, 10, rows)


def softmax(scores):
    shifted = scores - scores.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return powers / powers.sum(axis=1, keepdims=True)


def main(scores, answers):
    probabilities = softmax(scores)
    right = probabilities[np.arange(len(answers)), answers]
    loss = -np.mean(np.log(right + 1e-12))
    gradient = probabilities.copy()
    gradient[np.arange(len(answers)), answers] -= 1.0
    gradient /= len(answers)
    return loss, gradient
