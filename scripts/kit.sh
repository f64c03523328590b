#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes a kit: what `dlab run --kit` boots.  bzImage, base.cpio (busybox, dlab,
# the module), tools.cpio (fio), kit.json (what it was made from), functions (what
# the kernel consists of, kernel-functions), expect (what the guest has to find, or
# its image is not of this build) and a link to the build.
#   kit.sh TREE BUILD DLAB-BUILD
# A kit is known by its content and never changes: who boots it has it to the end,
# whatever else is built meanwhile.  The last line of standard output is the kit.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

TREE=${1:?usage: kit.sh TREE BUILD DLAB-BUILD}
BUILD=${2:?usage: kit.sh TREE BUILD DLAB-BUILD}
DLAB=${3:?usage: kit.sh TREE BUILD DLAB-BUILD}
KITS=$CACHE/kit/$(basename "$BUILD")
# every checkout has a module of its own
WORK=$KITS.work/$(echo "$TOP" | sha)
NEW=$WORK/kit

# add ROOT PROGRAM...: programs, with the libraries that they load
add()
{
	local root=$1 program lib
	shift
	for program; do
		install -D "$program" "$root/bin/$(basename "$program")"
		# a script or a static program has none
		{ ldd "$program" 2>/dev/null || true; } | awk '
			{for (i = 1; i <= NF; i++) if ($i ~ "^/") print $i}' |
			while read -r lib; do
				[[ -f $root$lib ]] ||
					install -D "$(realpath "$lib")" "$root$lib"
			done
	done
}

# pack ROOT OUT: the same bytes for the same content
pack()
{
	find "$1" -exec touch -h -d @0 {} +
	(cd "$1" && find . | sort |
		cpio -o -H newc -R 0:0 --reproducible --quiet) >"$2"
}

# with_needs MODULE.ko...: the same, each behind the modules that it needs
with_needs()
{
	local module need found
	for module; do
		for need in $(modinfo -F depends "$module" | tr , ' '); do
			# kunit.ko is there anyway
			[[ $need != kunit ]] || continue
			found=$(find -H "$BUILD" -name "${need//[-_]/[-_]}.ko")
			[[ $found ]] || die "$module needs $need.ko, which is not there"
			with_needs "$found"
		done
		echo "$module"
	done
}

# the kernel's own KUnit tests, as many as this one has, and their list
kernel_tests()
{
	local tests
	mapfile -t tests < <(find -H "$BUILD" -path "$BUILD/lib/kunit" -prune -o \
		-name '*[-_]test.ko' -print -o -name '*[-_]kunit.ko' -print |
		sort)
	with_needs "${tests[@]}" | awk '!seen[$0]++' | while read -r module; do
		install -m 644 "$module" "$1"
		basename "$module" .ko
	done >"$1/kernel-tests"
}

