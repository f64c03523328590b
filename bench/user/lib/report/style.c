// SPDX-License-Identifier: GPL-2.0-only
/*
 * The style sheet of the HTML report.  Series colours keep a contrast of 3:1
 * or more with the page in both schemes and differ in lightness as well as in
 * hue, so that they are told apart by colour-blind readers; plots give every
 * series a marker of its own besides.
 */
#include "report/style.h"

const struct report_colour report_colours[] = {
	{ "s0", "#6b7480", "#98a3b0" }, /* the harness: grey */
	{ "s1", "#c2500a", "#ff9a57" },
	{ "s2", "#00549f", "#4f9df5" },
	{ "s3", "#2f93d8", "#a8d6ff" },
	{ "s4", "#00806a", "#35c9a3" },
	{ "s5", "#a8397b", "#f58fc6" },
	{ "s6", "#8a6a00", "#e2c044" },
	{ "s7", "#5b3fb5", "#b7a1ff" },
	{ "s8", "#8f2222", "#ff8080" },
	{ "s9", "#3f6b1f", "#9ccc65" },
	{ "ink", "#1c2128", "#e6edf3" },
	{ "muted", "#59636e", "#9aa6b2" },
	{ "line", "#d5dbe1", "#343b44" },
	{ NULL, NULL, NULL },
};

