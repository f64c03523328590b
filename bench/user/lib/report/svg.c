// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes an SVG file of gnuplot's an element of the report: many of them share
 * one page there, and its colour scheme.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/doc.h"
#include "report/plot.h"
#include "report/style.h"

/* What "#N" in a figure stands for. */
struct titles {
	const char *const *v;
	size_t nr;
};

/* "rgb(  0, 84,159)" or "#00549f": its length and value; 0 if it is neither */
static size_t parse_colour(const char *s, unsigned int *rgb)
{
	unsigned int r, g, b;
	int len = 0;

	if (!strncmp(s, "rgb(", 4)) {
		if (sscanf(s, "rgb(%u ,%u ,%u )%n", &r, &g, &b, &len) < 3 ||
		    !len || r > 255 || g > 255 || b > 255)
			return 0;
		*rgb = r << 16 | g << 8 | b;
		return (size_t)len;
	}
	if (*s == '#' && strspn(s + 1, "0123456789abcdefABCDEF") == 6) {
		*rgb = (unsigned int)strtoul(s + 1, NULL, 16);
		return 7;
	}
	return 0;
}

static const char *variable_of(unsigned int rgb)
{
	const struct report_colour *c;

	for (c = report_colours; c->var; c++)
		if (strtoul(c->light + 1, NULL, 16) == rgb)
			return c->var;
	return NULL;
}

/* An attribute whose value names another element or this one. */
static size_t id_prefix_at(const char *s)
{
	static const char *const starts[] = { "id='",	  "id=\"", "href='#",
					      "href=\"#", "url(#", NULL };
	size_t i;

	for (i = 0; starts[i]; i++)
		if (!strncmp(s, starts[i], strlen(starts[i])))
			return strlen(starts[i]);
	return 0;
}

/* One tag, from '<' to '>'; returns what follows it. */
static const char *put_tag(const char *s, unsigned int nr, FILE *f)
{
	for (; *s && *s != '>'; s++) {
		size_t len = id_prefix_at(s);
		unsigned int rgb;

		if (len) {
			fprintf(f, "%.*sf%u-", (int)len, s, nr);
			s += len - 1;
			continue;
		}
		len = parse_colour(s, &rgb);
		if (len && variable_of(rgb)) {
			fprintf(f, "var(--%s)", variable_of(rgb));
			s += len - 1;
			continue;
		}
		/* line ends stand between the numbers of a path */
		fputc(*s == '\n' || *s == '\t' ? ' ' : *s, f);
	}
	if (*s)
		fputc(*s++, f);
	return s;
}

/* "width=", "height=" and "xmlns:" say nothing inside of a page */
static const char *put_root(const char *s, FILE *f)
{
	const char *box = strstr(s, "viewBox=");
	const char *end = strchr(s, '>');

	if (!box || !end || box > end)
		return NULL;
	fprintf(f,
		"<svg %.*s xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" aria-hidden=\"true\">\n",
		(int)(strcspn(box + 9, "\"'") + 10), box);
	return end + 1;
}

/* An element that is left out: the end of it, or NULL. */
static const char *skip_element(const char *s)
{
	static const char *const names[][2] = {
		{ "<title>", "</title>" },
		{ "<desc>", "</desc>" },
		{ "<!--", "-->" },
		{ "<filter ", "</filter>" },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *end;

		if (strncmp(s, names[i][0], strlen(names[i][0])))
			continue;
		end = strstr(s, names[i][1]);
		return end ? end + strlen(names[i][1]) : s + strlen(s);
	}
	return NULL;
}

/* A <g ...> with nothing in it: gnuplot leaves many. */
static const char *skip_empty_group(const char *s)
{
	const char *p;

	if (strncmp(s, "<g ", 3))
		return NULL;
	p = strchr(s, '>');
	if (!p)
		return NULL;
	p++;
	p += strspn(p, " \t\n");
	return strncmp(p, "</g>", 4) ? NULL : p + 4;
}

/* "<text>#12</text>": what follows it; NULL where @s is something else. */
static const char *put_link(const char *s, const struct titles *t, FILE *f)
{
	unsigned int n;
	int len = 0;

	if (sscanf(s, "<text>#%u</text>%n", &n, &len) < 1 || !len || n >= t->nr)
		return NULL;
	/* the page has the same links where a keyboard gets to them */
	fprintf(f, "<text><a href=\"#c%u\" tabindex=\"-1\"><title>#%u ", n, n);
	doc_put_escaped(t->v[n], f);
	fprintf(f, "</title>#%u</a></text>", n);
	return s + len;
}

static void put_elements(const char *s, unsigned int nr,
			 const struct titles *titles, FILE *f)
{
	while (*s) {
		const char *next = skip_element(s);

		if (!next)
			next = skip_empty_group(s);
		if (!next)
			next = put_link(s, titles, f);
		if (next) {
			s = next;
		} else if (*s == '<') {
			s = put_tag(s, nr, f);
		} else if (isspace((unsigned char)*s)) {
			/* one line end for any run of blanks that has one */
			size_t n = strspn(s, " \t\n");

			fputc(memchr(s, '\n', n) ? '\n' : ' ', f);
			s += n;
		} else {
			fputc(*s++, f);
		}
	}
}

char *report_svg_embed(const char *svg, unsigned int nr,
		       const char *const *titles, size_t nr_titles)
{
	const struct titles t = { titles, titles ? nr_titles : 0 };
	const char *s = strstr(svg, "<svg");
	char *text = NULL;
	size_t len;
	FILE *f;

	if (!s)
		return NULL;
	f = open_memstream(&text, &len);
	if (!f)
		return NULL;
	s = put_root(s, f);
	if (s)
		put_elements(s, nr, &t, f);
	if (fclose(f) || !s) {
		free(text);
		return NULL;
	}
	return text;
}
