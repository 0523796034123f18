/* store_vfs: in builds with fault points, a thin layer under SQLite that lets tests make reads, writes and syncs fail.
 */
#ifndef STORE_STORE_VFS_H
#define STORE_STORE_VFS_H

/* The name for sqlite3_open_v2; NULL, the system's own, when there are no fault points. */
const char *store_vfs(void);

#endif
