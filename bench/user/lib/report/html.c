// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report as one HTML file: no script, nothing fetched, readable on a phone
 * and on paper, light or dark as the reader's system is.
 */
#include <string.h>

#include "report/doc.h"
#include "report/style.h"

static void put_char(char c, FILE *f)
{
	switch (c) {
	case '&':
		fputs("&amp;", f);
		break;
	case '<':
		fputs("&lt;", f);
		break;
	case '>':
		fputs("&gt;", f);
		break;
	case '"':
		fputs("&quot;", f);
		break;
	case '\'':
		fputs("&#39;", f);
		break;
	default:
		fputc(c, f);
	}
}

void doc_put_escaped(const char *text, FILE *f)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x20)
			put_char(*text, f);
}

static void put_text(const char *text, FILE *f)
{
	const char *open = NULL;

	for (; *text; text++) {
		const char *tag = NULL;

		if (*text == DOC_CODE_ON)
			tag = "code";
		else if (*text == DOC_STRONG_ON)
			tag = "strong";
		if (tag && !open) {
			fprintf(f, "<%s>", tag);
			open = tag;
		} else if ((*text == DOC_CODE_OFF || *text == DOC_STRONG_OFF) &&
			   open) {
			fprintf(f, "</%s>", open);
			open = NULL;
		} else if ((unsigned char)*text >= 0x20 || *text == '\n') {
			put_char(*text, f);
		}
	}
	if (open)
		fprintf(f, "</%s>", open);
}

/* A column heading: metric names may break after an underscore. */
static void put_heading(const char *text, FILE *f)
{
	for (; *text; text++) {
		put_char(*text, f);
		if (*text == '_')
			fputs("<wbr>", f);
	}
}

/* A key: the keys of a case may break after a comma. */
static void put_breakable(const char *text, FILE *f)
{
	for (; *text; text++) {
		if ((unsigned char)*text >= 0x20)
			put_char(*text, f);
		if (*text == ',' && text[1] != ' ')
			fputs("<wbr>", f);
	}
}

static void put_swatch(int swatch, FILE *f)
{
	if (swatch >= 0)
		fprintf(f, "<i class=\"sw\" style=\"--c:var(--s%d)\"></i>",
			swatch);
}

/* How a cell is aligned, and what state it tells. */
static void put_class(const struct doc_col *col, const struct doc_cell *cell,
		      FILE *f)
{
	const char *align = col->flags & DOC_COL_NUM  ? "n" :
			    col->flags & DOC_COL_WRAP ? "w" :
							"";
	const char *state = "";

	if (!cell || cell->flags & DOC_CELL_MISSING)
		state = "nm";
	else if (cell->flags & DOC_CELL_BAD)
		state = "st";
	else if (cell->flags & DOC_CELL_SKIPPED)
		state = "sk";
	if (*align || *state)
		fprintf(f, " class=\"%s%s%s\"", align,
			*align && *state ? " " : "", state);
}

static void put_cell(const struct doc_col *col, const struct doc_cell *cell,
		     const struct doc_row *row, FILE *f)
{
	bool key = col->flags & DOC_COL_KEY;
	bool link = key && row->link;

	fputs(key ? "<th scope=\"row\"" : "<td", f);
	put_class(col, cell, f);
	fputc('>', f);
	if (key)
		put_swatch(row->swatch, f);
	if (link)
		fprintf(f, "<a href=\"#%s\">", row->link);
	if (!cell || cell->flags & DOC_CELL_MISSING)
		fputs("not measured", f);
	else if (key)
		put_breakable(cell->text, f);
	else
		put_text(cell->text, f);
	if (link)
		fputs("</a>", f);
	if (cell && cell->note) {
		fputs(" <small>", f);
		put_text(cell->note, f);
		fputs("</small>", f);
	}
	if (cell && cell->flags & DOC_CELL_TAINTED)
		fputs("<sup title=\"tainted\">t</sup>", f);
	fputs(key ? "</th>" : "</td>", f);
}

