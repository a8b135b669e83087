/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Does the guard bite, and only then? `rtguard_selftest .../rtguard.so [TEST]`
 *
 * Every case runs in a process of its own: this program again, under LD_PRELOAD, as
 * `rtguard_selftest --case NAME inside|outside`. What the guard wrote to its log is then compared
 * with the tables below.
 */
#undef _FORTIFY_SOURCE /* the plain names are wanted; those of fortified code have their own rows  \
                        */
#undef _FILE_OFFSET_BITS
#define _GNU_SOURCE
#include "rt.h"
#include "test.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <syslog.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static bool inside; /* this case's deed is done between rt_enter() and rt_leave() */

/* The deed alone is inside: what prepares it may allocate and lock as it likes. */
#define DO(deed)                                                                                   \
    do {                                                                                           \
        if (inside)                                                                                \
            rt_enter();                                                                            \
        (void)!(deed);                                                                             \
        if (inside)                                                                                \
            rt_leave();                                                                            \
    } while (0)
#define DO_VOID(deed) DO(((deed), 0))

static void *volatile memory; /* volatile: a compiler drops malloc() and free() in a row */
static const struct timespec moment = { 0, 1000 }, past = { 1, 0 };
static char buffer[4096];
static int null_fd, zero_fd, sockets[2];
static FILE *null_file;
static char *own_path;

static void prepare(void)
{
    null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    zero_fd = open("/dev/zero", O_RDWR | O_CLOEXEC);
    null_file = fopen("/dev/null", "w");
    if (null_fd < 0 || zero_fd < 0 || !null_file || socketpair(AF_UNIX, SOCK_DGRAM, 0, sockets) < 0)
        exit(99);
    if (send(sockets[0], "x", 1, 0) < 0 || send(sockets[0], "x", 1, 0) < 0)
        exit(99);
}

/* ---- forbidden ---- */

static void do_malloc(void)
{
    DO(memory = malloc(64));
    free(memory);
}

static void do_calloc(void)
{
    DO(memory = calloc(3, 5));
    free(memory);
}

static void do_realloc(void)
{
    memory = malloc(64);
    DO(memory = realloc(memory, 4096));
    free(memory);
}

static void do_free(void)
{
    memory = malloc(64);
    DO_VOID(free(memory));
}

static void do_posix_memalign(void)
{
    void *made = NULL;

    DO(posix_memalign(&made, 64, 256));
    if (!made || (size_t)made % 64 != 0)
        exit(98);
    free(made);
}

static void do_aligned_alloc(void)
{
    DO(memory = aligned_alloc(64, 256));
    free(memory);
}

static void do_strdup(void) /* malloc() as called by libc: the guard is the only malloc there is */
{
    DO(memory = strdup("word"));
    free(memory);
}

static void do_mmap(void)
{
    DO(memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    munmap(memory, 4096);
}

static void do_munmap(void)
{
    memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    DO(munmap(memory, 4096));
}

static void do_mprotect(void)
{
    memory = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    DO(mprotect(memory, 4096, PROT_READ | PROT_WRITE));
}

static void do_sbrk(void)
{
    DO(memory = sbrk(0));
}

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;

static void do_mutex_lock(void)
{
    DO(pthread_mutex_lock(&mutex));
    pthread_mutex_unlock(&mutex);
}

static void do_mutex_timedlock(void)
{
    DO(pthread_mutex_timedlock(&mutex, &past));
}

static void *wake(void *unused)
{
    pthread_mutex_lock(&mutex);
    pthread_cond_signal(&condition);
    pthread_mutex_unlock(&mutex);
    return unused;
}

static void do_cond_wait(void)
{
    pthread_t thread;

    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, wake, NULL);
    DO(pthread_cond_wait(&condition, &mutex));
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
}

static void do_cond_timedwait(void)
{
    int result;

    pthread_mutex_lock(&mutex);
    DO(result = pthread_cond_timedwait(&condition, &mutex, &past));
    pthread_mutex_unlock(&mutex);
    if (result != ETIMEDOUT)
        exit(98);
}

