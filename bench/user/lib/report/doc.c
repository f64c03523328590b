// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a report is put together: blocks are appended to a document, and the
 * first allocation that fails is kept there until somebody renders it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/doc.h"

void doc_init(struct doc *d, const char *title)
{
	memset(d, 0, sizeof(*d));
	d->title = strdup(title);
	if (!d->title)
		d->err = -ENOMEM;
}

static void cell_free(struct doc_cell *c)
{
	free(c->text);
	free(c->note);
}

static void row_free(struct doc_row *r)
{
	size_t i;

	for (i = 0; i < r->nr_cells; i++)
		cell_free(&r->cells[i]);
	free(r->cells);
	free(r->group);
	free(r->link);
	free(r->anchor);
}

static void table_free(struct doc_table *t)
{
	size_t i;

	if (!t)
		return;
	for (i = 0; i < t->nr_cols; i++)
		free(t->cols[i].title);
	for (i = 0; i < t->nr_rows; i++)
		row_free(&t->rows[i]);
	free(t->cols);
	free(t->rows);
	free(t->caption);
	free(t);
}

static void figure_free(struct doc_figure *f)
{
	if (!f)
		return;
	free(f->title);
	free(f->alt);
	free(f->svg);
	free(f->missing);
	free(f);
}

void doc_free(struct doc *d)
{
	size_t i;

	for (i = 0; i < d->nr; i++) {
		free(d->v[i].anchor);
		free(d->v[i].term);
		free(d->v[i].text);
		table_free(d->v[i].table);
		figure_free(d->v[i].figure);
	}
	free(d->v);
	free(d->title);
	memset(d, 0, sizeof(*d));
}

/*
 * The array with one more element at its end, zeroed; on failure the array as
 * it was, and err set.
 */
static void *grow(struct doc *d, void *v, size_t *nr, size_t size)
{
	void *bigger;

	if (d->err)
		return v;
	/* powers of two only, so the number alone says when room is out */
	if (!(*nr & (*nr - 1))) {
		bigger = reallocarray(v, *nr ? *nr * 2 : 1, size);
		if (!bigger) {
			d->err = -ENOMEM;
			return v;
		}
		v = bigger;
	}
	memset((char *)v + (*nr)++ * size, 0, size);
	return v;
}

#define APPEND(d, v, nr)                               \
	({                                             \
		(v) = grow(d, v, &(nr), sizeof(*(v))); \
		(d)->err ? NULL : &(v)[(nr)-1];        \
	})

static char *copy(struct doc *d, const char *s)
{
	char *c = s ? strdup(s) : NULL;

	if (s && !c)
		d->err = -ENOMEM;
	return c;
}

/* Replace `code` and **strong text**, before data is put in. */
static char *markup(const char *fmt)
{
	char *out = malloc(strlen(fmt) + 1), *p = out;
	bool code = false, strong = false;

	if (!out)
		return NULL;
	for (; *fmt; fmt++) {
		if (*fmt == '`') {
			*p++ = code ? DOC_CODE_OFF : DOC_CODE_ON;
			code = !code;
		} else if (fmt[0] == '*' && fmt[1] == '*') {
			*p++ = strong ? DOC_STRONG_OFF : DOC_STRONG_ON;
			strong = !strong;
			fmt++;
		} else {
			*p++ = *fmt;
		}
	}
	*p = '\0';
	return out;
}

static char *format(struct doc *d, const char *fmt, va_list ap)
{
	char *marked = markup(fmt);
	char *text = NULL;

	if (!marked || vasprintf(&text, marked, ap) < 0) {
		d->err = -ENOMEM;
		text = NULL;
	}
	free(marked);
	return text;
}

static struct doc_block *block(struct doc *d, enum doc_kind kind)
{
	struct doc_block *b = APPEND(d, d->v, d->nr);

	if (b)
		b->kind = kind;
	return b;
}

static struct doc_block *text_block(struct doc *d, enum doc_kind kind,
				    const char *fmt, va_list ap)
{
	struct doc_block *b = block(d, kind);

	if (b)
		b->text = format(d, fmt, ap);
	return b;
}

