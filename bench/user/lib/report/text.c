// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as plain text, 80 columns for a terminal and 72 for a mail.  Tables
 * that are wider are cut into several that repeat the key columns.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/doc.h"

#define GAP 2
#define MAX_COLS 64
#define MISSING "n/m"

/*
 * Mail travels through systems that are not all UTF-8: signs that the model
 * uses itself have a spelling in ASCII.  What data brings along stays.
 */
static const struct {
	const char *utf8;
	const char *ascii;
} spellings[] = {
	{ "\u00d7", "x" },  { "\u2013", "-" },	 { "\u2014", "-" },
	{ "\u00b7", "|" },  { "\u2026", "..." }, { "\u2265", ">=" },
	{ "\u2264", "<=" }, { "\u2192", "->" }, { "\u00b5", "u" },	 { "\u2212", "-" },
};

/**
 * struct out - where the text goes
 * @f: the file
 * @width: columns that a line may take
 * @nomem: something is missing there for want of memory
 */
struct out {
	FILE *f;
	size_t width;
	bool nomem;
};

/* The text as it will be printed: no mark-up, ASCII signs.  malloc()ed. */
static char *plain(const char *text, struct out *o)
{
	char *out, *p;
	size_t i;

	/* no spelling is longer than its sign in UTF-8 */
	out = p = malloc(strlen(text) + 1);
	if (!out) {
		o->nomem = true;
		return NULL;
	}
	while (*text) {
		for (i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
			size_t len = strlen(spellings[i].utf8);

			if (strncmp(text, spellings[i].utf8, len))
				continue;
			p = stpcpy(p, spellings[i].ascii);
			text += len;
			break;
		}
		if (i < sizeof(spellings) / sizeof(spellings[0]))
			continue;
		if ((unsigned char)*text >= 0x20 || *text == '\n')
			*p++ = *text;
		text++;
	}
	*p = '\0';
	return out;
}

static void put_spaces(size_t n, struct out *o)
{
	fprintf(o->f, "%*s", (int)n, "");
}

/*
 * Bytes of @text that fit @width columns, cut at a space where there is one, or
 * else after a comma: ids of cases have no spaces.
 */
static size_t fit(const char *text, size_t width)
{
	size_t bytes = 0, cols = 0, space = 0, comma = 0;

	while (text[bytes] && text[bytes] != '\n') {
		if ((text[bytes] & 0xc0) != 0x80 && cols++ == width)
			return space ? space : comma ? comma : bytes;
		if (text[bytes] == ' ')
			space = bytes;
		bytes++;
		if (text[bytes - 1] == ',')
			comma = bytes;
	}
	return bytes;
}

/* Wrapped text: @first before its first line, @indent spaces before others. */
static void put_wrapped(const char *text, const char *first, size_t indent,
			struct out *o)
{
	char *line = plain(text, o);
	const char *p = line;

	if (!line)
		return;
	fputs(first, o->f);
	for (;;) {
		size_t n = fit(p, o->width - indent);

		fprintf(o->f, "%.*s\n", (int)n, p);
		p += n;
		while (*p == ' ' || *p == '\n')
			p++;
		if (!*p)
			break;
		put_spaces(indent, o);
	}
	free(line);
}

static void put_rule(char c, size_t n, struct out *o)
{
	while (n--)
		fputc(c, o->f);
	fputc('\n', o->f);
}

static void put_heading(const struct doc_block *b, struct out *o)
{
	size_t width = doc_width(b->text);

	put_wrapped(b->text, "", 0, o);
	if (b->level < 3)
		put_rule(b->level == 1 ? '=' : '-',
			 width < o->width ? width : o->width, o);
	fputc('\n', o->f);
}

/**
 * struct layout - how a table is printed
 * @width: of each column
 * @indent: spaces before a row, when there are headings among the rows
 * @breaks: behind which characters a heading may go on in the next line
 * @missing: some cell was not measured
 * @tainted: some cell was tainted
 */
struct layout {
	size_t width[MAX_COLS];
	size_t indent;
	const char *breaks;
	bool missing;
	bool tainted;
};

/* A part of a heading: metric names break after an underscore. */
static size_t head_part(const char *title, const char *breaks)
{
	size_t n = strcspn(title, breaks);

	return title[n] ? n + 1 : n;
}