static bool table_is_tainted(const struct doc_table *t)
{
	size_t i, j;

	for (i = 0; i < t->nr_rows; i++)
		for (j = 0; j < t->rows[i].nr_cells; j++)
			if (t->rows[i].cells[j].flags & DOC_CELL_TAINTED)
				return true;
	return false;
}

static void put_head(const struct doc_table *t, FILE *f)
{
	size_t i;

	fputs("<thead><tr>", f);
	for (i = 0; i < t->nr_cols; i++) {
		fprintf(f, "<th scope=\"col\"%s>",
			t->cols[i].swatch >= 0	       ? " class=\"n sh\"" :
			t->cols[i].flags & DOC_COL_NUM ? " class=\"n\"" :
							 "");
		put_swatch(t->cols[i].swatch, f);
		put_heading(t->cols[i].title, f);
		fputs("</th>", f);
	}
	fputs("</tr></thead>\n<tbody>\n", f);
}

static void put_row(const struct doc_table *t, const struct doc_row *r, FILE *f)
{
	size_t i;

	if (!r->cells) {
		fprintf(f,
			"<tr class=\"g\"><th scope=\"rowgroup\" "
			"colspan=\"%zu\"><span>",
			t->nr_cols);
		put_text(r->group, f);
		fputs("</span></th></tr>\n", f);
		return;
	}
	if (r->anchor)
		fprintf(f, "<tr id=\"%s\">", r->anchor);
	else
		fputs("<tr>", f);
	for (i = 0; i < t->nr_cols; i++)
		put_cell(&t->cols[i], i < r->nr_cells ? &r->cells[i] : NULL, r,
			 f);
	fputs("</tr>\n", f);
}

/* The caption stands outside of the box that scrolls, or half of it is lost. */
static void put_table(const struct doc_table *t, size_t nr, FILE *f)
{
	size_t i;

	fprintf(f, "<p class=\"cap\" id=\"t%zu\">", nr);
	put_text(t->caption, f);
	/* focusable, so that a keyboard can scroll it */
	fprintf(f,
		"</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
		"aria-labelledby=\"t%zu\">\n<table aria-labelledby=\"t%zu\">\n",
		nr, nr);
	put_head(t, f);
	for (i = 0; i < t->nr_rows; i++)
		put_row(t, &t->rows[i], f);
	fputs("</tbody></table></div>\n", f);
	if (table_is_tainted(t))
		fputs("<p class=\"foot\"><sup>t</sup> tainted: the machine was in a state that moves figures; the reason stands under Problems.</p>\n",
		      f);
}

static void put_figure(const struct doc_figure *fig, FILE *f)
{
	fputs("<figure><figcaption>", f);
	put_text(fig->title, f);
	fputs("</figcaption>\n", f);
	if (fig->svg) {
		fputs("<div class=\"plot\" role=\"img\" aria-label=\"", f);
		doc_put_escaped(fig->title, f);
		fputs(". ", f);
		doc_put_escaped(fig->alt, f);
		fprintf(f, "\">\n%s</div>\n", fig->svg);
	} else {
		fputs("<p class=\"noplot\">", f);
		put_text(fig->missing, f);
		fputs("</p>\n", f);
	}
	/* of a small one the title says it */
	if (fig->small && fig->svg) {
		fputs("</figure>\n", f);
		return;
	}
	fprintf(f, "<details class=\"alt\"%s><summary>In words</summary><p>",
		fig->svg ? "" : " open");
	put_text(fig->alt, f);
	fputs("</p></details></figure>\n", f);
}

/* What blocks stand in together with their neighbours. */
enum list { LIST_NONE, LIST_ITEMS, LIST_TERMS, LIST_FIGURES, LIST_SMALL };

static enum list list_of(const struct doc_block *b)
{
	switch (b->kind) {
	case DOC_ITEM:
		return LIST_ITEMS;
	case DOC_TERM:
		return LIST_TERMS;
	case DOC_FIGURE:
		return b->figure->small ? LIST_SMALL : LIST_FIGURES;
	default:
		return LIST_NONE;
	}
}