static void do_rdlock(void)
{
    DO(pthread_rwlock_rdlock(&rwlock));
}

static void do_wrlock(void)
{
    DO(pthread_rwlock_wrlock(&rwlock));
}

static void do_mtx_lock(void)
{
    mtx_t mtx;

    mtx_init(&mtx, mtx_plain);
    DO(mtx_lock(&mtx));
}

static void do_sem_wait(void)
{
    sem_t semaphore;

    sem_init(&semaphore, 0, 1);
    DO(sem_wait(&semaphore));
}

static void do_sem_timedwait(void)
{
    sem_t semaphore;

    sem_init(&semaphore, 0, 0);
    DO(sem_timedwait(&semaphore, &past));
}

static void *nothing(void *unused)
{
    return unused;
}

static void do_create(void)
{
    pthread_t thread;

    DO(pthread_create(&thread, NULL, nothing, NULL));
    pthread_join(thread, NULL);
}

static void do_join(void)
{
    pthread_t thread;

    pthread_create(&thread, NULL, nothing, NULL);
    DO(pthread_join(thread, NULL));
}

static void do_nanosleep(void)
{
    DO(nanosleep(&moment, NULL));
}

static void do_clock_nanosleep(void)
{
    DO(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &past, NULL));
}

static void do_usleep(void)
{
    DO(usleep(1));
}

static void do_sleep(void)
{
    DO(sleep(0));
}

static void do_yield(void)
{
    DO(sched_yield());
}