static size_t head_width(const char *title, const char *breaks)
{
	size_t width = 0;

	while (*title) {
		size_t len = head_part(title, breaks);

		if (len > width)
			width = len;
		title += len;
	}
	return width;
}

static size_t head_lines(const char *title, const char *breaks)
{
	size_t n = 0;

	for (; *title; title += head_part(title, breaks))
		n++;
	return n;
}

static const char *cell_text(const struct doc_row *r, size_t col)
{
	if (col >= r->nr_cells || r->cells[col].flags & DOC_CELL_MISSING)
		return MISSING;
	return r->cells[col].text;
}

static bool cell_has(const struct doc_row *r, size_t col, unsigned int flag)
{
	return col < r->nr_cells && r->cells[col].flags & flag;
}

/* The cell as it will be printed, its note in a line of its own.  malloc()ed. */
static char *cell_lines(const struct doc_row *r, size_t col, struct out *o)
{
	const char *note = col < r->nr_cells ? r->cells[col].note : NULL;
	char *text, *all = NULL;

	if (asprintf(&text, "%s%s%s%s", cell_text(r, col),
		     cell_has(r, col, DOC_CELL_TAINTED) ? "*" : "",
		     note ? "\n" : "", note ? note : "") < 0)
		o->nomem = true;
	else
		all = plain(text, o);
	free(text);
	return all;
}

static size_t cell_width(const struct doc_row *r, size_t col, struct out *o)
{
	char *text = cell_lines(r, col, o);
	char *note = text ? strchr(text, '\n') : NULL;
	size_t n = 0;

	if (note) {
		*note = '\0';
		n = doc_width(note + 1);
	}
	if (text && doc_width(text) > n)
		n = doc_width(text);
	free(text);
	return n;
}

static void lay_out_with(const char *breaks, const struct doc_table *t,
			 struct layout *l, struct out *o)
{
	size_t i, j;

	memset(l, 0, sizeof(*l));
	l->breaks = breaks;
	for (i = 0; i < t->nr_cols; i++)
		l->width[i] = head_width(t->cols[i].title, breaks);
	for (i = 0; i < t->nr_rows; i++) {
		const struct doc_row *r = &t->rows[i];

		if (!r->cells) {
			l->indent = 2;
			continue;
		}
		for (j = 0; j < t->nr_cols; j++) {
			size_t n = cell_width(r, j, o);

			if (n > l->width[j])
				l->width[j] = n;
			if (j >= r->nr_cells ||
			    cell_has(r, j, DOC_CELL_MISSING))
				l->missing = true;
			if (cell_has(r, j, DOC_CELL_TAINTED))
				l->tainted = true;
		}
	}
}

static size_t full_width(const struct doc_table *t, const struct layout *l)
{
	size_t i, width = l->indent;

	for (i = 0; i < t->nr_cols; i++)
		width += l->width[i] + (i ? GAP : 0);
	return width;
}

/* Headings are cut at hyphens, too, where that spares a second table. */
static void lay_out(const struct doc_table *t, struct layout *l, struct out *o)
{
	lay_out_with("_ ", t, l, o);
	if (full_width(t, l) <= o->width)
		return;
	lay_out_with("_ -", t, l, o);
	if (full_width(t, l) > o->width)
		lay_out_with("_ ", t, l, o);
}

/* A key that is a little narrower may spare a second table. */
static void shrink_key(const struct doc_table *t, struct layout *l,
		       size_t excess, const struct out *o)
{
	size_t i;

	for (i = 0; i < t->nr_cols; i++) {
		if (!(t->cols[i].flags & DOC_COL_KEY))
			continue;
		if (l->width[i] >= o->width / 4 + excess)
			l->width[i] -= excess;
		return;
	}
}

/*
 * Free text takes what the other columns leave, but no less than a third.  A
 * key never takes so much that no other column fits beside it.
 */
