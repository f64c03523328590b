// SPDX-License-Identifier: GPL-2.0-only
/* Which line of an .ini file is wrong, and why?  A thin layer over libinih. */
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>

#include "inifile.h"

struct reader {
	dlab_ini_fn fn;
	void *user;
	struct dlab_err err;
	int ret;
};

static int on_key(void *user, const char *section, const char *key,
		  const char *value)
{
	struct reader *r = user;

	/* libinih goes on after an error; the first one is the one to tell */
	if (!r->ret)
		r->ret = r->fn(r->user, section, key, value, &r->err);
	return !r->ret;
}

static int finish(const struct reader *r, int line, const char *name,
		  struct dlab_err *err)
{
	if (r->ret)
		return dlab_fail(err, -r->ret, "%s:%d: %s", name, line,
				 r->err.text);
	if (line > 0)
		return dlab_fail(err, EINVAL,
				 "%s:%d: not a section, a `key = value` or a comment",
				 name, line);
	if (line < 0)
		return dlab_fail(err, ENOMEM, "%s: out of memory", name);
	return 0;
}

int dlab_ini_read(const char *path, dlab_ini_fn fn, void *user,
		  struct dlab_err *err)
{
	struct reader r = { .fn = fn, .user = user };
	FILE *f = fopen(path, "re");
	int line;

	if (!f)
		return dlab_fail(err, errno, "cannot open %s: %s", path,
				 strerror(errno));
	line = ini_parse_file(f, on_key, &r);
	fclose(f);
	return finish(&r, line, path, err);
}

int dlab_ini_parse(const char *text, const char *name, dlab_ini_fn fn,
		   void *user, struct dlab_err *err)
{
	struct reader r = { .fn = fn, .user = user };

	return finish(&r, ini_parse_string(text, on_key, &r), name, err);
}
