// SPDX-License-Identifier: GPL-2.0-only
/* Reads the tab separated files of a run. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "tsv.h"

/* Cuts a line at its tabs; returns how many fields, @max + 1 for too many. */
static size_t split(char *line, char **fields, size_t max)
{
	size_t n = 0;

	for (;;) {
		char *tab = strchr(line, '\t');

		if (n == max)
			return max + 1;
		fields[n++] = line;
		if (!tab)
			return n;
		*tab = '\0';
		line = tab + 1;
	}
}

/* The next whole line as a string, or NULL. */
static char *take_line(struct dlab_tsv *t)
{
	char *line = t->pos;
	char *nl;

	if (line >= t->end)
		return NULL;
	nl = memchr(line, '\n', (size_t)(t->end - line));
	*nl = '\0';
	t->pos = nl + 1;
	t->line++;
	return line;
}

static int read_header(struct dlab_tsv *t, const char *const *want,
		       size_t nr_want, struct dlab_err *err)
{
	char *names[DLAB_TSV_MAX_COLUMNS];
	char *line = take_line(t);

	if (!line)
		return dlab_fail(err, EINVAL, "%s: no header line", t->name);
	t->columns = split(line, names, DLAB_TSV_MAX_COLUMNS);
	if (t->columns > DLAB_TSV_MAX_COLUMNS)
		return dlab_fail(err, EINVAL, "%s: more than %d columns",
				 t->name, DLAB_TSV_MAX_COLUMNS);
	for (size_t i = 0; i < nr_want; i++) {
		size_t c = 0;

		while (c < t->columns && strcmp(names[c], want[i]))
			c++;
		if (c == t->columns)
			return dlab_fail(err, EINVAL, "%s: no column \"%s\"",
					 t->name, want[i]);
		t->want[i] = c;
	}
	t->nr_want = nr_want;
	return 0;
}

/* Takes over @buf, which is NUL-terminated after its @len bytes. */
static int start(struct dlab_tsv *t, const char *name, char *buf, size_t len,
		 const char *const *want, size_t nr_want, struct dlab_err *err)
{
	int ret;

	memset(t, 0, sizeof(*t));
	t->buf = buf;
	t->name = strdup(name);
	if (!t->name) {
		ret = dlab_fail(err, ENOMEM, "%s: out of memory", name);
		goto err_close;
	}
	if (memchr(buf, '\0', len)) {
		ret = dlab_fail(err, EINVAL, "%s: has a NUL byte", name);
		goto err_close;
	}
	t->pos = buf;
	t->end = buf + len;
	while (t->end > buf && t->end[-1] != '\n')
		t->end--;
	t->cut = t->end != buf + len;
	ret = read_header(t, want, nr_want, err);
	if (ret)
		goto err_close;
	return 0;

err_close:
	dlab_tsv_close(t);
	return ret;
}

int dlab_tsv_open(struct dlab_tsv *t, const char *path, const char *const *want,
		  size_t nr_want, struct dlab_err *err)
{
	size_t len;
	char *buf;
	int ret;

	memset(t, 0, sizeof(*t));
	ret = dlab_file_read(path, &buf, &len, err);
	if (ret)
		return ret;
	return start(t, path, buf, len, want, nr_want, err);
}

int dlab_tsv_parse(struct dlab_tsv *t, const char *name, const char *text,
		   size_t len, const char *const *want, size_t nr_want,
		   struct dlab_err *err)
{
	char *buf = malloc(len + 1);

	memset(t, 0, sizeof(*t));
	if (!buf)
		return dlab_fail(err, ENOMEM, "%s: out of memory", name);
	memcpy(buf, text, len);
	buf[len] = '\0';
	return start(t, name, buf, len, want, nr_want, err);
}

int dlab_tsv_next(struct dlab_tsv *t, char **fields, struct dlab_err *err)
{
	char *all[DLAB_TSV_MAX_COLUMNS];
	char *line = take_line(t);
	size_t n;

	if (!line)
		return 0;
	n = split(line, all, DLAB_TSV_MAX_COLUMNS);
	if (n != t->columns)
		return dlab_fail(err, EINVAL,
				 "%s:%u: %zu fields under a header of %zu",
				 t->name, t->line, n, t->columns);
	for (size_t i = 0; i < t->nr_want; i++)
		fields[i] = all[t->want[i]];
	return 1;
}

void dlab_tsv_close(struct dlab_tsv *t)
{
	free(t->name);
	free(t->buf);
	memset(t, 0, sizeof(*t));
}

/* How many bytes the UTF-8 sequence at @s has; 0 where there is none. */
static size_t sequence(const unsigned char *s)
{
	size_t n = *s < 0x80 ? 1 :
		   *s < 0xc2 ? 0 :
		   *s < 0xe0 ? 2 :
		   *s < 0xf0 ? 3 :
		   *s < 0xf5 ? 4 :
			       0;

	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* encoded longer than need be, surrogates, beyond Unicode */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return n;
}

char *dlab_clean_copy(const char *s)
{
	char *copy = strdup(s);
	unsigned char *c = (unsigned char *)copy;

	while (c && *c) {
		size_t n = sequence(c);

		if (!n || *c < ' ' || *c == 0x7f) {
			*c++ = '?';
			continue;
		}
		c += n;
	}
	return copy;
}