static void squeeze(const struct doc_table *t, struct layout *l,
		    const struct out *o)
{
	size_t i, wrap = 0, nr = 0, used = l->indent;

	for (i = 0; i < t->nr_cols; i++)
		if (t->cols[i].flags & DOC_COL_KEY &&
		    l->width[i] > o->width / 2)
			l->width[i] = o->width / 2;
	for (i = 0; i < t->nr_cols; i++) {
		used += l->width[i] + (i ? GAP : 0);
		if (t->cols[i].flags & DOC_COL_WRAP) {
			wrap += l->width[i];
			nr++;
		}
	}
	if (used <= o->width)
		return;
	if (!nr) {
		shrink_key(t, l, used - o->width, o);
		return;
	}
	used -= wrap;
	for (i = 0; i < t->nr_cols; i++) {
		size_t room = used < o->width ? (o->width - used) / nr : 0;

		if (room < o->width / 3)
			room = o->width / 3;
		if (t->cols[i].flags & DOC_COL_WRAP && l->width[i] > room)
			l->width[i] = room;
	}
}

/*
 * Which columns stand in the slice of the table that begins at column *@from:
 * every key, and as many others as fit.  Moves *@from behind them.
 */
static size_t slice(const struct doc_table *t, const struct layout *l,
		    const struct out *o, size_t *from, size_t *cols)
{
	size_t i, n = 0, used = l->indent;

	for (i = 0; i < t->nr_cols; i++) {
		if (!(t->cols[i].flags & DOC_COL_KEY))
			continue;
		cols[n++] = i;
		used += l->width[i] + GAP;
	}
	for (i = *from; i < t->nr_cols; i++) {
		if (t->cols[i].flags & DOC_COL_KEY)
			continue;
		/* one at least, however wide, or there would be no end */
		if (used + l->width[i] > o->width && i != *from)
			break;
		cols[n++] = i;
		used += l->width[i] + GAP;
	}
	*from = i;
	return n;
}

/* Trailing spaces are held back until something follows them. */
static void put_padded(const char *text, int bytes, size_t width, bool right,
		       size_t *owed, struct out *o)
{
	char *s = strndup(text, (size_t)bytes);
	size_t n, pad;

	if (!s) {
		o->nomem = true;
		return;
	}
	n = doc_width(s);
	pad = n < width ? width - n : 0;
	if (n) {
		put_spaces(*owed + (right ? pad : 0), o);
		fputs(s, o->f);
		*owed = right ? 0 : pad;
	} else {
		*owed += width;
	}
	free(s);
}

static void put_head(const struct doc_table *t, const struct layout *l,
		     const size_t *cols, size_t nr, struct out *o)
{
	size_t line, i, k, total = l->indent, lines = 0;

	for (i = 0; i < nr; i++)
		if (head_lines(t->cols[cols[i]].title, l->breaks) > lines)
			lines = head_lines(t->cols[cols[i]].title, l->breaks);
	for (line = 0; line < lines; line++) {
		size_t owed = l->indent;

		for (i = 0; i < nr; i++) {
			const char *p = t->cols[cols[i]].title;
			/* the last part stands in the last line */
			size_t skip = lines - head_lines(p, l->breaks);

			for (k = skip; k < line && *p; k++)
				p += head_part(p, l->breaks);
			k = line < skip ? 0 : head_part(p, l->breaks);
			while (k && p[k - 1] == ' ')
				k--;
			put_padded(p, (int)k, l->width[cols[i]],
				   t->cols[cols[i]].flags & DOC_COL_NUM, &owed,
				   o);
			owed += GAP;
		}
		fputc('\n', o->f);
	}
	for (i = 0; i < nr; i++)
		total += l->width[cols[i]] + (i ? GAP : 0);
	put_rule('-', total < o->width ? total : o->width, o);
}

/* A row takes as many lines as its longest free text. */
static void put_row(const struct doc_table *t, const struct layout *l,
		    const size_t *cols, size_t nr, const struct doc_row *r,
		    struct out *o)
{
	char *text[MAX_COLS];
	const char *p[MAX_COLS];
	bool more = true;
	size_t i;

	for (i = 0; i < nr; i++) {
		text[i] = cell_lines(r, cols[i], o);
		p[i] = text[i] ? text[i] : "";
	}
	while (more) {
		size_t owed = l->indent;

		more = false;
		for (i = 0; i < nr; i++) {
			const struct doc_col *c = &t->cols[cols[i]];
			size_t n = fit(p[i], l->width[cols[i]]);

			put_padded(p[i], (int)n, l->width[cols[i]],
				   c->flags & DOC_COL_NUM, &owed, o);
			owed += GAP;
			p[i] += n;
			while (*p[i] == ' ' || *p[i] == '\n')
				p[i]++;
			more = more || *p[i];
		}
		fputc('\n', o->f);
	}
	for (i = 0; i < nr; i++)
		free(text[i]);
}

