/* SPDX-License-Identifier: GPL-2.0-only */
/* How libdmalab says what went wrong: an errno and one sentence. */
#ifndef DLAB_ERR_H
#define DLAB_ERR_H

/**
 * struct dlab_err - the sentence that goes with a negative return value
 * @text: names the operation, the object and what to do; no newline
 */
struct dlab_err {
	char text[1024];
};

/**
 * dlab_fail - note an error
 * @err: where to, or NULL
 * @errnum: positive errno
 * @fmt: the sentence
 *
 * Return: -@errnum, so that callers can `return dlab_fail(...)`.
 */
int dlab_fail(struct dlab_err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