static void put_between(enum list before, enum list now, FILE *f)
{
	static const char *const open[] = {
		[LIST_NONE] = "",
		[LIST_ITEMS] = "<ul>\n",
		[LIST_TERMS] = "<dl>\n",
		[LIST_FIGURES] = "<div class=\"figures\">\n",
		[LIST_SMALL] = "<div class=\"figures small\">\n",
	};
	static const char *const close[] = {
		[LIST_NONE] = "",	   [LIST_ITEMS] = "</ul>\n",
		[LIST_TERMS] = "</dl>\n",  [LIST_FIGURES] = "</div>\n",
		[LIST_SMALL] = "</div>\n",
	};

	if (before == now)
		return;
	fputs(close[before], f);
	fputs(open[now], f);
}

static void put_block(const struct doc_block *b, size_t nr, FILE *f)
{
	static const char *const tone[] = {
		[DOC_GOOD] = "good",
		[DOC_PLAIN] = "plain",
		[DOC_WARN] = "warn",
		[DOC_BAD] = "bad",
	};

	switch (b->kind) {
	case DOC_HEADING:
		fprintf(f, "<h%u", b->level);
		if (b->anchor) {
			fputs(" id=\"", f);
			doc_put_escaped(b->anchor, f);
			fputs("\"", f);
		}
		fputs(">", f);
		put_text(b->text, f);
		fprintf(f, "</h%u>\n", b->level);
		break;
	case DOC_PARA:
		fputs("<p>", f);
		put_text(b->text, f);
		fputs("</p>\n", f);
		break;
	case DOC_ITEM:
		fputs("<li>", f);
		put_text(b->text, f);
		fputs("</li>\n", f);
		break;
	case DOC_TERM:
		fputs("<dt>", f);
		put_text(b->term, f);
		fputs("</dt><dd>", f);
		put_text(b->text, f);
		fputs("</dd>\n", f);
		break;
	case DOC_CODE:
		fputs("<pre class=\"scroll\" tabindex=\"0\">", f);
		put_text(b->text, f);
		fputs("</pre>\n", f);
		break;
	case DOC_NOTE:
		fprintf(f, "<p class=\"note %s\" role=\"note\">",
			tone[b->tone]);
		put_text(b->text, f);
		fputs("</p>\n", f);
		break;
	case DOC_TABLE:
		put_table(b->table, nr, f);
		break;
	case DOC_FIGURE:
		put_figure(b->figure, f);
		break;
	case DOC_FOLD:
		fprintf(f, "<details%s><summary>", b->open ? " open" : "");
		put_text(b->text, f);
		fputs("</summary>\n", f);
		break;
	case DOC_UNFOLD:
		fputs("</details>\n", f);
		break;
	}
}

static void put_contents(const struct doc *d, FILE *f)
{
	size_t i;

	fputs("<nav aria-label=\"Contents\"><ul>", f);
	for (i = 0; i < d->nr; i++) {
		const struct doc_block *b = &d->v[i];

		if (b->kind != DOC_HEADING || b->level != 2 || !b->anchor)
			continue;
		fputs("<li><a href=\"#", f);
		doc_put_escaped(b->anchor, f);
		fputs("\">", f);
		doc_put_escaped(b->text, f);
		fputs("</a></li>", f);
	}
	fputs("</ul></nav>\n", f);
}

int doc_render_html(const struct doc *d, FILE *f)
{
	enum list before = LIST_NONE;
	size_t i;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, "
	      "initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>",
	      f);
	doc_put_escaped(d->title, f);
	fputs("</title>\n<style>\n", f);
	report_style_write(f);
	fputs("</style>\n</head>\n<body>\n<main>\n", f);
	for (i = 0; i < d->nr; i++) {
		put_between(before, list_of(&d->v[i]), f);
		put_block(&d->v[i], i, f);
		before = list_of(&d->v[i]);
		if (d->v[i].kind == DOC_HEADING && d->v[i].level == 1)
			put_contents(d, f);
	}
	put_between(before, LIST_NONE, f);
	fputs("</main>\n</body>\n</html>\n", f);
	return 0;
}