static void do_open(void)
{
    DO(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void do_open_create(void) /* the mode must get through */
{
    char path[] = "/tmp/rtguard.XXXXXX";
    struct stat made;
    int fd = mkstemp(path);

    close(fd);
    unlink(path);
    umask(0);
    DO(fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
    if (fstat(fd, &made) < 0 || (made.st_mode & 0777) != 0640)
        exit(98);
    unlink(path);
}

static void do_open64(void)
{
    DO(open64("/dev/null", O_RDONLY | O_CLOEXEC));
}

static void do_openat(void)
{
    DO(openat(AT_FDCWD, "/dev/null", O_RDONLY | O_CLOEXEC));
}

static void do_fopen(void)
{
    DO(memory = fopen("/dev/null", "r"));
}

static void do_fclose(void)
{
    DO(fclose(null_file));
}

static void do_close(void)
{
    DO(close(null_fd));
}

static void do_stat(void)
{
    struct stat result;

    DO(stat("/", &result));
}

static void do_fstat(void)
{
    struct stat result;

    DO(fstat(null_fd, &result));
}

static void do_read(void)
{
    DO(read(zero_fd, buffer, 8));
}

static void do_read_chk(void)
{
    ssize_t __read_chk(int, void *, size_t, size_t);

    DO(__read_chk(zero_fd, buffer, 8, sizeof buffer));
}

static void do_write(void)
{
    DO(write(null_fd, buffer, 8));
}

static void do_readv(void)
{
    struct iovec part = { buffer, 8 };

    DO(readv(zero_fd, &part, 1));
}

static void do_writev(void)
{
    struct iovec part = { buffer, 8 };

    DO(writev(null_fd, &part, 1));
}

static void do_pread(void)
{
    DO(pread(zero_fd, buffer, 8, 0));
}

static void do_pread64(void)
{
    DO(pread64(zero_fd, buffer, 8, 0));
}

static void do_pwrite(void)
{
    DO(pwrite(null_fd, buffer, 8, 0));
}

static void do_send(void)
{
    DO(send(sockets[0], "x", 1, 0));
}

static void do_recv(void)
{
    DO(recv(sockets[1], buffer, 1, 0));
}

static void do_recvfrom(void)
{
    DO(recvfrom(sockets[1], buffer, 1, 0, NULL, NULL));
}

static void do_sendmsg(void)
{
    struct iovec part = { buffer, 8 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    DO(sendmsg(sockets[0], &message, 0));
}

static void do_recvmsg(void)
{
    struct iovec part = { buffer, 8 };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

    DO(recvmsg(sockets[1], &message, 0));
}

static void do_reused_number(void) /* once an eventfd, now something else */
{
    int fd = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);

    if (inside) {
        rt_enter();
        (void)!read(fd, buffer, 8);
        rt_leave();
    }
    dup2(null_fd, fd);
    DO(write(fd, buffer, 8));
}

static void do_printf(void)
{
    DO(printf("#%d\n", getpid()));
}

static void do_fprintf(void)
{
    DO(fprintf(null_file, "%d\n", getpid()));
}

static void do_printf_chk(void)
{
    int __fprintf_chk(FILE *, int, const char *, ...);

    DO(__fprintf_chk(null_file, 1, "%d\n", 7));
}

static void do_snprintf(void)
{
    DO(snprintf(buffer, sizeof buffer, "%s %d %.1f", "a", 7, 0.5));
    if (strcmp(buffer, "a 7 0.5") != 0)
        exit(98);
}

__attribute__((format(printf, 1, 2))) static int with_list(const char *format, ...)
{
    va_list list;
    int length;

    va_start(list, format);
    length = vfprintf(null_file, format, list);
    va_end(list);
    return length;
}

static void do_vfprintf(void)
{
    DO(with_list("%d\n", 7));
}

static void do_puts(void)
{
    DO(puts("#"));
}

static void do_fputs(void)
{
    DO(fputs(own_path, null_file)); /* a constant would make it fwrite() */
}

static void do_fwrite(void)
{
    DO(fwrite(buffer, 1, 8, null_file));
}

static void do_syslog(void)
{
    DO_VOID(syslog(LOG_DEBUG, "rtguard_selftest %d", 7));
}

static void do_setlocale(void)
{
    DO(setlocale(LC_ALL, "C"));
}

static void do_localtime(void)
{
    time_t now = 0;

    DO(localtime(&now));
}

static void do_dlopen(void)
{
    DO(dlopen(NULL, RTLD_NOW));
}

static void do_dlsym(void)
{
    DO(memory = dlsym(RTLD_DEFAULT, "malloc"));
}

static void do_fork(void)
{
    pid_t child;

    DO(child = fork());
    if (child == 0)
        _exit(0);
    waitpid(child, NULL, 0);
}

/* libsystemd is not linked, perhaps not there; the log lines of a daemon must be seen all the same
 */
static void do_journal(void)
{
    void *library = dlopen("libsystemd.so.0", RTLD_NOW);
    int (*print)(int, const char *, ...);
    void *symbol = library ? dlsym(library, "sd_journal_print") : NULL;

    if (!symbol)
        exit(77);
    memcpy(&print, &symbol, sizeof print);
    DO(print(LOG_DEBUG, "rtguard_selftest %d", 7));
}

struct deed {
    const char *name;
    void (*run)(void);
    const char *seen; /* "VIOLATION ..." in the log; NULL: the name and a '(' */
};

static const struct deed forbidden[] = {
    { "malloc", do_malloc, "malloc(64) in thread " },
    { "calloc", do_calloc, "calloc(3, 5)" },
    { "realloc", do_realloc, NULL },
    { "free", do_free, NULL },
    { "posix_memalign", do_posix_memalign, NULL },
    { "aligned_alloc", do_aligned_alloc, NULL },
    { "strdup", do_strdup, "malloc(5)" },
    { "mmap", do_mmap, NULL },
    { "munmap", do_munmap, NULL },
    { "mprotect", do_mprotect, NULL },
    { "sbrk", do_sbrk, NULL },
    { "pthread_mutex_lock", do_mutex_lock, NULL },
    { "pthread_mutex_timedlock", do_mutex_timedlock, NULL },
    { "pthread_cond_wait", do_cond_wait, NULL },
    { "pthread_cond_timedwait", do_cond_timedwait, NULL },
    { "pthread_rwlock_rdlock", do_rdlock, NULL },
    { "pthread_rwlock_wrlock", do_wrlock, NULL },
    { "mtx_lock", do_mtx_lock, NULL },
    { "sem_wait", do_sem_wait, NULL },
    { "sem_timedwait", do_sem_timedwait, NULL },
    { "pthread_create", do_create, NULL },
    { "pthread_join", do_join, NULL },
    { "nanosleep", do_nanosleep, NULL },
    { "clock_nanosleep", do_clock_nanosleep, NULL },
    { "usleep", do_usleep, NULL },
    { "sleep", do_sleep, NULL },
    { "sched_yield", do_yield, NULL },
    { "open", do_open, "open(\"/dev/null\")" },
    { "open_create", do_open_create, "open(\"/tmp/rtguard." },
    { "open64", do_open64, NULL },
    { "openat", do_openat, NULL },
    { "fopen", do_fopen, NULL },
    { "fclose", do_fclose, NULL },
    { "close", do_close, NULL },
    { "stat", do_stat, NULL },
    { "fstat", do_fstat, NULL },
    { "read", do_read, NULL },
    { "read_chk", do_read_chk, "read(" },
    { "write", do_write, NULL },
    { "readv", do_readv, NULL },
    { "writev", do_writev, NULL },
    { "pread", do_pread, NULL },
    { "pread64", do_pread64, NULL },
    { "pwrite", do_pwrite, NULL },
    { "send", do_send, NULL },
    { "recv", do_recv, NULL },
    { "recvfrom", do_recvfrom, NULL },
    { "sendmsg", do_sendmsg, NULL },
    { "recvmsg", do_recvmsg, NULL },
    { "reused_number", do_reused_number, "write(" },
    { "printf", do_printf, NULL },
    { "fprintf", do_fprintf, NULL },
    { "printf_chk", do_printf_chk, "__fprintf_chk(" },
    { "snprintf", do_snprintf, NULL },
    { "vfprintf", do_vfprintf, NULL },
    { "puts", do_puts, NULL },
    { "fputs", do_fputs, NULL },
    { "fwrite", do_fwrite, NULL },
    { "syslog", do_syslog, NULL },
    { "setlocale", do_setlocale, NULL },
    { "localtime", do_localtime, NULL },
    { "dlopen", do_dlopen, NULL },
    { "dlsym", do_dlsym, NULL },
    { "fork", do_fork, NULL },
    { "sd_journal_print", do_journal, "" },
    { 0 },
};

/* ---- allowed ---- */

static void do_free_null(void)
{
    memory = NULL; /* by way of a variable: a compiler drops free(NULL) */
    DO_VOID(free(memory));
}

static void do_memcpy(void)
{
    DO(memcpy(buffer, buffer + 2048, (size_t)getpid() % 2048));
}

static void do_clock(void)
{
    struct timespec now;

    DO(clock_gettime(CLOCK_MONOTONIC_RAW, &now));
}

static void do_ioctl(void)
{
    int waiting;

    DO(ioctl(sockets[1], FIONREAD, &waiting));
}

static void do_poll(void)
{
    struct pollfd wanted = { sockets[1], POLLIN, 0 };

    DO(poll(&wanted, 1, 0));
    DO(ppoll(&wanted, 1, &moment, NULL));
}

static void do_trylock(void)
{
    DO(pthread_mutex_trylock(&mutex));
    DO(pthread_mutex_unlock(&mutex));
    DO(pthread_rwlock_tryrdlock(&rwlock));
}

static void do_sem_post(void)
{
    sem_t semaphore;

    sem_init(&semaphore, 0, 0);
    DO(sem_post(&semaphore));
    DO(sem_trywait(&semaphore));
}

static void use_eventfd(int fd)
{
    unsigned long long one = 1;

    for (int i = 0; i < 3; i++) {
        DO(write(fd, &one, sizeof one));
        DO(read(fd, &one, sizeof one));
    }
    if (one != 1)
        exit(98);
}

static void do_eventfd(void)
{
    use_eventfd(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC));
}

static void do_eventfd_unseen(void) /* made behind the guard's back, as if by another process */
{
    use_eventfd((int)syscall(SYS_eventfd2, 0, EFD_NONBLOCK));
}

static void do_eventfd_received(void)
{
    int made = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), pair[2], received;
    char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = 0;
    struct iovec part = { &byte, 1 };
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control
    };
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);

    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &made, sizeof made);
    if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) < 0 || sendmsg(pair[0], &message, 0) != 1)
        exit(99);
    message.msg_controllen = sizeof control;
    if (recvmsg(pair[1], &message, 0) != 1)
        exit(99);
    header = CMSG_FIRSTHDR(&message);
    if (!header)
        exit(99);
    memcpy(&received, CMSG_DATA(header), sizeof received);
    close(made);
    use_eventfd(received);
}

