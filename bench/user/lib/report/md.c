// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as Markdown (CommonMark with tables), to paste into an issue or a
 * pull request.  Figures are told in words: pasted text carries no pictures.
 */
#include <ctype.h>
#include <string.h>

#include "report/doc.h"

/* Longest run of backticks up to the end of a code span. */
static size_t longest_ticks(const char *text)
{
	size_t run = 0, max = 0;

	for (; *text && *text != DOC_CODE_OFF; text++) {
		run = *text == '`' ? run + 1 : 0;
		if (run > max)
			max = run;
	}
	return max;
}

static void put_ticks(size_t n, FILE *f)
{
	while (n--)
		fputc('`', f);
}

/* One code span; returns the last character that it took. */
static const char *put_code(const char *text, bool in_table, FILE *f)
{
	size_t ticks = longest_ticks(++text) + 1;

	put_ticks(ticks, f);
	if (ticks > 1)
		fputc(' ', f);
	for (; *text && *text != DOC_CODE_OFF; text++) {
		/* cells are cut before code is looked at */
		if (*text == '|' && in_table)
			fputc('\\', f);
		fputc(*text, f);
	}
	if (ticks > 1)
		fputc(' ', f);
	put_ticks(ticks, f);
	return *text ? text : text - 1;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Whether a sign would mean something where it stands. */
static bool is_special(const char *text, char before)
{
	if (*text == '_')
		return !is_word(before) || !is_word(text[1]);
	return strchr("\\`*[|~", *text);
}

static void put_inline(const char *text, bool in_table, FILE *f)
{
	char before = ' ';

	for (; *text; before = *text++) {
		if (*text == DOC_CODE_ON)
			text = put_code(text, in_table, f);
		else if (*text == DOC_STRONG_ON || *text == DOC_STRONG_OFF)
			fputs("**", f);
		else if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '&')
			fputs("&amp;", f);
		else if (is_special(text, before))
			fprintf(f, "\\%c", *text);
		else if (*text == '\n')
			fputc(' ', f);
		else if ((unsigned char)*text >= 0x20)
			fputc(*text, f);
	}
}

/* Markdown is not looked at inside of this HTML element. */
static void put_summary(const char *text, FILE *f)
{
	for (; *text; text++) {
		if (*text == DOC_CODE_ON)
			fputs("<code>", f);
		else if (*text == DOC_CODE_OFF)
			fputs("</code>", f);
		else if (*text == '<')
			fputs("&lt;", f);
		else if (*text == '&')
			fputs("&amp;", f);
		else if ((unsigned char)*text >= 0x20)
			fputc(*text, f);
	}
}

static void put_cell(const struct doc_cell *cell, FILE *f)
{
	fputc(' ', f);
	if (!cell || cell->flags & DOC_CELL_MISSING)
		fputs("not measured", f);
	else
		put_inline(cell->text, true, f);
	if (cell && cell->note) {
		fputs(" (", f);
		put_inline(cell->note, true, f);
		fputc(')', f);
	}
	if (cell && cell->flags & DOC_CELL_TAINTED)
		fputs(" (tainted)", f);
	fputs(" |", f);
}

static void put_table(const struct doc_table *t, FILE *f)
{
	size_t i, j;

	put_inline(t->caption, false, f);
	fputs("\n\n|", f);
	for (i = 0; i < t->nr_cols; i++) {
		fputc(' ', f);
		put_inline(t->cols[i].title, true, f);
		fputs(" |", f);
	}
	fputs("\n|", f);
	for (i = 0; i < t->nr_cols; i++)
		fputs(t->cols[i].flags & DOC_COL_NUM ? "---:|" : "---|", f);
	fputc('\n', f);
	for (i = 0; i < t->nr_rows; i++) {
		const struct doc_row *r = &t->rows[i];

		fputc('|', f);
		if (!r->cells) {
			fputs(" **", f);
			put_inline(r->group, true, f);
			fputs("** |", f);
		}
		for (j = 0; r->cells && j < t->nr_cols; j++)
			put_cell(j < r->nr_cells ? &r->cells[j] : NULL, f);
		/* cells after a heading stay empty */
		for (j = 1; !r->cells && j < t->nr_cols; j++)
			fputs(" |", f);
		fputc('\n', f);
	}
	fputc('\n', f);
}

/* A fence longer than any that the text holds. */
static void put_verbatim(const char *text, FILE *f)
{
	size_t ticks = longest_ticks(text) + 1;

	if (ticks < 3)
		ticks = 3;
	put_ticks(ticks, f);
	fprintf(f, "\n%s\n", text);
	put_ticks(ticks, f);
	fputs("\n\n", f);
}

static void put_figure(const struct doc_figure *fig, FILE *f)
{
	if (fig->small) {
		fputs("- ", f);
		put_inline(fig->title, false, f);
		fputs(": ", f);
		put_inline(fig->alt, false, f);
		fputc('\n', f);
		return;
	}
	fputs("**Figure: ", f);
	put_inline(fig->title, false, f);
	fputs(".** ", f);
	put_inline(fig->alt, false, f);
	fputs("\n\n", f);
}

static void put_block(const struct doc_block *b, FILE *f)
{
	static const char *const tone[] = {
		[DOC_GOOD] = "",
		[DOC_PLAIN] = "",
		[DOC_WARN] = "**Note:** ",
		[DOC_BAD] = "**Problem:** ",
	};

	switch (b->kind) {
	case DOC_HEADING:
		fprintf(f, "%.*s ", (int)b->level, "###");
		put_inline(b->text, false, f);
		fputs("\n\n", f);
		break;
	case DOC_PARA:
		put_inline(b->text, false, f);
		fputs("\n\n", f);
		break;
	case DOC_ITEM:
		fputs("- ", f);
		put_inline(b->text, false, f);
		fputc('\n', f);
		break;
	case DOC_TERM:
		fputs("- **", f);
		put_inline(b->term, false, f);
		fputs("**: ", f);
		put_inline(b->text, false, f);
		fputc('\n', f);
		break;
	case DOC_CODE:
		put_verbatim(b->text, f);
		break;
	case DOC_NOTE:
		fprintf(f, "> %s", tone[b->tone]);
		put_inline(b->text, false, f);
		fputs("\n\n", f);
		break;
	case DOC_TABLE:
		put_table(b->table, f);
		break;
	case DOC_FIGURE:
		put_figure(b->figure, f);
		break;
	case DOC_FOLD:
		fputs("<details><summary>", f);
		put_summary(b->text, f);
		fputs("</summary>\n\n", f);
		break;
	case DOC_UNFOLD:
		fputs("</details>\n\n", f);
		break;
	}
}

static bool is_list(const struct doc_block *b)
{
	return b->kind == DOC_ITEM || b->kind == DOC_TERM ||
	       (b->kind == DOC_FIGURE && b->figure->small);
}

int doc_render_md(const struct doc *d, FILE *f)
{
	size_t i;

	for (i = 0; i < d->nr; i++) {
		put_block(&d->v[i], f);
		if (is_list(&d->v[i]) &&
		    (i + 1 == d->nr || d->v[i + 1].kind != d->v[i].kind))
			fputc('\n', f);
	}
	return 0;
}
