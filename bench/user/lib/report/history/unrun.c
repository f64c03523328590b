// SPDX-License-Identifier: GPL-2.0-only
/* Which functions did commits change that no case was seen to run? */
#include <errno.h>
#include <stdlib.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/rows.h"

#define MAX_NAMES 12
#define MAX_NAMES_MAIL 3
/* More commits than that are for those who ask. */
#define MAX_OPEN 5

/* Return: whether there was anything to say */
static bool say_commit(struct doc *d, const struct dlab_history *h, size_t i,
		       size_t names)
{
	char *said = dlab_touched_say(&h->touched[i], names);
	char commit[PART_TEXT];
	bool is;

	if (!said) {
		d->err = -ENOMEM;
		return false;
	}
	doc_clean(said);
	is = *said;
	if (is)
		doc_item(d, "%s (%s): %s", part_commit(h, i, commit),
			 h->points[i].subject, said);
	free(said);
	return is;
}

/* @at: in: the commit to begin with, out: the first that is left */
static size_t say_commits(struct doc *d, const struct dlab_history *h,
			  size_t *at, size_t rows, size_t names)
{
	size_t n = 0;

	for (; *at < h->nr_points && n < rows; ++*at)
		n += say_commit(d, h, *at, names);
	return n;
}

static void say_how_many(struct doc *d, const struct dlab_unrun *u)
{
	doc_para(d,
		 "%zu commit%s functions that no case was seen to run. What is said of %s, "
		 "\"ok\" too, is said without these.",
		 u->commits, u->commits == 1 ? " changes" : "s change",
		 u->commits == 1 ? "it" : "them");
}

void part_unrun_mail(struct doc *d, const struct dlab_history *h, size_t rows)
{
	struct dlab_unrun u = dlab_history_unrun(h);
	size_t at = 0;

	if (!u.commits)
		return;
	say_how_many(d, &u);
	report_say_more(d, say_commits(d, h, &at, rows, MAX_NAMES_MAIL),
			u.commits);
}

void part_unrun(struct doc *d, const struct part_view *v)
{
	const struct dlab_history *h = v->h;
	struct dlab_unrun u = dlab_history_unrun(h);
	size_t at = 0, said;

	if (!u.commits && !u.unknown)
		return;
	doc_heading(d, 2, "unrun", "What was changed and not seen to run");
	if (u.commits) {
		say_how_many(d, &u);
		said = say_commits(d, h, &at, MAX_OPEN, MAX_NAMES);
		if (said < u.commits) {
			doc_fold(d, false, "%zu more commits",
				 u.commits - said);
			say_commits(d, h, &at, h->nr_points, MAX_NAMES);
			doc_unfold(d);
		}
	}
	if (u.unknown)
		doc_para(d,
			 "Of %zu commit%s it is not known which functions it "
			 "changes or which were run: the runs have no list of "
			 "them.",
			 u.unknown, dlab_s(u.unknown));
}
