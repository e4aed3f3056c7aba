#ifndef C_PAGE_RESOURCES_H
#define C_PAGE_RESOURCES_H

#include <stddef.h>

/// One file of the page, embedded at build time.
struct mate3_page_resource {
  const char *_Nonnull name;
  const unsigned char *_Nonnull bytes;
  size_t length;
};

/// Number of embedded files.
size_t mate3_page_resource_count(void);

/// The file at `index`, which must be below `mate3_page_resource_count()`.
struct mate3_page_resource mate3_page_resource_at(size_t index);

#endif