void doc_heading(struct doc *d, unsigned int level, const char *anchor,
		 const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = text_block(d, DOC_HEADING, fmt, ap);
	va_end(ap);
	if (b) {
		b->level = level;
		b->anchor = copy(d, anchor);
	}
}

void doc_para(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_block(d, DOC_PARA, fmt, ap);
	va_end(ap);
}

void doc_item(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_block(d, DOC_ITEM, fmt, ap);
	va_end(ap);
}

void doc_term(struct doc *d, const char *term, const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = text_block(d, DOC_TERM, fmt, ap);
	va_end(ap);
	if (b)
		b->term = copy(d, term);
}

void doc_code(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_block(d, DOC_CODE, fmt, ap);
	va_end(ap);
}

void doc_note(struct doc *d, enum doc_tone tone, const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = text_block(d, DOC_NOTE, fmt, ap);
	va_end(ap);
	if (b)
		b->tone = tone;
}

void doc_fold(struct doc *d, bool open, const char *fmt, ...)
{
	struct doc_block *b;
	va_list ap;

	va_start(ap, fmt);
	b = text_block(d, DOC_FOLD, fmt, ap);
	va_end(ap);
	if (b)
		b->open = open;
}

void doc_unfold(struct doc *d)
{
	block(d, DOC_UNFOLD);
}

static void figure(struct doc *d, const char *title, const char *alt,
		   const char *svg, const char *missing, bool small)
{
	struct doc_block *b = block(d, DOC_FIGURE);
	struct doc_figure *f;

	if (!b)
		return;
	f = calloc(1, sizeof(*f));
	if (!f) {
		d->err = -ENOMEM;
		return;
	}
	b->figure = f;
	f->title = copy(d, title);
	f->alt = copy(d, alt);
	f->svg = copy(d, svg);
	f->missing = copy(d, missing);
	f->small = small;
}

void doc_figure(struct doc *d, const char *title, const char *alt,
		const char *svg, const char *missing)
{
	figure(d, title, alt, svg, missing, false);
}

void doc_figure_small(struct doc *d, const char *title, const char *alt,
		      const char *svg, const char *missing)
{
	figure(d, title, alt, svg, missing, true);
}

struct doc_table *doc_table(struct doc *d, const char *fmt, ...)
{
	struct doc_block *b = block(d, DOC_TABLE);
	struct doc_table *t;
	va_list ap;

	if (!b)
		return NULL;
	t = calloc(1, sizeof(*t));
	if (!t) {
		d->err = -ENOMEM;
		return NULL;
	}
	b->table = t;
	va_start(ap, fmt);
	t->caption = format(d, fmt, ap);
	va_end(ap);
	return t;
}

void doc_col(struct doc *d, struct doc_table *t, unsigned int flags, int swatch,
	     const char *title)
{
	struct doc_col *c;

	if (!t)
		return;
	c = APPEND(d, t->cols, t->nr_cols);
	if (!c)
		return;
	c->flags = flags;
	c->swatch = swatch;
	c->title = copy(d, title);
}

void doc_group(struct doc *d, struct doc_table *t, const char *fmt, ...)
{
	struct doc_row *r;
	va_list ap;

	if (!t)
		return;
	r = APPEND(d, t->rows, t->nr_rows);
	if (!r)
		return;
	r->swatch = -1;
	va_start(ap, fmt);
	r->group = format(d, fmt, ap);
	va_end(ap);
}

void doc_row(struct doc *d, struct doc_table *t, int swatch)
{
	struct doc_row *r;

	if (!t)
		return;
	r = APPEND(d, t->rows, t->nr_rows);
	if (!r)
		return;
	r->swatch = swatch;
	r->cells = calloc(t->nr_cols, sizeof(*r->cells));
	if (!r->cells)
		d->err = -ENOMEM;
}

void doc_row_link(struct doc *d, struct doc_table *t, const char *anchor)
{
	if (t && !d->err)
		t->rows[t->nr_rows - 1].link = copy(d, anchor);
}

void doc_row_anchor(struct doc *d, struct doc_table *t, const char *anchor)
{
	if (t && !d->err)
		t->rows[t->nr_rows - 1].anchor = copy(d, anchor);
}