static void do_nested(void) /* the inner end is not the outer one's */
{
    DO(0);
    memory = malloc(8);
    if (inside) {
        rt_enter();
        rt_enter();
        rt_leave();
        rt_leave();
    }
    free(memory);
}

static void *allocate(void *unused)
{
    free(strdup("word"));
    sem_post(unused);
    return NULL;
}

static void do_other_thread(void) /* one thread inside says nothing about another */
{
    pthread_t thread;
    struct pollfd none = { -1, 0, 0 };
    sem_t done;

    sem_init(&done, 0, 0);
    pthread_create(&thread, NULL, allocate, &done);
    if (inside)
        rt_enter();
    while (sem_trywait(&done) != 0)
        poll(&none, 1, 1);
    if (inside)
        rt_leave();
    pthread_join(thread, NULL);
}

static pthread_key_t key;

static void at_thread_end(void *value)
{
    free(value);
    free(strdup("word"));
}

static void *ends(void *unused)
{
    pthread_setspecific(key, malloc(8));
    DO(0);
    return unused;
}

static void do_thread_end(void) /* destructors run after the last section */
{
    pthread_t thread;

    pthread_key_create(&key, at_thread_end);
    pthread_create(&thread, NULL, ends, NULL);
    pthread_join(thread, NULL);
}