# what `make test` runs in a guest
test_programs()
{
	local program
	install -m 644 "$WORK/kmod/dmalab_test.ko" "$1/lib/modules"
	kernel_tests "$1/lib/modules"
	cp -r "$TOP/workloads" "$TOP/plots" "$1"
	for program in "$DLAB"/tests/guest/* "$TOP"/bench/user/tests/guest/*.sh; do
		if [[ -f $program && -x $program ]]; then add "$1" "$program"; fi
	done
}

base_image()
{
	local root=$WORK/base module
	remove "$root"
	mkdir -p "$root"/{bin,dev,proc,sys,tmp,job,lib/modules}
	install "$(command -v busybox)" "$root/bin/busybox"
	"$root/bin/busybox" --list | grep -v '^busybox$' | while read -r module; do
		ln -s busybox "$root/bin/$module"
	done
	install "$TOP/scripts/guest-init" "$root/init"
	add "$root" "$DLAB/dlab/dlab"
	strip "$root/bin/dlab"
	install -m 644 "$WORK/kmod/dmalab.ko" "$root/lib/modules"
	for module in drivers/nvme/host/nvme-core drivers/nvme/host/nvme \
		lib/kunit/kunit; do
		install -m 644 "$BUILD/$module.ko" "$root/lib/modules"
	done
	if [[ $BUILD == *-@(debug|check) ]]; then test_programs "$root"; fi
	pack "$root" "$NEW/base.cpio"
}

tools_image()
{
	local root=$WORK/tools
	remove "$root"
	mkdir -p "$root"
	add "$root" "$(command -v fio)"
	pack "$root" "$NEW/tools.cpio"
}

# what of the lab's patches is in it: branch tip may have commits of its own
series()
{
	case $(rev HEAD) in
	"$(rev refs/tags/base)") if [[ ${KERNEL_SRC:-} ]]; then echo "as given"; else echo "stock"; fi ;;
	"$(rev refs/dmalab/applied)") echo "kernel-series/$BASE" ;;
	*) echo "other commits" ;;
	esac
}

# a line of kit.json, if there are any
local_changes()
{
	local changes=refs/dmalab/local-changes
	git -C "$TREE" merge-base --is-ancestor $changes HEAD 2>/dev/null || return 0
	printf '\n "kernel_local_changes": "since %.12s: %d files",' \
		"$(rev $changes^)" \
		"$(git -C "$TREE" diff-tree -r --name-only $changes^ $changes | wc -l)"
}

rev() { git -C "$TREE" rev-parse -q --verify "$1^{commit}" || true; }

describe()
{
	sed -n 's/^#define UTS_VERSION "\(.*\)"/kernel_version = \1/p' \
		"$BUILD/include/generated/utsversion.h" >"$NEW/expect"
	[[ -s $NEW/expect ]] ||
		die "$BUILD/include/generated/utsversion.h has no UTS_VERSION: no guest could say whether its kernel is this one"
	cat >"$NEW/kit.json" <<JSON
{
 "base": "$BASE",
 "kernel_release": "$(cat "$BUILD/include/config/kernel.release")",
 "kernel_commit": "$(git -C "$TREE" rev-parse HEAD)",$(local_changes)
 "kernel_config_sha256": "$(sha256sum <"$BUILD/.config" | cut -d' ' -f1)",
 "kernel_series": "$(series)",
 "series_sha256": "$(cd "$TOP/kernel-series/$BASE" && find . -name '*.patch' ! -name '0000-*' | sort | xargs -r cat | sha256sum | cut -d' ' -f1)",
 "compiler": "$(sed -n 's/^CONFIG_CC_VERSION_TEXT="\(.*\)"/\1/p' "$BUILD/.config")",
 "module_source_sha256": "$(module_sources_sha256)",
 "module_sha256": "$(sha256sum <"$WORK/kmod/dmalab.ko" | cut -d' ' -f1)",
 "dlab_commit": "$(git -C "$TOP" describe --always --dirty 2>/dev/null || echo unknown)"
}
JSON
	cp "$BUILD/.config" "$NEW/config"
}

# of the kernel itself and of its modules; without it `dlab history` does not know
# what no case ran, and that is all
list_functions()
{
	(cd "$BUILD" && { ar t vmlinux.a && find . -name '*.mod' -exec cat {} +; } | sort -u |
		"$DLAB/kit/kernel-functions") >"$NEW/functions"
}

# those that nobody boots, nor was told of within the hour
forget_old()
{
	local kit
	find "$KITS" -mindepth 1 -maxdepth 1 -type d -mmin +60 |
		while read -r kit; do
			flock -n "$kit" rm -rf "$kit" || true
		done
}

own "$KITS" "$KITS.work" "$WORK"
remove "$NEW"
mkdir "$NEW"
"$TOP/scripts/module-build.sh" "$BUILD" "$WORK/kmod"
cp "$BUILD/arch/x86/boot/bzImage" "$NEW/bzImage"
base_image
tools_image
list_functions || {
	rm -f "$NEW/functions"
	say "no list of this kernel's functions, see above"
}
describe
KIT=$KITS/$(cd "$NEW" && sha256sum -- * | sha)
ln -s "$BUILD" "$NEW/build"
if [[ -d $KIT ]]; then touch "$KIT"; else mv -T "$NEW" "$KIT"; fi
forget_old
echo "$KIT"
