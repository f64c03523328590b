#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Patches as people mail them: a zoo of mailboxes, made here, and what PATCHES=
# takes each for.  It prints the table of them: what was given, what became of it.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

SRC=$WORK/src
ZOO=$WORK/zoo
export DEPS=no DMALAB_CACHE=$WORK/cache HOME=$WORK
export GIT_AUTHOR_NAME=Zoë GIT_AUTHOR_EMAIL=zoe@localhost
export GIT_COMMITTER_NAME=Zoë GIT_COMMITTER_EMAIL=zoe@localhost
unset KERNEL_SRC KERNEL BASE RANGE PATCHES
mkdir "$ZOO"

# ---- eleven commits: x.c gains a line in each, so no order but theirs applies

commit() { git -C "$SRC" add -A && git -C "$SRC" commit -qm "$1"; }
git init -q "$SRC"
mkdir -p "$SRC/drivers/iommu"
touch "$SRC/Makefile" "$SRC/drivers/iommu/Kconfig"
echo 0 >"$SRC/x.c"
commit "linux"
for i in {1..11}; do
	printf '%s\tÜ = 1\n' {1..3} "$i" >>"$SRC/x.c"
	{ printf "\0"; head -c 300 /dev/urandom; } >"$SRC/firmware of x.bin"
	commit "x: the change Nº $i, with a subject that is folded, since it has more in it than a line of a header

>From here on there are lines that begin with
From, the word."
done
git -C "$SRC" tag whole
git -C "$SRC" checkout -q --detach HEAD~11
format() { git -C "$SRC" format-patch -q "$@" HEAD..whole; }
# mbox FILE [OPTION...]: of all eleven
mbox() { format --stdout "${@:2}" >"$ZOO/$1"; }
# mail SUBJECT [ID]: a mail with the text on standard input
mail()
{
	printf 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n'
	printf 'From: A Reviewer <r@localhost>\nDate: Thu, 1 Jan 2026 00:00:00 +0000\n'
	printf 'Subject: %s\n\n' "$1"
	cat
	echo
}
# order FILE N...: its mails in this order
order()
{
	local i
	rm -rf "$WORK/split"
	mkdir "$WORK/split"
	git mailsplit -d4 -o"$WORK/split" "$ZOO/$1" >/dev/null
	for i in "${@:2}"; do
		echo "From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001"
		sed 1d "$WORK/split/$(printf %04d "$i")"
	done
}
# text N: of one of them, without what says whose it is
text() { order series.mbox "$1" | sed '1,/^$/d'; }

# ---- what is made of it

