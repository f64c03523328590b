// SPDX-License-Identifier: GPL-2.0-only
/* What tests of reports ask of a rendered one. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "rendered.h"

#define GOLDEN "bench/user/tests/golden"

char *rendered(struct doc *d, enum doc_format format)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f || doc_render(d, format, f) || fclose(f))
		abort();
	return text;
}

static void drop_style(char *html)
{
	char *from = strstr(html, "<style>");
	char *to = strstr(html, "</style>");

	if (from && to)
		memmove(from + 7, to, strlen(to) + 1);
}

static bool write_golden(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	return f && fputs(text, f) >= 0 && !fclose(f);
}

bool golden_is(char *text, const char *name, char *said, size_t size)
{
	size_t len, at = 0, line = 1;
	char path[PATH_MAX], *want;
	struct dlab_err err;
	bool same;

	drop_style(text);
	snprintf(path, sizeof(path), GOLDEN "/%s", name);
	if (getenv("DLAB_UPDATE_GOLDEN")) {
		snprintf(said, size, "%s cannot be written", path);
		return write_golden(path, text);
	}
	if (dlab_file_read(path, &want, &len, &err)) {
		snprintf(said, size, "%s; DLAB_UPDATE_GOLDEN=1 writes it",
			 err.text);
		return false;
	}
	for (; text[at] && text[at] == want[at]; at++)
		line += text[at] == '\n';
	same = text[at] == want[at];
	if (!same)
		snprintf(said, size,
			 "%s:%zu differs: \"%.60s\"; DLAB_UPDATE_GOLDEN=1 "
			 "writes it anew",
			 path, line, text + at);
	free(want);
	return same;
}

#define MAX_DEPTH 64

static bool is_void(const char *name)
{
	return !strcmp(name, "meta") || !strcmp(name, "wbr");
}

/* The end of a tag, over quoted attributes; NULL when there is none. */
static const char *tag_end(const char *s)
{
	char quote = 0;

	for (; *s; s++) {
		if (quote)
			quote = *s == quote ? 0 : quote;
		else if (*s == '"' || *s == '\'')
			quote = *s;
		else if (*s == '<')
			return NULL;
		else if (*s == '>')
			return s;
	}
	return NULL;
}

/* Every element is closed, in order, and nothing stands between that is none. */
bool is_well_formed(const char *html)
{
	char stack[MAX_DEPTH][16];
	size_t depth = 0;

	html = strstr(html, "<html");
	while (html && (html = strchr(html, '<'))) {
		const char *end = tag_end(html + 1);
		bool closing = html[1] == '/';
		char name[16];

		if (!end ||
		    sscanf(html + 1 + closing, "%15[a-z0-9A-Z]", name) < 1)
			return false;
		if (closing && (!depth || strcmp(stack[--depth], name)))
			return false;
		if (!closing && end[-1] != '/' && !is_void(name)) {
			if (depth == MAX_DEPTH)
				return false;
			strcpy(stack[depth++], name);
		}
		html = end;
	}
	return !depth;
}

bool widest_beyond(const char *text, size_t columns)
{
	while (*text) {
		size_t n = strcspn(text, "\n");
		char line[512];

		snprintf(line, sizeof(line), "%.*s", (int)n, text);
		if (doc_width(line) > columns) {
			printf("# \"%s\"\n", line);
			return true;
		}
		text += n + (text[n] == '\n');
	}
	return false;
}

unsigned int count_of(const char *text, const char *what)
{
	unsigned int n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

bool has_dead_link(const char *html)
{
	const char *p = html;
	char id[128];

	while ((p = strstr(p, " href=\"#"))) {
		int len = (int)strcspn(p += 8, "\"");

		snprintf(id, sizeof(id), " id=\"%.*s\"", len, p);
		if (strstr(html, id))
			continue;
		printf("# link to #%.*s leads nowhere\n", len, p);
		return true;
	}
	return false;
}
