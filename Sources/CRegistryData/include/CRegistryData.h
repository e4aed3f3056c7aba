#ifndef C_REGISTRY_DATA_H
#define C_REGISTRY_DATA_H

#include <stddef.h>

/// One file of `registry_data/`, embedded at build time.
struct mate3_registry_file {
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t length;
};

/// Number of embedded files.
size_t mate3_registry_file_count(void);

/// The file at `index`, which must be below `mate3_registry_file_count()`.
struct mate3_registry_file mate3_registry_file_at(size_t index);

#endif
