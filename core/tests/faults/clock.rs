//! A wall clock that jumps. The engine asks the steady one only.

use std::time::{Duration, SystemTime};

use colorist_core::{Error, Options, Request};

use crate::{child, support::Tiny};

/// Every reading of the wall clock is years from the last, forwards or backwards.
const JUMPING: &str = r"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>
static long jump(void) { static long n; n = n * 1103515245 + 12345; return (n >> 8) % 1000000000; }
int clock_gettime(clockid_t clock, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = dlsym(RTLD_NEXT, ``clock_gettime``);
    int result = real(clock, now);
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) now->tv_sec += jump();
    return result;
}
int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    (void) zone;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec; now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}
time_t time(time_t *out) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (out) *out = precise.tv_sec;
    return precise.tv_sec;
}
";

#[test]
fn a_wall_clock_that_jumps_moves_no_deadline() {
    let folder = tempfile::tempdir().unwrap();
    let prepare = |command: &mut std::process::Command| {
        let source = JUMPING.replace("``", "\"");
        let library = child::library(folder.path(), "libjumping.so", &source);
        command.env("LD_PRELOAD", library);
    };
    if let Some(output) = child::run("clock::a_wall_clock_that_jumps_moves_no_deadline", prepare) {
        return child::ended_well(&output);
    }
    let [first, second] = [SystemTime::now(), SystemTime::now()];
    let jump = second
        .duration_since(first)
        .unwrap_or_else(|error| error.duration());
    assert!(jump > Duration::from_secs(3600), "the clock does jump");

    let mut tiny = Tiny::new();
    let (quick, _quick) = tiny.open();
    let patient = Request::default().with_deadline(Duration::from_secs(3600));
    for _ in 0..50 {
        let timings = quick.edit_with("warm", &patient).unwrap().timings;
        assert!(timings.total < Duration::from_secs(3600), "{timings:?}");
    }
    // A run that takes far longer than its deadline is stopped all the same.
    tiny.graph.work = 20_000;
    let folder = tiny.write();
    let hasty = Options::default().with_deadline(Duration::from_millis(20));
    let slow = colorist_core::Colorist::open(folder.path(), hasty).unwrap();
    let result = slow.edit("warm");
    assert!(matches!(result, Err(Error::DeadlineExceeded)), "{result:?}");
}
