#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Does anything of the caller's environment reach a tree, a build, a history or a
# report?  Each variable that is known to move git, make, kbuild, the compiler or
# a number is set, and every command must do what it does without it, in a lab
# whose kernel and compiler write down what they were told.  Prints the table.
# shellcheck disable=SC2317,SC2034 # check() and sets use what is not used by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# shellcheck source=bench/user/tests/cli/toy/toy.sh
. "$(dirname "$0")/toy/toy.sh"

MINE=$WORK/mine SAID=$WORK/said
COMMANDS=(source build module dlab commits series report)
mkdir -p "$WORK/locale" "$MINE" "$WORK/page"

# ---- what is the user's

git init -q "$MINE"
echo "my thesis" >"$MINE/thesis"
commit "$MINE" "my thesis"
echo "my configuration" >"$MINE/config"
printf 'modules tinyconfig olddefconfig: evil\nevil:\n\techo evil >&2; false\n' >"$MINE/make.mk"
echo 'export EVIL=1' >"$MINE/env.sh"
# one with a decimal comma, which is all that it has
cat >"$WORK/comma" <<'LOCALE'
LC_NUMERIC
decimal_point ","
thousands_sep ""
grouping -1
END LC_NUMERIC
LOCALE
localedef -c -i "$WORK/comma" "$WORK/locale/comma" >/dev/null 2>&1
mine()
{
	git -C "$MINE" for-each-ref
	find "$MINE" -type f ! -name index ! -path '*/logs/*' -exec sha256sum {} + | sort
}
MINE_BEFORE=$(mine)

# ---- the commands; what each of them prints must never change

fresh_path=$BIN:$PATH
clean() { env -i HOME="$WORK/home" PATH="$fresh_path" DEPS=no QEMU="$QEMU" DMALAB_CACHE="$CACHE" "$@"; }
saw() { sort "$SAW" 2>/dev/null | sed -E 's/auth=[0-9]+,[0-9]+/auth=/g'; rm -f "$SAW"; }

