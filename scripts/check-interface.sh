#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make check-interface`: does a driver that was written for mainline build with the
# series?  Every C file of Linux 7.2 that uses what the series brings is compiled
# with the headers of BASE and the series, as one object; nothing of it is kept here.
#
# kernel-series/BASE/users says which headers belong to a file, and so are taken from
# 7.2 too, and what keeps a file from building.  A file that fails in another way, and
# one that is listed and builds, are failures.
# Speaks TAP; what the compiler said is in $DMALAB_CACHE/interface.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

API='dma_iova_|dma_(un)?map_phys|dma_need_unmap|blk_rq_(integrity_)?dma_(un)?map'
API+='|pcim_p2pdma_|p2pdma_provider|pci_p2pdma_(map_|state|bus_addr_map)'
API+='|DMA_ATTR_(MMIO|REQUIRE_COHERENT|DEBUGGING_IGNORE_CACHELINES|CC_SHARED)'
# who implements it, or brings operations of an architecture's
OTHERS='^(arch|kernel/dma|tools|drivers/(iommu|parisc|xen)|drivers/pci/p2pdma\.c|block/blk-mq-dma\.c)'
# what is looked at, and so is never taken from 7.2
HEADERS='linux/(dma-mapping|dma-map-ops|pci-p2pdma|blk-mq-dma|blk-integrity)\.h'

LIST=$TOP/kernel-series/$BASE/users
[[ -f $LIST ]] || die "kernel-series/$BASE has no list of users"
! grep -E "^[^#].*[^!]$HEADERS" "$LIST" >&2 ||
	die "kernel-series/$BASE/users: the interface itself comes from $BASE"
NEW=$(BASE=7.2 KERNEL=base KERNEL_SRC='' "$TOP/scripts/kernel-source.sh")
hold_kernel
TREE=$("$TOP/scripts/kernel-source.sh")
BUILD=$CACHE/build/$(basename "$TREE")-users
OUT=$CACHE/interface
n=0 failed=0

kmake() { make -s -C "$TREE" O="$BUILD" CC="$CCACHED" -j"$JOBS" "$@"; }

# of FILE COLUMN: what the list says of it
of() { awk -F '\t+' -v file="$1" -v column="$2" '$1 == file {print $column}' "$LIST"; }

result()
{
	n=$((n + 1))
	[[ $1 == ok ]] || failed=$((failed + 1))
	echo "$1 $n - $2"
}

# take DIR TREE COMMIT PATTERN...: these files of it
take()
{
	git -C "$2" ls-tree --name-only "$3" "${@:4}" | grep '\.[ch]$' |
		xargs -r git -C "$2" archive "$3" | tar -x -C "$1"
}

# lay_out FILE DIR: the file, and the headers that it has to itself
lay_out()
{
	local header folder=${1%/*} from=("$TREE" HEAD) paths=("$1")
	own "$2"
	for header in $(of "$1" 2); do
		case $header in
		-) ;;
		.)	from=("$NEW" base) ;;
		!*)	mkdir -p "$2/include/$(dirname "${header#!}")"
			: >"$2/include/${header#!}" ;;
		*)	paths+=("include/$header") ;;
		esac
	done
	take "$2" "${from[@]}" "$folder/"
	rm -f "$2/$folder"/*.c
	take "$2" "$NEW" base "${paths[@]}"
	cat >"$2/Kbuild" <<-KBUILD
		LINUXINCLUDE := -I$2/include -I$2/include/uapi \$(LINUXINCLUDE) -include ${LIST%/*}/moved.h
		obj-m := ${1%.c}.o
	KBUILD
}

# judge FILE LOG STATUS
judge()
{
	local known new
	known=$(of "$1" 3)
	[[ $known != - ]] || known=""
	known=${known:+error: .*($known)}
	new=$(grep -E '(error|\*\*\*): ' "$2" | grep -vE -- "${known:-^$}" || true)
	if (($3 == 0)); then
		if [[ ! $known ]]; then result ok "$1"; else
			result "not ok" "$1: is listed and builds: leave out its errors"
		fi
	elif [[ $known && ! $new ]] && grep -qE -- "$known" "$2"; then
		result ok "$1, but for: $(of "$1" 4)"
	else
		result "not ok" "$1"
		echo "# ${new:-$(tail -n 5 "$2")}" | sed '2,$s/^/# /'
	fi
}

say "make check-interface: compiles users of Linux 7.2 with the headers of $BASE," \
	"KERNEL=$KERNEL"
remove "$OUT"
own "$OUT"
"$TOP/scripts/kernel-config.sh" users "$TREE" "$BUILD"
kmake modules_prepare >&2
mapfile -t USERS < <(git -C "$NEW" grep -lE "^[^/*]*($API)" base -- '*.c' |
	sed 's/^base://' | grep -vE "$OTHERS")
for user in "${USERS[@]}"; do
	status=0
	dir=$OUT/${user//\//-}
	lay_out "$user" "$dir"
	kmake M="$dir" "${user%.c}.o" >"$dir/log" 2>&1 || status=$?
	judge "$user" "$dir/log" "$status"
done
while IFS= read -r listed; do
	[[ " ${USERS[*]} " == *" $listed "* ]] ||
		result "not ok" "$listed is listed, and no user"
done < <(sed -n 's/^\([^#\t][^\t]*\)\t.*/\1/p' "$LIST")
echo "1..$n"
((failed == 0))
