/* A disk that may forget: preloaded into the server, it writes down what each write to a file of the
 * database replaced, and what was made durable since. With that, who plays a power cut takes back
 * whatever was not (`src/shim.rs` has the form).
 *
 * UNSYNCED_FOLDER: the files of this folder. UNSYNCED_LOG: where it is written down.
 * UNSYNCED_LIES: while this file is there, syncing makes nothing durable and says that it did.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int notes = -1;
static uint64_t writes = 0;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

/* The path of a file of the database; 0 where it is something else. */
static int ours(int fd, char path[PATH_MAX]) {
    static const char *folder;
    if (!folder && !(folder = getenv("UNSYNCED_FOLDER"))) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    /* The index of the log is shared memory, made anew at each start. */
    return !strncmp(path, folder, strlen(folder)) && (length < 4 || strcmp(path + length - 4, "-shm"));
}

static void put(const void *bytes, size_t length) {
    static __typeof__(&write) real;
    if (!real) real = REAL(write);
    for (const char *at = bytes; length;) {
        ssize_t done = real(notes, at, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) abort();
        at += done, length -= done;
    }
}

/* kind, length of the path, path, five numbers; then the bytes that were there and those that come. */
static void note(char kind, const char *path, uint64_t at, uint64_t size, uint64_t number, const void *old,
                 uint64_t old_length, const void *new, uint64_t new_length) {
    if (notes < 0) notes = open(getenv("UNSYNCED_LOG"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (notes < 0) abort();
    uint32_t length = strlen(path);
    uint64_t numbers[5] = {at, size, number, old_length, new_length};
    put(&kind, 1);
    put(&length, sizeof length);
    put(path, length);
    put(numbers, sizeof numbers);
    put(old, old_length);
    put(new, new_length);
}

static void note_write(int fd, const char *path, const void *bytes, size_t length, off_t at) {
    struct stat file;
    if (fstat(fd, &file)) abort();
    size_t there = at < file.st_size ? (size_t)(file.st_size - at) : 0;
    if (there > length) there = length;
    void *old = malloc(there + 1);
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    int reader = open(own, O_RDONLY);
    if (!old || reader < 0 || pread(reader, old, there, at) != (ssize_t)there) abort();
    close(reader);
    note('w', path, at, file.st_size, ++writes, old, there, bytes, length);
    free(old);
}

ssize_t write(int fd, const void *bytes, size_t length) {
    __typeof__(&write) real = REAL(write);
    char path[PATH_MAX];
    int before = errno;
    if (!ours(fd, path)) {
        errno = before;
        return real(fd, bytes, length);
    }
    pthread_mutex_lock(&lock);
    off_t at = lseek(fd, 0, SEEK_CUR);
    if (at >= 0) note_write(fd, path, bytes, length, at);
    ssize_t done = real(fd, bytes, length);
    pthread_mutex_unlock(&lock);
    return done;
}

static ssize_t write_at(ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *bytes, size_t length,
                        off_t at) {
    char path[PATH_MAX];
    int before = errno;
    if (!ours(fd, path)) {
        errno = before;
        return real(fd, bytes, length, at);
    }
    pthread_mutex_lock(&lock);
    note_write(fd, path, bytes, length, at);
    ssize_t done = real(fd, bytes, length, at);
    pthread_mutex_unlock(&lock);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
    return write_at(REAL(pwrite), fd, bytes, length, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t at) {
    return write_at(REAL(pwrite64), fd, bytes, length, at);
}

static int cut(int (*real)(int, off_t), int fd, off_t size) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd, size);
    pthread_mutex_lock(&lock);
    struct stat file;
    if (fstat(fd, &file)) abort();
    size_t tail = size < file.st_size ? (size_t)(file.st_size - size) : 0;
    void *old = malloc(tail + 1);
    char own[64];
    snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
    int reader = open(own, O_RDONLY);
    if (!old || reader < 0 || pread(reader, old, tail, size) != (ssize_t)tail) abort();
    close(reader);
    note('t', path, size, file.st_size, ++writes, old, tail, "", 0);
    free(old);
    int done = real(fd, size);
    pthread_mutex_unlock(&lock);
    return done;
}

int ftruncate(int fd, off_t size) { return cut(REAL(ftruncate), fd, size); }

int ftruncate64(int fd, off64_t size) { return cut(REAL(ftruncate64), fd, size); }

/* Durable is what was written before the sync began, once it has ended. */
static int sync_with(int (*real)(int), int fd) {
    char path[PATH_MAX];
    if (!ours(fd, path)) return real(fd);
    const char *lies = getenv("UNSYNCED_LIES");
    if (lies && !access(lies, F_OK)) return 0;
    pthread_mutex_lock(&lock);
    uint64_t until = writes;
    pthread_mutex_unlock(&lock);
    int done = real(fd);
    if (!done) {
        pthread_mutex_lock(&lock);
        note('s', path, 0, 0, until, "", 0, "", 0);
        pthread_mutex_unlock(&lock);
    }
    return done;
}

int fsync(int fd) { return sync_with(REAL(fsync), fd); }

int fdatasync(int fd) { return sync_with(REAL(fdatasync), fd); }
