/* No randomness now and then: preloaded into the server, it fails one call for it whenever the file
 * UNLUCKY names is there, and takes the file away. Whatever needed an id at that moment panics.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/types.h>
#include <unistd.h>

ssize_t getrandom(void *buffer, size_t length, unsigned int flags) {
    ssize_t (*real)(void *, size_t, unsigned int) = (__typeof__(real))dlsym(RTLD_NEXT, "getrandom");
    const char *file = getenv("UNLUCKY");
    /* An id asks for 16 bytes; other flags are those of the seeds of hash tables. */
    if (file && length == 16 && flags == 0 && !unlink(file)) {
        errno = EIO;
        return -1;
    }
    return real(buffer, length, flags);
}