/* Where the last row goes: behind the others of its heading, or SIZE_MAX. */
static size_t end_of_group(const struct doc_table *t, const char *heading)
{
	size_t i, last = t->nr_rows - 1;

	for (i = 0; i < last; i++)
		if (t->rows[i].group && !strcmp(t->rows[i].group, heading))
			break;
	if (i == last)
		return SIZE_MAX;
	while (++i < last && t->rows[i].cells)
		;
	return i;
}

void doc_row_under(struct doc *d, struct doc_table *t, const char *fmt, ...)
{
	struct doc_row row;
	char *heading;
	size_t at;
	va_list ap;

	if (!t || d->err)
		return;
	va_start(ap, fmt);
	heading = format(d, fmt, ap);
	va_end(ap);
	if (!heading)
		return;
	at = end_of_group(t, heading);
	if (at == SIZE_MAX) {
		/* the heading takes the place of the row, which goes behind it */
		if (!APPEND(d, t->rows, t->nr_rows)) {
			free(heading);
			return;
		}
		at = t->nr_rows - 1;
		t->rows[at] = t->rows[at - 1];
		t->rows[at - 1] =
			(struct doc_row){ .group = heading, .swatch = -1 };
		return;
	}
	free(heading);
	row = t->rows[t->nr_rows - 1];
	memmove(&t->rows[at + 1], &t->rows[at],
		(t->nr_rows - 1 - at) * sizeof(row));
	t->rows[at] = row;
}

void doc_cell(struct doc *d, struct doc_table *t, unsigned int flags,
	      const char *fmt, ...)
{
	struct doc_cell *c;
	struct doc_row *r;
	va_list ap;

	if (!t || d->err)
		return;
	r = &t->rows[t->nr_rows - 1];
	if (r->nr_cells == t->nr_cols) {
		d->err = -EOVERFLOW;
		return;
	}
	c = &r->cells[r->nr_cells++];
	c->flags = flags;
	va_start(ap, fmt);
	c->text = format(d, fmt, ap);
	va_end(ap);
}

void doc_cell_note(struct doc *d, struct doc_table *t, const char *fmt, ...)
{
	struct doc_row *r;
	va_list ap;

	if (!t || d->err)
		return;
	r = &t->rows[t->nr_rows - 1];
	va_start(ap, fmt);
	r->cells[r->nr_cells - 1].note = format(d, fmt, ap);
	va_end(ap);
}

/* No row has anything there, though some have cells. */
static bool is_empty_column(const struct doc_table *t, size_t col)
{
	bool any = false;
	size_t i;

	for (i = 0; i < t->nr_rows; i++) {
		const struct doc_row *r = &t->rows[i];

		any = any || r->cells;
		if (col < r->nr_cells &&
		    !(r->cells[col].flags & DOC_CELL_MISSING))
			return false;
	}
	return any;
}

static void drop_column(struct doc_table *t, size_t col)
{
	size_t i;

	free(t->cols[col].title);
	memmove(&t->cols[col], &t->cols[col + 1],
		(--t->nr_cols - col) * sizeof(*t->cols));
	for (i = 0; i < t->nr_rows; i++) {
		struct doc_row *r = &t->rows[i];

		if (col >= r->nr_cells)
			continue;
		cell_free(&r->cells[col]);
		memmove(&r->cells[col], &r->cells[col + 1],
			(--r->nr_cells - col) * sizeof(*r->cells));
	}
}

static void drop_empty_columns(struct doc_table *t)
{
	size_t i = t->nr_cols;

	while (i--)
		if (!(t->cols[i].flags & DOC_COL_KEY) && is_empty_column(t, i))
			drop_column(t, i);
}

