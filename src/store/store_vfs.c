/* store_vfs: passes everything on to SQLite's own layer; before each read, write, truncation and sync it asks for a
 * fault. A failing write leaves half of its bytes behind, as a full disk does. A sync that does not fail is not carried
 * out: a killed program loses nothing by it, a power cut no test can make, and tests need not wait for the disk. Shared
 * memory and locks are passed on untouched: they are no storage. */
#include "store/store_vfs.h"

#include "base/fault.h"

#ifdef FAULTS
#    include <assert.h>
#    include <pthread.h>
#    include <sqlite3.h>

struct shim {
    sqlite3_file base;
    sqlite3_file *real; /* stands behind this struct */
};

static sqlite3_vfs vfs;
static sqlite3_vfs *below;

static sqlite3_file *real(sqlite3_file *f) { return ((struct shim *)f)->real; }

static int shim_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }

static int shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    if (fault_point(FAULT_READ)) return SQLITE_IOERR_READ;
    return real(f)->pMethods->xRead(real(f), p, n, at);
}

static int shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (fault_point(FAULT_WRITE)) {
        real(f)->pMethods->xWrite(real(f), p, n / 2, at);
        return SQLITE_FULL;
    }
    return real(f)->pMethods->xWrite(real(f), p, n, at);
}

static int shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (fault_point(FAULT_WRITE)) return SQLITE_IOERR_TRUNCATE;
    return real(f)->pMethods->xTruncate(real(f), size);
}

static int shim_sync(sqlite3_file *f, int flags)
{
    (void)f, (void)flags;
    return fault_point(FAULT_SYNC) ? SQLITE_IOERR_FSYNC : SQLITE_OK;
}

static int shim_size(sqlite3_file *f, sqlite3_int64 *size) { return real(f)->pMethods->xFileSize(real(f), size); }
static int shim_lock(sqlite3_file *f, int how) { return real(f)->pMethods->xLock(real(f), how); }
static int shim_unlock(sqlite3_file *f, int how) { return real(f)->pMethods->xUnlock(real(f), how); }
static int shim_reserved(sqlite3_file *f, int *out) { return real(f)->pMethods->xCheckReservedLock(real(f), out); }
static int shim_control(sqlite3_file *f, int op, void *p) { return real(f)->pMethods->xFileControl(real(f), op, p); }
static int shim_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int shim_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int shim_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}
static int shim_shm_lock(sqlite3_file *f, int offset, int n, int flags)
{
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
static void shim_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int shim_unmap(sqlite3_file *f, int remove) { return real(f)->pMethods->xShmUnmap(real(f), remove); }

static const sqlite3_io_methods methods = {
    .iVersion = 2, /* without memory mapping, so that every read can fail */
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_device,
    .xShmMap = shim_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_barrier,
    .xShmUnmap = shim_unmap,
};

static int shim_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out)
{
    (void)v;
    struct shim *s = (struct shim *)f;
    s->real = (sqlite3_file *)(s + 1);
    int rc = below->xOpen(below, name, s->real, flags, out);
    s->base.pMethods = s->real->pMethods != NULL ? &methods : NULL;
    return rc;
}

static void make(void)
{
    below = sqlite3_vfs_find(NULL);
    assert(below != NULL);
    vfs = *below; /* what concerns names, time and chance works on a vfs of the same kind */
    vfs.pNext = NULL;
    vfs.zName = "leye-faults";
    vfs.szOsFile = (int)sizeof(struct shim) + below->szOsFile;
    vfs.xOpen = shim_open;
    int rc = sqlite3_vfs_register(&vfs, 0);
    assert(rc == SQLITE_OK);
}

const char *store_vfs(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, make);
    return vfs.zName;
}
#else
const char *store_vfs(void) { return 0; }
#endif
