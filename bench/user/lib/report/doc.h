/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A report as a sequence of blocks: written once, rendered as HTML, Markdown
 * and plain text.  Nothing in here knows what the report is about.
 */
#ifndef DLAB_REPORT_DOC_H
#define DLAB_REPORT_DOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Text of the model is UTF-8 without control characters, save for these pairs,
 * which do not nest.  Builders make them of `code` and **strong text** in their
 * format, never in what is put into it; and every text that comes from a file
 * has been through doc_clean(), so data cannot open or close them.
 */
#define DOC_CODE_ON '\016'
#define DOC_CODE_OFF '\017'
#define DOC_STRONG_ON '\021'
#define DOC_STRONG_OFF '\022'

enum doc_kind {
	DOC_HEADING,
	DOC_PARA,
	DOC_ITEM, /* neighbours make one list */
	DOC_TERM, /* neighbours make one list of definitions */
	DOC_CODE, /* verbatim lines */
	DOC_NOTE,
	DOC_TABLE,
	DOC_FIGURE, /* neighbours stand side by side where there is room */
	DOC_FOLD, /* what follows, up to DOC_UNFOLD, is for those who ask */
	DOC_UNFOLD,
};

enum doc_tone { DOC_GOOD, DOC_PLAIN, DOC_WARN, DOC_BAD };

/* Flags of a column. */
#define DOC_COL_KEY \
	(1U << 0) /* names the row; repeated when a wide
					 * table is cut into several */
#define DOC_COL_NUM (1U << 1) /* right aligned */
#define DOC_COL_WRAP (1U << 2) /* free text, may take several lines */

/**
 * struct doc_col - a column of a table
 * @title: its heading
 * @flags: DOC_COL_*
 * @swatch: number of the series colour that the heading shows, or -1
 */
struct doc_col {
	char *title;
	unsigned int flags;
	int swatch;
};

/* Flags of a cell. */
#define DOC_CELL_MISSING (1U << 0) /* not measured */
#define DOC_CELL_TAINTED (1U << 1)
#define DOC_CELL_BAD (1U << 2) /* a bad end instead of a figure */
#define DOC_CELL_SKIPPED (1U << 3) /* left out for a reason */

/**
 * struct doc_cell - a cell
 * @text: what it says
 * @note: what belongs to that and is read after it, or NULL: a ratio
 * @flags: DOC_CELL_*
 */
struct doc_cell {
	char *text;
	char *note;
	unsigned int flags;
};

/**
 * struct doc_row - a row: cells, or a heading across the table
 * @cells: one a column, or NULL
 * @nr_cells: how many are set; those after it are missing
 * @group: the heading, when @cells is NULL
 * @swatch: number of the series colour that marks the row, or -1
 * @link: anchor of the heading that the row is about, or NULL
 * @anchor: name to link to, or NULL
 */
struct doc_row {
	struct doc_cell *cells;
	size_t nr_cells;
	char *group;
	int swatch;
	char *link;
	char *anchor;
};

struct doc_table {
	char *caption;
	struct doc_col *cols;
	size_t nr_cols;
	struct doc_row *rows;
	size_t nr_rows;
};

/**
 * struct doc_figure - a plot
 * @title: what it shows
 * @alt: the same finding in words: for readers who do not see it, and instead
 *       of it in formats without pictures
 * @svg: the SVG element, or NULL
 * @missing: why there is none, or ""
 * @small: one of many that are looked at together
 */
struct doc_figure {
	char *title;
	char *alt;
	char *svg;
	char *missing;
	bool small;
};

/**
 * struct doc_block - one block
 * @kind: what it is
 * @level: DOC_HEADING: 1 to 3
 * @tone: DOC_NOTE
 * @open: DOC_FOLD: shown from the start
 * @anchor: DOC_HEADING: name to link to, [a-z0-9-], or NULL
 * @term: DOC_TERM: what is explained
 * @text: everything but tables and figures
 * @table: DOC_TABLE
 * @figure: DOC_FIGURE
 */
struct doc_block {
	enum doc_kind kind;
	unsigned int level;
	enum doc_tone tone;
	bool open;
	char *anchor;
	char *term;
	char *text;
	struct doc_table *table;
	struct doc_figure *figure;
};

/**
 * struct doc - a document
 * @title: of the page
 * @v: blocks in order
 * @nr: how many
 * @err: first -errno that building met.  Builders below do nothing once it is
 *       set, so that only doc_render() has to be checked
 */
struct doc {
	char *title;
	struct doc_block *v;
	size_t nr;
	int err;
};

#define DOC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

void doc_init(struct doc *d, const char *title);
void doc_free(struct doc *d);

void doc_heading(struct doc *d, unsigned int level, const char *anchor,
		 const char *fmt, ...) DOC_PRINTF(4, 5);
