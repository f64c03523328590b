// SPDX-License-Identifier: GPL-2.0-only
/* Does any metrics.ini break its reader? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "metrics.h"

const char *const fuzz_seeds[] = {
	"# a comment\n[op_insns]\nunit = insns\ndirection = lower\n"
	"instrument = count\nexact = yes\nmin_effect_abs = 3\n"
	"about = instructions of one operation ; and a comment\n",
	"[op_ns]\nunit=ns\ninstrument=time\nmin_effect_rel=0.05\nabout=x\n"
	"[op_ns_p99]\nunit=ns\ninstrument=time\ndirection=higher\nabout=y\n",
	NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_metrics m;
	struct dlab_err err;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!dlab_metrics_parse("fuzz", text, &m, &err)) {
		for (size_t i = 0; i < m.nr; i++)
			if (!m.v[i].unit || !(m.v[i].min_effect_rel >= 0) ||
			    dlab_metrics_find(&m, m.v[i].name) != &m.v[i])
				abort();
		dlab_metrics_free(&m);
	}
	free(text);
	return 0;
}
