/* SPDX-License-Identifier: GPL-2.0-only */
/* Every mapping path; x defines what a line becomes. */
DMALAB_PATH(null)
DMALAB_PATH(page)
