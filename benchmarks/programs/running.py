"""NumPy element loops, one dimension: moving average, running maximum, a sum."""

import sys

import numpy as np

SIZE = 600_000


def moving_average(signal, out, width):
    window = 0.0
    for i in range(len(signal)):
        window += signal[i]
        if i >= width:
            window -= signal[i - width]
        out[i] = window / width


def running_maximum(signal, out):
    highest = signal[0]
    for i in range(len(signal)):
        if signal[i] > highest:
            highest = signal[i]
        out[i] = highest


def main(length):
    signal = np.zeros(length)
    state = 77
    for i in range(length):
        state = (state * 16_807) % 2_147_483_647
        signal[i] = state / 2_147_483_647.0
    average = np.zeros(length)
    maximum = np.zeros(length)
    moving_average(signal, average, 50)
    running_maximum(average, maximum)
    total = 0.0
    for i in range(length):
        total += maximum[i] - average[i]
    return float(total)


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