static const struct deed allowed[] = {
    { "free_null", do_free_null, NULL },
    { "memcpy", do_memcpy, NULL },
    { "clock_gettime", do_clock, NULL },
    { "ioctl", do_ioctl, NULL },
    { "poll", do_poll, NULL },
    { "trylock", do_trylock, NULL },
    { "sem_post", do_sem_post, NULL },
    { "eventfd", do_eventfd, NULL },
    { "eventfd_unseen", do_eventfd_unseen, NULL },
    { "eventfd_received", do_eventfd_received, NULL },
    { "nested", do_nested, NULL },
    { "other_thread", do_other_thread, NULL },
    { "thread_end", do_thread_end, NULL },
    { 0 },
};

/* ---- the guard's own manners ---- */

static void do_same_site(void)
{
    for (int i = 0; i < 100; i++) {
        DO(memory = malloc(64));
        free(memory);
    }
}

static void do_two_sites(void)
{
    do_malloc();
    DO(memory = malloc(65));
    free(memory);
}

static void do_nested_inner(void) /* still inside after the inner section's end */
{
    rt_enter();
    rt_enter();
    rt_leave();
    memory = malloc(64);
    rt_leave();
}

static void do_leave(void)
{
    rt_leave();
}

static void do_errno(void) /* a report leaves errno alone */
{
    close(STDERR_FILENO); /* so that the report's own calls fail */
    errno = 4711;
    DO(memory = malloc(64));
    if (errno != 4711)
        exit(98);
    free(memory);
}

/* RTLD_NEXT means "after the library that asks": through a wrapper that called on instead of
 * jumping, the guard would be the one that asks, and libc's malloc the answer. */
static void do_next(void)
{
    void *next = dlsym(RTLD_NEXT, "malloc"), *guard = dlsym(RTLD_DEFAULT, "rt_guard_enter_hook");
    Dl_info of_next = { 0 }, of_guard = { 0 };

    dladdr(next, &of_next);
    dladdr(guard, &of_guard);
    if (!next || of_next.dli_fbase != of_guard.dli_fbase)
        exit(98);
}