static void put_table(const struct doc_table *t, struct out *o)
{
	size_t cols[MAX_COLS], from = 0, i;
	struct layout l;

	lay_out(t, &l, o);
	squeeze(t, &l, o);
	put_wrapped(t->caption, "", 0, o);
	do {
		size_t nr = slice(t, &l, o, &from, cols);

		fputc('\n', o->f);
		put_head(t, &l, cols, nr, o);
		for (i = 0; i < t->nr_rows; i++) {
			if (t->rows[i].cells)
				put_row(t, &l, cols, nr, &t->rows[i], o);
			else
				put_wrapped(t->rows[i].group, "", 0, o);
		}
	} while (from < t->nr_cols);
	if (l.missing)
		fputs("  " MISSING ": not measured\n", o->f);
	if (l.tainted)
		fputs("  *: tainted; the reason stands under Problems\n", o->f);
	fputc('\n', o->f);
}

static void put_verbatim(const char *text, struct out *o)
{
	while (*text) {
		size_t n = strcspn(text, "\n");

		fprintf(o->f, "    %.*s\n", (int)n, text);
		text += n + (text[n] == '\n');
	}
	fputc('\n', o->f);
}

static void put_block(const struct doc_block *b, struct out *o)
{
	static const char *const tone[] = {
		[DOC_GOOD] = "",
		[DOC_PLAIN] = "",
		[DOC_WARN] = "! ",
		[DOC_BAD] = "!! ",
	};

	switch (b->kind) {
	case DOC_HEADING:
		put_heading(b, o);
		break;
	case DOC_PARA:
		put_wrapped(b->text, "", 0, o);
		fputc('\n', o->f);
		break;
	case DOC_ITEM:
		put_wrapped(b->text, "- ", 2, o);
		break;
	case DOC_TERM:
		put_wrapped(b->term, "", 0, o);
		put_wrapped(b->text, "    ", 4, o);
		break;
	case DOC_CODE:
		put_verbatim(b->text, o);
		break;
	case DOC_NOTE:
		put_wrapped(b->text, tone[b->tone], strlen(tone[b->tone]), o);
		fputc('\n', o->f);
		break;
	case DOC_TABLE:
		put_table(b->table, o);
		break;
	case DOC_FIGURE:
	case DOC_FOLD:
	case DOC_UNFOLD:
		break;
	}
}

/* Where the fold that begins at block @i ends. */
static size_t fold_end(const struct doc *d, size_t i)
{
	size_t depth = 0;

	for (; i < d->nr; i++) {
		depth += d->v[i].kind == DOC_FOLD;
		if (d->v[i].kind == DOC_UNFOLD && !--depth)
			break;
	}
	return i;
}

/* Such neighbours make one list. */
static bool is_listed(const struct doc_block *b)
{
	return b->kind == DOC_ITEM || b->kind == DOC_TERM;
}

int doc_render_text(const struct doc *d, size_t width, FILE *f)
{
	struct out out = { .f = f, .width = width };
	size_t i;

	for (i = 0; i < d->nr; i++) {
		enum doc_kind kind = d->v[i].kind;

		if (kind == DOC_FOLD)
			i = fold_end(d, i);
		if (i == d->nr)
			break;
		put_block(&d->v[i], &out);
		if (is_listed(&d->v[i]) &&
		    (i + 1 == d->nr || d->v[i + 1].kind != kind))
			fputc('\n', f);
	}
	return out.nomem ? -ENOMEM : 0;
}

int doc_render_mail(const struct doc *d, FILE *f)
{
	struct out out = { .f = f, .width = 72 };
	static const char field[] = "Subject: ";
	char cut[4 * DOC_SUBJECT_WIDTH], *subject = plain(d->title, &out), *p;

	if (!subject)
		return -ENOMEM;
	/* another line would be another field */
	for (p = subject; (p = strchr(p, '\n'));)
		*p = ' ';
	fprintf(f, "%s%s\n\n", field,
		doc_short(subject, DOC_SUBJECT_WIDTH - strlen(field), cut));
	free(subject);
	return doc_render_text(d, out.width, f);
}