static const char sheet[] =
	"*{box-sizing:border-box}\n"
	"html{-webkit-text-size-adjust:100%}\n"
	"body{margin:0;background:var(--page);color:var(--ink);"
	"font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif}\n"
	"main{max-width:76rem;margin:0 auto;padding:1.5rem 1.5rem 5rem}\n"
	"h1{font-size:1.7rem;line-height:1.2;margin:.2em 0 .5em}\n"
	"h2{font-size:1.3rem;margin:2.6em 0 .6em;padding-bottom:.25em;border-bottom:2px solid var(--line)}\n"
	"h3{font-size:1.05rem;margin:1.9em 0 .5em}\n"
	"h1,h2,h3,td.w,dd,li,p,summary{overflow-wrap:anywhere}\n"
	"p,ul,dl{max-width:52rem;margin:.6em 0}\n"
	"a{color:var(--link)}\n"
	"code,pre{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;font-size:.88em}\n"
	"code{background:var(--panel);padding:.1em .3em;border-radius:4px}\n"
	"pre.scroll{background:var(--panel);padding:.8em 1em;border-radius:6px;line-height:1.45}\n"
	"nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;padding:0;margin:.4em 0 1.2em;max-width:none;font-size:.92rem}\n"
	"dt{font-weight:600;margin-top:.5em}\n"
	"dd{margin:0 0 .2em 1.2em}\n"
	".note{max-width:none;border-left:5px solid var(--muted);background:var(--panel);padding:.6em .9em;border-radius:0 6px 6px 0}\n"
	".note.good{border-color:var(--good)}\n"
	".note.warn{border-color:var(--warn);background:var(--warnbg)}\n"
	".note.bad{border-color:var(--bad);background:var(--badbg)}\n"
	".scroll{overflow-x:auto;margin:.9em 0;max-width:100%;"
	/* a shadow at the side where there is more to scroll to */
	"background:linear-gradient(to right,var(--page) 40%,transparent) 0 0/2.5rem 100%,"
	"linear-gradient(to left,var(--page) 40%,transparent) 100% 0/2.5rem 100%,"
	"linear-gradient(to right,var(--shade),transparent) 0 0/.8rem 100%,"
	"linear-gradient(to left,var(--shade),transparent) 100% 0/.8rem 100%;"
	"background-repeat:no-repeat;background-attachment:local,local,scroll,scroll}\n"
	".scroll:focus-visible,summary:focus-visible,a:focus-visible{outline:2px solid var(--link);outline-offset:2px}\n"
	"table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}\n"
	"p.cap{color:var(--muted);font-size:.9rem;margin:1.4em 0 -.4em}\n"
	"th,td{padding:.28em .8em;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}\n"
	"thead th{border-bottom:2px solid var(--muted);vertical-align:bottom;overflow-wrap:normal}\n"
	"tbody th{font-weight:500;white-space:nowrap}\n"
	"td.n,th.n{text-align:right}\n"
	"td.n,th.sh{white-space:nowrap}\n"
	"td.w{min-width:16rem}\n"
	".nm,.st,.sk{color:var(--muted);font-style:italic;white-space:nowrap}\n"
	".st{color:var(--bad);font-weight:600}\n"
	".sk{color:var(--warn)}\n"
	"tr.g th{background:var(--panel);font-weight:600}\n"
	"tr.g span{position:sticky;left:.8em}\n"
	"thead th:first-child,tbody tr:not(.g) th:first-child{position:sticky;left:0;background:var(--page)}\n"
	"tbody tr:hover td{background:var(--panel)}\n"
	"td small{color:var(--muted);font-size:.86em}\n"
	"sup{color:var(--warn);font-weight:700;margin-left:.1em}\n"
	".foot{font-size:.85rem;color:var(--muted)}\n"
	".sw{display:inline-block;width:.72em;height:.72em;border-radius:2px;background:var(--c);margin-right:.45em;vertical-align:-.02em}\n"
	"details{margin:.5em 0;border:1px solid var(--line);border-radius:6px;padding:0 1em}\n"
	"details[open]{padding-bottom:.6em}\n"
	"summary{cursor:pointer;padding:.5em 0;font-weight:500}\n"
	".figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,28rem),1fr));gap:1.2rem;margin:1rem 0}\n"
	"figure{margin:0;border:1px solid var(--line);border-radius:8px;padding:.9rem 1rem;min-width:0}\n"
	"figcaption{font-weight:600;line-height:1.35;margin-bottom:.5em}\n"
	".plot svg{display:block;width:100%;height:auto;max-width:36rem;margin:0 auto}\n"
	".plot text{font-family:inherit}\n"
	".plot a{fill:var(--link);text-decoration:underline}\n"
	".alt{font-size:.88rem;color:var(--muted);border:0;padding:0;margin:.3em 0 0}\n"
	".alt summary{font-weight:400;padding:.2em 0}\n"
	".alt p{margin:.2em 0}\n"
	".small{grid-template-columns:repeat(auto-fill,minmax(min(100%,15rem),1fr));gap:.7rem}\n"
	".small figure{padding:.5rem .6rem;border-radius:6px;display:flex;flex-direction:column;justify-content:space-between}\n"
	".small figcaption{font-weight:400;font-size:.82rem;margin-bottom:.2em;overflow-wrap:anywhere}\n"
	".small code{background:none;padding:0}\n"
	".noplot{color:var(--muted);font-style:italic}\n"
	"@media (max-width:40rem){main{padding:1rem 1rem 4rem}h1{font-size:1.4rem}"
	"nav ul{flex-wrap:nowrap;overflow-x:auto;white-space:nowrap}h2{margin-top:1.6em}"
	"table{font-size:.82rem}th,td{padding:.28em .42em}td.w{min-width:8rem}td.w:nth-child(n+6){min-width:16rem}tbody tr:not(.g) th{white-space:normal;overflow-wrap:break-word;min-width:5.4rem;max-width:9rem}td small{display:block}tr.g th{white-space:normal;overflow-wrap:anywhere}tr.g span{left:.42em}"
	".sw{margin-right:.25em}figure{padding:.7rem .6rem}details{padding:0 .7em}}\n"
	"@media print{body{font-size:11pt}details{border:0;padding:0}.scroll{overflow:visible}nav{display:none}}\n";

static void put_vars(FILE *f, int dark)
{
	const struct report_colour *c;

	for (c = report_colours; c->var; c++)
		fprintf(f, "--%s:%s;", c->var, dark ? c->dark : c->light);
}

void report_style_write(FILE *f)
{
	fputs(":root{color-scheme:light dark;", f);
	put_vars(f, 0);
	fputs("--page:#ffffff;--panel:#f3f5f7;--link:#0a55b5;--good:#1a7f37;"
	      "--warn:#8a5a00;--warnbg:#fff6dc;--bad:#b3142b;--badbg:#ffecec;--shade:#00000030}\n"
	      "@media (prefers-color-scheme:dark){:root{",
	      f);
	put_vars(f, 1);
	fputs("--page:#10151b;--panel:#1a2129;--link:#79b8ff;--good:#3fb950;"
	      "--warn:#e3b341;--warnbg:#2b2410;--bad:#ff7b72;--badbg:#331a1c;--shade:#ffffff30}}\n",
	      f);
	fputs(sheet, f);
}