static void do_fork_child(void) /* a child that has sections of its own sums up for itself */
{
    pid_t child;

    do_malloc();
    child = fork();
    if (child == 0)
        do_malloc();
    else
        waitpid(child, NULL, 0);
}

static const struct deed manners[] = {
    { "same_site", do_same_site, NULL }, { "two_sites", do_two_sites, NULL },
    { "inner", do_nested_inner, NULL },  { "leave", do_leave, NULL },
    { "errno", do_errno, NULL },         { "next", do_next, NULL },
    { "child", do_fork_child, NULL },    { 0 },
};

static int run_case(const char *name, const char *where)
{
    static const struct deed *const tables[] = { forbidden, allowed, manners, NULL };

    rt_guard_find();
    if (!rt_guard_enter)
        return 97;
    inside = !strcmp(where, "inside");
    prepare();
    for (const struct deed *const *table = tables; *table; table++)
        for (const struct deed *deed = *table; deed->name; deed++)
            if (!strcmp(deed->name, name)) {
                deed->run();
                return 0;
            }
    return 96;
}

/* ---- the parent ---- */

static const char *guard;

static struct {
    char log[16384];
    char error[16384];
    int status;
    int reports;           /* lines "VIOLATION ..." of the log */
    unsigned long entered; /* the last summary's numbers */
    unsigned long violations;
} seen;

static void take(int fd, char *text, size_t size)
{
    ssize_t length = pread(fd, text, size - 1, 0);

    text[length > 0 ? length : 0] = '\0';
    close(fd);
}

static int temporary(char path[40])
{
    int fd;

    snprintf(path, 40, "/tmp/rtguard_selftest.XXXXXX");
    fd = mkstemp(path);
    if (fd < 0)
        exit(99);
    return fd;
}

static void run(const char *name, const char *where, const char *abort_wanted)
{
    char log_path[40], error_path[40];
    int log = temporary(log_path), error = temporary(error_path);
    pid_t child;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        dup2(error, STDERR_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        setenv("LD_PRELOAD", guard, 1);
        setenv("RTGUARD_LOG", log_path, 1);
        setenv("RTGUARD_ABORT", abort_wanted, 1);
        execl(own_path, "rtguard_selftest", "--case", name, where, (char *)NULL);
        _exit(95);
    }
    waitpid(child, &seen.status, 0);
    unlink(log_path);
    unlink(error_path);
    take(log, seen.log, sizeof seen.log);
    take(error, seen.error, sizeof seen.error);

    seen.reports = 0;
    seen.entered = seen.violations = 0;
    for (char *line = seen.log; *line; line = strchr(line, '\n') + 1) {
        seen.reports += !strncmp(line, "VIOLATION ", 10);
        sscanf(line, "rtguard: %lu sections entered, %lu violations", &seen.entered,
               &seen.violations);
        if (!strchr(line, '\n'))
            break;
    }
}

/* True when the case ran to its end. 77: the deed cannot be done here. */
static bool ended(const char *name)
{
    int code = WIFEXITED(seen.status) ? WEXITSTATUS(seen.status) : -1;

    if (code == 77)
        printf("skip %s: not on this machine\n", name);
    else if (code != 0)
        FAIL("%s: wait status 0x%x\n%s%s", name, (unsigned)seen.status, seen.log, seen.error);
    return code == 0;
}

static void forbidden_inside(void)
{
    char wanted[100];

    for (const struct deed *deed = forbidden; deed->name; deed++) {
        run(deed->name, "inside", "");
        if (!ended(deed->name))
            continue;
        snprintf(wanted, sizeof wanted, "VIOLATION %s%s", deed->seen ? deed->seen : deed->name,
                 deed->seen ? "" : "(");
        if (!strstr(seen.log, wanted))
            FAIL("%s: no \"%s\" in the log: %s", deed->name, wanted, seen.log);
        if (!strstr(seen.error, "rtguard: VIOLATION ") || !strstr(seen.error, "rtguard_selftest("))
            FAIL("%s: no report with a backtrace on stderr: %s", deed->name, seen.error);
        if (seen.entered < 1 || seen.violations < 1)
            FAIL("%s: %lu sections, %lu violations", deed->name, seen.entered, seen.violations);
    }
}