range() { KERNEL_SRC=$SRC PATCHES=$ZOO/$1 scripts/range.sh; }
# all GIVEN: the eleven commits, with the tree that they have in the end
all()
{
	local range tree
	range=$(range "$1") || return
	tree=$(sed -n 's/^tree\t//p' <<<"$range")
	[[ $(grep -c '^commit' <<<"$range") == 12 ]] || { echo "$range"; return 1; }
	git -C "$tree" diff --stat --exit-code whole "$(tail -n 1 <<<"$range" | cut -f 2)"
}
subjects() { git -C "$1" log --format=%s "$2"; }
# same_subjects GIVEN: the commits that are made are called as those of the tree
same_subjects()
{
	local range tree
	range=$(range "$1") || return
	tree=$(sed -n 's/^tree\t//p' <<<"$range")
	diff <(subjects "$SRC" whole) <(subjects "$tree" "$(tail -n 1 <<<"$range" | cut -f 2)")
}
# in_subjects N PATTERN GIVEN: of the commits that are made
in_subjects()
{
	local range tree
	range=$(range "$3") || return
	tree=$(sed -n 's/^tree\t//p' <<<"$range")
	[[ $(subjects "$tree" "$(tail -n 1 <<<"$range" | cut -f 2)" | grep -c "$2") == "$1" ]]
}
row() { printf '# %-52s %s\n' "$1" "$2"; }
# takes WHAT GIVEN [LINE...]: all eleven; and the lines say what is left out
takes()
{
	local line
	check "$1" all "$2"
	cp "$WORK/out" "$WORK/said"
	row "$1" "11 patches$([[ $# == 2 ]] || echo ", left out: $(($# - 2))")"
	for line in "${@:3}"; do
		check "$1: $line" grep -qF -- "left out, $line" "$WORK/said"
	done
	check "$1: nothing else" test "$(grep -c 'left out' "$WORK/said")" = $(($# - 2))
}
# refuses WHAT GIVEN TEXT
refuses()
{
	check "$1" says "$3" range "$2"
	row "$1" "refused: $3"
}

# ---- one file

mbox series.mbox -N
mbox numbered.mbox -n
takes "git format-patch without numbers" series.mbox
takes "with numbers" numbered.mbox
order numbered.mbox 1 3 2 {4..11} >"$ZOO/third.mbox"
takes "3/11 before 2/11" third.mbox
order numbered.mbox {11..1} >"$ZOO/backwards.mbox"
takes "all of it backwards" backwards.mbox
mbox cover.mbox -n --cover-letter -v3 --rfc
takes "a cover letter, [RFC PATCH v3 00/11]" cover.mbox \
	"the cover letter: [RFC PATCH v3 00/11]"
mbox tags.mbox --subject-prefix='PATCH RFC net-next v3'
takes "[PATCH RFC net-next v3 02/11]" tags.mbox
sed 's/^Subject: \[PATCH \(0*\)\([0-9]*\)\/11\]/Subject: [2.6.32,v2,\2\/11]/' \
	"$ZOO/numbered.mbox" >"$ZOO/patchwork.mbox"
takes "patchwork's, [2.6.32,v2,2/11]" patchwork.mbox
{
	mail "Re: [PATCH 02/11] x: the change" <<<"> diff --git a/x.c b/x.c
Reviewed-by: A Reviewer <r@localhost>"
	cat "$ZOO/numbered.mbox"
	mail "AW: Re: [PATCH 03/11] x: how about" < <(text 3)
	mail "x: ping" <<<"What became of this?"
} >"$ZOO/thread.mbox"
takes "a thread: replies, one with a diff, and a ping" thread.mbox \
	"a reply: Re: [PATCH 02/11] x: the change" \
	"a reply: AW: Re: [PATCH 03/11]" "no diff in it: x: ping"
cat "$ZOO/numbered.mbox" "$ZOO/numbered.mbox" >"$ZOO/twice.mbox"
check "every mail twice" all twice.mbox
row "every mail twice" "11 patches, left out: 11, the same mail again"
sed 's/$/\r/' "$ZOO/numbered.mbox" >"$ZOO/crlf.mbox"
takes "CRLF" crlf.mbox
# encoded quoted-printable|base64: the text of each mail
encoded()
{
	rm -rf "$WORK/split"
	mkdir "$WORK/split"
	git mailsplit -d4 -o"$WORK/split" "$ZOO/numbered.mbox" >/dev/null
	for i in "$WORK"/split/*; do
		/usr/bin/python3 - "$i" "$1" <<-'PY'
			import email, email.policy, sys
			m = email.message_from_binary_file(open(sys.argv[1], "rb"))
			text = m.get_payload(decode=True).replace(b"\n", b"\r\n")
			del m["Content-Transfer-Encoding"]
			m["Content-Transfer-Encoding"] = sys.argv[2]
			if sys.argv[2] == "base64":
			    import base64
			    body = base64.encodebytes(text)
			else:
			    import quopri
			    body = quopri.encodestring(text, quotetabs=True)
			m.set_payload(body.decode("ascii"))
			sys.stdout.write(m.as_string(unixfrom=True) + "\n")
		PY
	done
}
encoded quoted-printable >"$ZOO/qp.mbox"
takes "quoted-printable" qp.mbox
encoded base64 >"$ZOO/base64.mbox"
takes "base64 with CRLF in it" base64.mbox
# what mail programs and lists put before a subject
for before in "fw: " "Fwd: " "WG: Fwd: " "[linux-iommu] " "[linux-iommu] Fw: "; do
	sed "s/^Subject: \[/Subject: ${before}[/" "$ZOO/numbered.mbox" >"$ZOO/sent on.mbox"
	takes "${before}[PATCH 02/11]" "sent on.mbox"
	check "${before}[PATCH 02/11]: the commits have their own subjects" same_subjects "sent on.mbox"
done
{
	cat "$ZOO/numbered.mbox"
	mail "[linux-iommu] Re: [PATCH 03/11] x: how about" < <(text 3)
	mail "[linux-patches] Re: [PATCH 04/11] x: how about" < <(text 4)
	mail "Fwd: AW: [PATCH 03/11] x: how about" < <(text 3)
} >"$ZOO/answered.mbox"
takes "replies behind what a list or a person put before them" answered.mbox \
	"a reply: [linux-iommu] Re: [PATCH 03/11]" "a reply: [linux-patches] Re: [PATCH 04/11]" "a reply: Fwd: AW: [PATCH 03/11]"
for before in "Fwd: " "[linux-iommu] "; do
	{
		cat "$ZOO/numbered.mbox"
		sed "s/^Subject: \[/Subject: ${before}[/" "$ZOO/numbered.mbox"
	} >"$ZOO/twice sent.mbox"
	mapfile -t again < <(printf "the same mail again: ${before}[PATCH %02d/11]\n" {1..11})
	takes "a series, and once more as ${before}[PATCH 02/11]" "twice sent.mbox" "${again[@]}"
done
sed "s/^Subject: \[PATCH\] /Subject: wg: /" "$ZOO/series.mbox" >"$ZOO/wg.mbox"
takes "wg: as the name of what is changed" wg.mbox
check "which stays in the subject" in_subjects 11 "^wg: x: the change" wg.mbox
mbox stable.mbox -n --subject-prefix='PATCH 6.12.y'
takes "[PATCH 6.12.y 02/11]" stable.mbox
mbox attached.mbox -n --attach --encode-email-headers
takes "git format-patch --attach, =?UTF-8?q? subjects" attached.mbox
check "with their own subjects" same_subjects attached.mbox
for with in gzip xz zstd; do
	suffix=${with/gzip/gz} suffix=${suffix/zstd/zst}
	$with -c <"$ZOO/backwards.mbox" >"$ZOO/packed.mbox.$suffix"
	takes "a .mbox.$suffix" "packed.mbox.$suffix"
done
# b4 am: no cover letter, trailers taken in, mails of a list
sed 's/^From 0.*/From mboxrd@z Thu Jan  1 00:00:00 1970/
	s/^---$/Reviewed-by: A Reviewer <r@localhost>\n&/' "$ZOO/numbered.mbox" \
	>"$ZOO/v1_20260101_x.mbx"
takes "b4's .mbx, with trailers" v1_20260101_x.mbx
mkdir -p "$ZOO/maildir"/{cur,new,tmp}
git mailsplit -d4 -o"$ZOO/maildir/cur" "$ZOO/numbered.mbox" >/dev/null
takes "a Maildir" maildir

# ---- a directory

mkdir "$ZOO"/{v2,unpadded,bare,series,eml}
format -v2 --cover-letter -o "$ZOO/v2"
takes "a directory with v2-0000-cover-letter.patch" v2 \
	"the cover letter: [PATCH v2 00/11]"
format -n -o "$ZOO/bare"
for i in {1..11}; do
	cp "$ZOO/bare/$(printf %04d "$i")"-*.patch "$ZOO/unpadded/$i.patch"
	sed 's/^\(Subject: \)\[PATCH [0-9/]*\]/\1[PATCH]/' "$ZOO/unpadded/$i.patch" \
		>"$ZOO/eml/$i.eml"
	sed 's/^\(Subject: \)\[PATCH [0-9/]*\]/\1[PATCH v7 1\/2]/' "$ZOO/unpadded/$i.patch" \
		>"$ZOO/series/$((20 - i)).patch"
done
takes "1.patch, 10.patch, 11.patch, 2.patch, by their subjects" unpadded
takes "1.eml, 10.eml, 11.eml, 2.eml, without numbers in them" eml
printf '# in this order\n' >"$ZOO/series/series"
printf '%s.patch\n' {19..9} >>"$ZOO/series/series"
takes "a file series, whatever the subjects say" series

# ---- histories

# name GIVEN: of the history
name() { range "$1" | sed -n 's/^name\t//p'; }
mkdir "$ZOO"/{a,b}
cp "$ZOO/numbered.mbox" "$ZOO/a/x.mbox"
sed 's/^From, the word/another word/' "$ZOO/numbered.mbox" >"$ZOO/b/x.mbox"
check "two of one name are two histories" test "$(name a/x.mbox)" != "$(name b/x.mbox)"
check "called as the file" test "$(name a/x.mbox | sed 's/-[0-9a-f]*$//')" = patches-x
check "one has one" test "$(name a/x.mbox)" = "$(name a/x.mbox)"

# ---- what is refused

order numbered.mbox 1 2 3 5 6 8 {9..11} >"$ZOO/gap.mbox"
refuses "4/11 and 7/11 are not there" gap.mbox "lacks 4/11 7/11"
order numbered.mbox {1..10} >"$ZOO/end.mbox"
refuses "the last is not there" end.mbox "lacks 11/11"
{ cat "$ZOO/numbered.mbox"; order numbered.mbox 2 | sed 's/change/other/; s/^+2/+7/'; } \
	>"$ZOO/two.mbox"
refuses "two different 2/11" two.mbox "has 2/11 twice"
mbox v2.mbox -n -v2
cat "$ZOO/numbered.mbox" "$ZOO/v2.mbox" >"$ZOO/versions.mbox"
refuses "two versions in one mbox" versions.mbox "several versions, v1 (11), v2 (11)"
git -C "$SRC" format-patch -q -n --stdout whole~2..whole >"$ZOO/small"
cat "$ZOO/numbered.mbox" "$ZOO/small" >"$ZOO/serieses.mbox"
refuses "two series in one mbox" serieses.mbox "more than one series, of 2 (2), 11 (11)"
{ cat "$ZOO/numbered.mbox"; mail "[PATCH] y" < <(text 3); } \
	>"$ZOO/mixed.mbox"
refuses "one without a number among them" mixed.mbox "[PATCH] y has no n/m, the others have"
mail "[PATCH 0/2] nothing" </dev/null >"$ZOO/nothing.mbox"
refuses "a cover letter alone" nothing.mbox "has no patch"
: >"$ZOO/empty.mbox"
refuses "an empty file" empty.mbox "has no patch"
git -C "$SRC" diff HEAD whole >"$ZOO/plain.diff"
refuses "a plain diff" plain.diff "has no author or no subject"
mkdir "$ZOO/none"
refuses "a directory with none" none "has no patches"
git -C "$SRC" checkout -q whole
git -C "$SRC" format-patch -q -1 --stdout >"$ZOO/in.mbox"
refuses "what is in the tree already" in.mbox "already"
git -C "$SRC" checkout -q whole~1
refuses "what does not apply" backwards.mbox "does not apply"
check "without git's advice to go on in a tree that is gone" bash -c \
	"! grep -E 'continue|hint:' '$WORK/out'"
git -C "$SRC" checkout -q whole~11
