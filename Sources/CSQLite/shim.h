#include <sqlite3.h>

/// SQLITE_TRANSIENT is a cast that Swift does not see: SQLite makes a copy of the text.
static inline int mate3_bind_text(sqlite3_stmt *statement, int index, const char *text, int count) {
  return sqlite3_bind_text(statement, index, text, count, SQLITE_TRANSIENT);
}
