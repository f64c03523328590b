# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# The store of what commits measured, results/points/<key>.tsv: what `make
# commits` and `make bisect` ask before they build anything.  A key is made of
# all that moves a figure: the kernel's tree, its configuration, compiler,
# module, QEMU, and what is measured on which topologies.

POINTS=$TOP/results/points
RUNS=$TOP/results/runs
SUITE=${SUITE:-commits}
export TOPOLOGY=${TOPOLOGY:-} CASES=${CASES:-} BOOTS=${BOOTS:-}
export QEMU=${QEMU:-qemu-system-x86_64}

# suite_files: what the suite's cases and topologies are made of
suite_files()
{
	local list topologies workloads
	list=$("$DLAB" list --suite "$SUITE")
	topologies=${TOPOLOGY:-$(sed -nE 's/^([^ ].*)-[a-z]+-[0-9]+$/\1/p' <<<"$list")}
	workloads=$(sed -nE 's/^  ([^[]*).*/\1/p' <<<"$list")
	echo "workloads/suites/$SUITE.ini"
	tr ' ' '\n' <<<"$topologies" | sort -u | sed "s|.*|workloads/topology/&.conf|"
	sort -u <<<"$workloads" | sed "s|.*|workloads/&.ini|"
}

# set_setting: what all points of this command have in common, in SETTING
set_setting()
{
	local files compiler
	run_options
	(cd "$TOP" && "$DLAB" run --plan --suite "$SUITE" "${RUN_OPTIONS[@]}" >/dev/null) || exit
	compiler=$(compiler | paste -sd ';')
	mapfile -t files < <(cd "$TOP" && suite_files)
	((${#files[@]})) || exit 2
	SETTING=$(printf '%s\t%s\n' \
		config "$("$TOP/scripts/kernel-config.sh" lab | sha)" \
		compiler "$compiler" \
		module "$(module_sources_sha256)" \
		qemu "$("$QEMU" --version | head -n 1)" \
		suite "$SUITE" topologies "$TOPOLOGY" cases "$CASES" boots "$BOOTS" \
		workloads "$(cd "$TOP" && grep -hvE '^(#|about)' "${files[@]}" | sha)")
	export SETTING
}

# point_of TREE-HASH: its file, which need not exist
point_of()
{
	echo "$POINTS/$(printf '%s\n%s\n' "$1" "$SETTING" | sha).tsv"
}

# field POINT NAME
field() { awk -F '\t' -v k="$2" '$1 == k {print $2}' "$1"; }

# is_stored POINT: it is, and what it measured is still there
is_stored()
{
	local run
	[[ -f $1 ]] || return 1
	run=$(field "$1" run)
	[[ $run == - || -d $RUNS/$run ]]
}