void doc_para(struct doc *d, const char *fmt, ...) DOC_PRINTF(2, 3);
void doc_item(struct doc *d, const char *fmt, ...) DOC_PRINTF(2, 3);
void doc_term(struct doc *d, const char *term, const char *fmt, ...)
	DOC_PRINTF(3, 4);
void doc_code(struct doc *d, const char *fmt, ...) DOC_PRINTF(2, 3);
void doc_note(struct doc *d, enum doc_tone tone, const char *fmt, ...)
	DOC_PRINTF(3, 4);
void doc_fold(struct doc *d, bool open, const char *fmt, ...) DOC_PRINTF(3, 4);
void doc_unfold(struct doc *d);

/**
 * doc_figure - add a plot
 * @title: what it shows
 * @alt: the finding in words
 * @svg: the SVG element (copied), or NULL
 * @missing: why there is none
 */
void doc_figure(struct doc *d, const char *title, const char *alt,
		const char *svg, const char *missing);

/* The same for one of many that are looked at together. */
void doc_figure_small(struct doc *d, const char *title, const char *alt,
		      const char *svg, const char *missing);

/**
 * doc_table - add a table; columns first, then rows
 *
 * Return: what the functions below take; they also take the NULL that it
 * returns when the document failed.  It stays good while the document lives.
 */
struct doc_table *doc_table(struct doc *d, const char *fmt, ...)
	DOC_PRINTF(2, 3);
void doc_col(struct doc *d, struct doc_table *t, unsigned int flags, int swatch,
	     const char *title);
void doc_group(struct doc *d, struct doc_table *t, const char *fmt, ...)
	DOC_PRINTF(3, 4);
void doc_row(struct doc *d, struct doc_table *t, int swatch);
/*
 * the row that was begun last, with its cells, goes to the others that stand under
 * this heading, which is added where there is none yet
 */
void doc_row_under(struct doc *d, struct doc_table *t, const char *fmt, ...)
	DOC_PRINTF(3, 4);
/* the row that was begun last is about what stands under that heading */
void doc_row_link(struct doc *d, struct doc_table *t, const char *anchor);
/* others can link to that row: where nothing else is about what it names */
void doc_row_anchor(struct doc *d, struct doc_table *t, const char *anchor);
/* the next cell of the row that was begun last */
void doc_cell(struct doc *d, struct doc_table *t, unsigned int flags,
	      const char *fmt, ...) DOC_PRINTF(4, 5);
/* what belongs to the cell that was added last */
void doc_cell_note(struct doc *d, struct doc_table *t, const char *fmt, ...)
	DOC_PRINTF(3, 4);

/**
 * doc_clean - make text that comes from a file safe for the model, in place
 *
 * Control characters and bytes that are not UTF-8 become '?'.
 */
void doc_clean(char *text);

/* Text for an attribute or an element of HTML or XML; mark-up is left out. */
void doc_put_escaped(const char *text, FILE *f);

/* columns that UTF-8 text takes, mark-up not counted */
size_t doc_width(const char *text);

/**
 * doc_short - the begin of a text
 * @columns: that it may take; what is longer ends in "..."
 * @out: 4 * @columns + 1 bytes
 *
 * Return: @out.
 */
const char *doc_short(const char *text, size_t columns, char *out);

/*
 * Plain text is for a terminal (80 columns) or a mail that will be quoted (72);
 * it has neither figures nor folds, and leaves out what stands in these.
 */
enum doc_format { DOC_HTML, DOC_MD, DOC_TEXT, DOC_MAIL, DOC_NR_FORMATS };

/**
 * doc_render - write a document
 *
 * Columns in which no row has anything are left out.
 *
 * Return: 0, or the -errno of building or writing it.
 */
int doc_render(struct doc *d, enum doc_format format, FILE *f);

/* A mail ends after so many lines, subject included: more is not read. */
#define DOC_MAIL_LINES 60
/* So wide is its subject, with the name of the field. */
#define DOC_SUBJECT_WIDTH 78

#define DOC_MAIL_LISTS 10

/* Fills a mail, list number n of which has no more than @rows[n] entries. */
typedef void (*doc_mail_fn)(struct doc *d, const void *arg, const size_t *rows);

/* The subject of a mail; otherwise it is the document's title. */
void doc_subject(struct doc *d, const char *fmt, ...) DOC_PRINTF(2, 3);

/**
 * doc_mail - write a mail, its lists as long as it has lines for
 *
 * Lists are numbered by what they matter: the first is the last to be cut.
 *
 * Return: 0, or the -errno of building or writing it.
 */
int doc_mail(doc_mail_fn build, const void *arg, FILE *f);

/* the renderers behind it */
int doc_render_html(const struct doc *d, FILE *f);
int doc_render_md(const struct doc *d, FILE *f);
int doc_render_text(const struct doc *d, size_t width, FILE *f);
int doc_render_mail(const struct doc *d, FILE *f);

#endif
