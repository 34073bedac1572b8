"""Scalar ints: day numbers around 1970 turned into dates (floor // and % of negative numbers)."""

import sys

SIZE = 300_000


def main(days):
    checksum = 0
    for day_number in range(-days, days):
        shifted = day_number + 719_468
        era = shifted // 146_097
        day_of_era = shifted % 146_097
        year_of_era = (
            day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096
        ) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted_month = (5 * day_of_year + 2) // 153
        day = day_of_year - (153 * shifted_month + 2) // 5 + 1
        month = shifted_month + 3 if shifted_month < 10 else shifted_month - 9
        year = year_of_era + era * 400
        if month <= 2:
            year += 1
        weekday = (day_number + 4) % 7
        checksum = (checksum * 31 + year * 372 + month * 31 + day + weekday) % 1_000_000_007
    return checksum


if __name__ == "__main__":
    print("checksum", main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE))