static void expect_silence(const struct deed *table, const char *where, bool sections)
{
    for (const struct deed *deed = table; deed->name; deed++) {
        run(deed->name, where, "");
        if (!ended(deed->name))
            continue;
        if (seen.reports || seen.violations)
            FAIL("%s %s: %s%s", deed->name, where, seen.log, seen.error);
        if (sections != (seen.entered > 0))
            FAIL("%s %s: %lu sections entered", deed->name, where, seen.entered);
        if (!strstr(seen.log, "rtguard: ") || !strstr(seen.error, "rtguard: "))
            FAIL("%s %s: no summary", deed->name, where);
    }
}

static void forbidden_outside(void)
{
    expect_silence(forbidden, "outside", false);
}

static void allowed_inside(void)
{
    expect_silence(allowed, "inside", true);
}

static void allowed_outside(void)
{
    expect_silence(allowed, "outside", false);
}

/* Reports in the log; violations and sections in the last summary. */
static void expect(const char *name, int reports, unsigned long violations, unsigned long entered)
{
    run(name, "inside", "");
    if (ended(name) &&
        (seen.reports != reports || seen.violations != violations || (seen.entered != entered)))
        FAIL("%s: %d reports, %lu violations, %lu sections\n%s", name, seen.reports,
             seen.violations, seen.entered, seen.log);
}

static void one_report_a_site(void)
{
    expect("same_site", 1, 100, 100);
    expect("two_sites", 2, 2, 2);
}

static void sections_nest(void)
{
    expect("inner", 1, 1, 1);
}

static void leave_needs_enter(void)
{
    expect("leave", 1, 1, 0);
    if (!strstr(seen.log, "rt_leave() without rt_enter()"))
        FAIL("%s", seen.log);
}

static void errno_survives(void)
{
    expect("errno", 1, 1, 1);
}

static void dlsym_next(void)
{
    expect("next", 0, 0, 0);
}

static void forked_child(void)
{
    const char *wanted = "rtguard: 1 sections entered, 1 violations\n", *child;

    expect("child", 2, 1, 1); /* the parent speaks last, of itself alone */
    child = strstr(seen.log, wanted);
    if (!child || !strstr(child + 1, wanted))
        FAIL("not one summary of the child, one of the parent: %s", seen.log);
}

static void aborts(void)
{
    run("malloc", "inside", "1");
    CHECK(WIFSIGNALED(seen.status) && WTERMSIG(seen.status) == SIGABRT);
    CHECK(seen.reports == 1);
    run("poll", "inside", "1");
    CHECK(seen.status == 0);
}

int main(int argc, char **argv)
{
    static const struct test tests[] = {
        { "forbidden deeds inside are reported", forbidden_inside },
        { "forbidden deeds outside are not", forbidden_outside },
        { "allowed deeds inside are not", allowed_inside },
        { "allowed deeds outside are not", allowed_outside },
        { "one report a call site, all counted", one_report_a_site },
        { "sections nest", sections_nest },
        { "leave without enter is reported", leave_needs_enter },
        { "errno survives a report", errno_survives },
        { "dlsym(RTLD_NEXT) passes through", dlsym_next },
        { "a forked child sums up for itself", forked_child },
        { "RTGUARD_ABORT", aborts },
        { 0 },
    };

    own_path = realpath("/proc/self/exe", NULL);
    if (argc == 4 && !strcmp(argv[1], "--case"))
        return run_case(argv[2], argv[3]);
    if (argc < 2) {
        fprintf(stderr, "usage: rtguard_selftest RTGUARD.SO [TEST]\n");
        return 2;
    }
    guard = realpath(argv[1], NULL);
    if (!guard || !own_path) {
        printf("FAIL rtguard: no %s\n", argv[1]);
        return 1;
    }
    return test_main(tests, argc - 1, argv + 1);
}
