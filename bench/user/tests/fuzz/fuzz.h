/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a fuzzer (fuzz_<name>.c) is: libFuzzer's entry point, and inputs to start
 * from.  runner.c drives it with gcc alone; clang -fsanitize=fuzzer does too.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ended by NULL.  A fuzzer may have none and take files instead. */
extern const char *const fuzz_seeds[] __attribute__((weak));

#endif