# run TARGET VARIABLE=VALUE...: its script, or make with ARGUMENTS
ARGUMENTS=()
run()
{
	if ((${#ARGUMENTS[@]})); then
		clean "${@:2}" make -s "${ARGUMENTS[@]}" -C "$LAB" "$1"
	else
		clean "${@:2}" "$LAB/scripts/$1.sh"
	fi
}

# run_all VARIABLE=VALUE...: every command with these, in a cache of its own;
# what it came to is in $SAID/said.COMMAND
run_all()
{
	local command
	CACHE=$WORK/cache
	rm -rf "${CACHE:?}" "${LAB:?}/results" "$SAW"
	mkdir -p "$SAID"
	for command in "${COMMANDS[@]}"; do
		{
			"do_$command" "$@" 2>"$SAID/err.$command"
			echo "status $?"
			saw
		} | sed "s|$CACHE|CACHE|g" >"$SAID/said.$command"
	done
}

# beside it are locks
tree() { dirname "$CACHE"/linux/*/.git; }

do_source()
{
	clean KERNEL_SRC="$KERNEL" KERNEL=base "$@" "$LAB/scripts/kernel-source.sh" || return
	git -C "$(tree)" for-each-ref --format='%(refname) %(objectname)' refs/heads refs/tags
}
do_build()
{
	clean KERNEL=base "$@" "$LAB/scripts/kernel-build.sh" "$(tree)" lab || return
	cat "$CACHE"/build/*/.config
}
do_module() { clean "$@" "$LAB/scripts/module-build.sh" "$(dirname "$CACHE"/build/*/.config)" "$CACHE/module"; }
do_dlab() { run dlab "$@"; }
# all of its numbers are read again
do_commits()
{
	run commits KERNEL_SRC="$KERNEL" RANGE=base..HEAD "$@" | sed '$!d'
	[[ ${PIPESTATUS[0]} == 0 ]] || return
	cut -f 1-6 "$LAB"/results/history/*/commits.tsv
	cut -f 9,10 "$LAB"/results/history/*/commits.tsv | grep -vxE '([0-9]+\.[0-9]|-)	[0-9]+\.[0-9]'
}
do_series()
{
	mkdir -p "$WORK/series" &&
	clean KERNEL_SRC="$KERNEL" SERIES="$WORK/series" "$@" "$LAB/scripts/series.sh" &&
	cat "$WORK"/series/*.patch
}
do_report()
{
	clean "$@" "$DLAB" report "$WORK/run" --out "$WORK/page" --plots plots &&
	sha256sum <"$WORK/page/report.html"
}


cp -r "$(find results/baseline -path '*/runs/*' -prune | sort | head -n 1)" "$WORK/run"
run_all
rm -rf "$WORK/clean"
cp -r "$SAID" "$WORK/clean"
works() { grep -q '^status 0$' "$WORK/clean/said.$1" || { cat "$WORK/clean"/{err,said}."$1"; false; }; }
for command in "${COMMANDS[@]}"; do
	check "$command: works" works "$command"
done
check "dlab: what is compiled is not told" \
	bash -c "! grep -E '^  (CC|CXX|AR|LD) ' '$WORK/clean/err.dlab'"
CACHE=$WORK/shown
do_source KERNEL=base >/dev/null 2>&1
for command in build module dlab; do
	check "$command: with V=1 it is" \
		grep 'ccache gcc' <("do_$command" V=1 2>&1 >/dev/null)
done
for command in build module dlab commits report; do
	check "$command: what it told the programs is known" \
		grep -q '^PATH=' "$WORK/clean/said.$command"
done

# ---- the table

# As sets, to be quick: which of a set it was can be seen in what moved.
GIT=(GIT_AUTHOR_NAME=me GIT_COMMITTER_DATE=@1 GIT_EXTERNAL_DIFF=false
	GIT_CONFIG_GLOBAL="$MINE/config")
# what git sets where it runs a hook, a bisection, an alias
while read -r name; do
	GIT+=("$name=$MINE/.git")
done < <(git rev-parse --local-env-vars)
KBUILD=(KCONFIG_CONFIG="$MINE/config" KCONFIG_ALLCONFIG="$MINE/config" ARCH=arm64
	SUBARCH=arm64 LLVM=1 M="$MINE" O="$MINE/o" KBUILD_OUTPUT="$MINE/o"
	KBUILD_EXTMOD="$MINE" KBUILD_BUILD_TIMESTAMP=now KBUILD_BUILD_VERSION=7
	LOCALVERSION=-mine W=1 C=2 SRC="$MINE" OUT="$MINE" TESTS=no)
FLAGS=(CROSS_COMPILE=none- KCFLAGS=-O0 KCPPFLAGS=-DX KAFLAGS=-DX HOSTCFLAGS=-O0
	CFLAGS=-O0 CPPFLAGS=-DX CXXFLAGS=-O0 LDFLAGS=-lnone LDLIBS=-lnone CXX=none
	PKG_CONFIG_PATH="$MINE" SOURCE_DATE_EPOCH=0)
MAKE=(MAKEFLAGS="k -- O=$MINE/o M=$MINE" GNUMAKEFLAGS=-B MFLAGS=-k MAKELEVEL=7
	MAKEFILES="$MINE/make.mk")
CCACHE=(CCACHE_DIR="$MINE/cc" CCACHE_DISABLE=1 CCACHE_DEPEND=1 CCACHE_PREFIX=false
	CCACHE_CONFIGPATH="$MINE/config" CCACHE_NAMESPACE=x)
LOCALE=(LOCPATH="$WORK/locale" LC_ALL=comma LC_NUMERIC=comma LANG=comma
	LANGUAGE=de TZ=Asia/Tokyo)
TOOLS=(POSIXLY_CORRECT=1 TAR_OPTIONS=--none GZIP=--none XZ_OPT=--none
	XZ_DEFAULTS=--none GREP_OPTIONS=--none AWKPATH="$MINE" PERL5OPT=-Mnone
	GNUTERM=dumb GNUPLOT_LIB="$MINE" FIO_NONE=1 QEMU_AUDIO_DRV=none)
SHELLS=(CDPATH=.:/ BASH_ENV="$MINE/env.sh" ENV="$MINE/env.sh"
	SHELLOPTS=noglob:noclobber GLOBIGNORE='*' TMOUT=1 BASH_COMPAT=4.2
	BASHOPTS=failglob:nocasematch:nocaseglob:dotglob:xpg_echo
	SECONDS=x LINENO=x "BASH_FUNC_git%%=() { false; }")
SETS=(GIT KBUILD FLAGS MAKE CCACHE LOCALE TOOLS SHELLS)

# row NAME VARIABLE=VALUE...: sets ROW, and MOVED to what differs
row()
{
	local command
	run_all "${@:2}"
	ROW=$(printf '%-8s' "$1") MOVED=
	for command in "${COMMANDS[@]}"; do
		if cmp -s "$SAID/said.$command" "$WORK/clean/said.$command"; then
			ROW+=$(printf ' %-8s' same)
		else
			ROW+=$(printf ' %-8s' MOVED)
			MOVED+="$command:"$'\n'$(diff "$WORK/clean/said.$command" \
				"$SAID/said.$command" | head -n 20; tail -n 3 "$SAID/err.$command")$'\n'
		fi
	done
	[[ $(mine) == "$MINE_BEFORE" ]] || MOVED+="$MINE was written to"$'\n'
}
reaches_nothing()
{
	row "$@"
	[[ ! $MOVED ]] || { printf '%s\n%s' "$ROW" "$MOVED"; false; }
}

TABLE=$(printf '%-8s' ''; printf ' %-8s' "${COMMANDS[@]}")
for set in "${SETS[@]}"; do
	declare -n variables=$set
	check "nothing of these gets in: ${variables[*]%%=*}" \
		reaches_nothing "$set" "${variables[@]}"
	TABLE+=$'\n'$ROW
done
ARGUMENTS=(-k -B -j 8)
check "nor does what is given to make: ${ARGUMENTS[*]}" reaches_nothing make
TABLE+=$'\n'$ROW
for variable in M O KCFLAGS CFLAGS; do
	ARGUMENTS=("$variable=$MINE")
	check "and $variable= is refused where it is typed" \
		says "there is no variable $variable" do_dlab
done
printf '# %s\n' "${TABLE//$'\n'/$'\n'# }"
