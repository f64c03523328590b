// SPDX-License-Identifier: GPL-2.0-only
/* Does a silent process spend its patience by what it does itself alone? */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "patience.h"
#include "test.h"

static void wait_ms(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000 };

	nanosleep(&ts, NULL);
}

static pid_t start(void (*what)(void))
{
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;)
		what();
}

static void end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void nothing(void)
{
}

static void rest(void)
{
	pause();
}

/* Of @ms, looked at ten times. */
static struct dlab_patience watch(pid_t pid, long ms)
{
	struct dlab_patience p;

	dlab_patience_renew(&p, pid);
	for (int i = 0; i < 10; i++) {
		wait_ms(ms / 10);
		dlab_patience_look(&p);
	}
	return p;
}

static void who_asks_for_nothing_spends_the_time(void)
{
	pid_t pid = start(rest);
	struct dlab_patience p;

	wait_ms(50);
	p = watch(pid, 300);
	CHECK(p.spent_s >= 0.3);
	CHECK_NEAR(p.spent_s, p.wall_s, 1e-9);
	end(pid);
}

/* however loaded this machine is */
static void who_computes_spends_the_cpu_that_it_gets(void)
{
	pid_t pid = start(nothing);
	struct dlab_patience p = watch(pid, 500);

	CHECK(p.spent_s <= p.cpu_s + 0.02);
	CHECK(p.spent_s > 0);
	end(pid);
}

static void who_is_stopped_spends_nothing(void)
{
	pid_t pid = start(rest);
	struct dlab_patience p;

	wait_ms(50);
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	p = watch(pid, 300);
	CHECK_NUM(p.spent_s, 0);
	CHECK(p.wall_s >= 0.3);
	end(pid);
}

static void a_sign_of_life_gives_all_of_it_back(void)
{
	pid_t pid = start(rest);
	struct dlab_patience p = watch(pid, 100);

	dlab_patience_renew(&p, pid);
	CHECK_NUM(p.spent_s, 0);
	CHECK_NUM(p.wall_s, 0);
	end(pid);
}

int main(void)
{
	RUN(who_asks_for_nothing_spends_the_time);
	RUN(who_computes_spends_the_cpu_that_it_gets);
	RUN(who_is_stopped_spends_nothing);
	RUN(a_sign_of_life_gives_all_of_it_back);
	return test_end();
}
