// Reading one number from the command line.

#ifndef BENCH_OPTION_H
#define BENCH_OPTION_H

#include <stdio.h>
#include <stdlib.h>

// Ends the program with a message when the value is not a number in these bounds.
static inline double number(const char *option, const char *value, double min, double max) {
    char *end;
    double n = strtod(value, &end);
    if (*end || end == value || n < min || n > max) {
        fprintf(stderr, "%s: %s (expected: %.0f..%.0f)\n", option, value, min, max);
        exit(2);
    }
    return n;
}

#endif