/* Length of the well-formed UTF-8 sequence at @s, 0 if there is none. */
static size_t utf8_len(const unsigned char *s)
{
	size_t i, len;

	if (s[0] < 0x80)
		return 1;
	if (s[0] >= 0xc2 && s[0] <= 0xdf)
		len = 2;
	else if (s[0] >= 0xe0 && s[0] <= 0xef)
		len = 3;
	else if (s[0] >= 0xf0 && s[0] <= 0xf4)
		len = 4;
	else
		return 0;
	for (i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* overlong, surrogates, beyond U+10FFFF */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	/* C1 controls, and the non-characters that XML refuses */
	if ((s[0] == 0xc2 && s[1] < 0xa0) ||
	    (s[0] == 0xef && s[1] == 0xbf && s[2] >= 0xbe))
		return 0;
	return len;
}

void doc_clean(char *text)
{
	unsigned char *s = (unsigned char *)text;

	while (*s) {
		size_t len = utf8_len(s);

		if (!len || *s < 0x20 || *s == 0x7f) {
			*s++ = '?';
			continue;
		}
		s += len;
	}
}

size_t doc_width(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		if ((unsigned char)*text >= 0x20 && (*text & 0xc0) != 0x80)
			n++;
	return n;
}

const char *doc_short(const char *text, size_t columns, char *out)
{
	size_t n = 0, cols = 0;

	if (doc_width(text) <= columns)
		return strcpy(out, text);
	while (text[n] && ((text[n] & 0xc0) == 0x80 || cols++ < columns - 3))
		n++;
	sprintf(out, "%.*s...", (int)n, text);
	return out;
}

void doc_subject(struct doc *d, const char *fmt, ...)
{
	va_list ap;

	free(d->title);
	va_start(ap, fmt);
	d->title = format(d, fmt, ap);
	va_end(ap);
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

/* The mail with lists of that length.  malloc()ed; NULL with *@err set. */
static char *mail_text(doc_mail_fn build, const void *arg, const size_t *rows,
		       int *err)
{
	char *text = NULL;
	struct doc d;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f) {
		*err = -ENOMEM;
		return NULL;
	}
	doc_init(&d, "");
	build(&d, arg, rows);
	*err = doc_render(&d, DOC_MAIL, f);
	doc_free(&d);
	if (fclose(f) && !*err)
		*err = -ENOMEM;
	if (!*err)
		return text;
	free(text);
	return NULL;
}

/* One more row for a list, if there is one and the mail has room for it. */
static bool lengthen(doc_mail_fn build, const void *arg, size_t *rows,
		     size_t list, char **text, int *err)
{
	char *longer;

	rows[list]++;
	longer = mail_text(build, arg, rows, err);
	if (longer && count_lines(longer) <= DOC_MAIL_LINES &&
	    strcmp(longer, *text)) {
		free(*text);
		*text = longer;
		return true;
	}
	free(longer);
	rows[list]--;
	return false;
}

int doc_mail(doc_mail_fn build, const void *arg, FILE *f)
{
	/* every list is begun before the first takes all that it wants */
	static const size_t targets[] = { 1, 3, DOC_MAIL_LINES };
	size_t rows[DOC_MAIL_LISTS] = { 0 }, i, list;
	int ret;
	char *text = mail_text(build, arg, rows, &ret);

	for (i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		for (list = 0; list < DOC_MAIL_LISTS; list++)
			while (!ret && rows[list] < targets[i] &&
			       lengthen(build, arg, rows, list, &text, &ret))
				;
	if (!ret && (fputs(text, f) < 0 || fflush(f)))
		ret = errno ? -errno : -EIO;
	free(text);
	return ret;
}

int doc_render(struct doc *d, enum doc_format format, FILE *f)
{
	int ret = -EINVAL;
	size_t i;

	if (d->err)
		return d->err;
	for (i = 0; i < d->nr; i++)
		if (d->v[i].table)
			drop_empty_columns(d->v[i].table);
	errno = 0;
	switch (format) {
	case DOC_HTML:
		ret = doc_render_html(d, f);
		break;
	case DOC_MD:
		ret = doc_render_md(d, f);
		break;
	case DOC_TEXT:
		ret = doc_render_text(d, 80, f);
		break;
	case DOC_MAIL:
		ret = doc_render_mail(d, f);
		break;
	case DOC_NR_FORMATS:
		break;
	}
	if (ret)
		return ret;
	if (fflush(f) || ferror(f))
		return errno ? -errno : -EIO;
	return 0;
}
