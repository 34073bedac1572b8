#include "harness.hpp"
using bench::floor_divide;
using bench::floor_modulo;
using bench::Int;

static Int run(Int days) {
    Int checksum = 0;
    for (Int day_number = -days; day_number < days; ++day_number) {
        const Int shifted = day_number + 719468;
        const Int era = floor_divide(shifted, 146097);
        const Int day_of_era = floor_modulo(shifted, 146097);
        const Int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
        const Int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        const Int shifted_month = (5 * day_of_year + 2) / 153;
        const Int day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        const Int month = shifted_month < 10 ? shifted_month + 3 : shifted_month - 9;
        Int year = year_of_era + era * 400;
        if (month <= 2) ++year;
        const Int weekday = floor_modulo(day_number + 4, 7);
        checksum = floor_modulo(checksum * 31 + year * 372 + month * 31 + day + weekday, 1000000007);
    }
    return checksum;
}

BENCH_MAIN(run)
