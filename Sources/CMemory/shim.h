#ifndef MATE3_CMEMORY_SHIM_H
#define MATE3_CMEMORY_SHIM_H

#include <stdlib.h>
#ifdef __GLIBC__
#include <link.h>
/* Not part of Swift's Glibc module. */
#include <malloc.h>

/* dl_iterate_phdr(3), which link.h declares only with _GNU_SOURCE: Swift's Glibc module is built without it. */
typedef ElfW(Phdr) mate3_segment_header;
typedef ElfW(Dyn) mate3_dynamic_entry;
struct mate3_loaded_object {
  ElfW(Addr) address;
  const char *name;
  const mate3_segment_header *headers;
  ElfW(Half) header_count;
};
int mate3_each_loaded_object(int (*each)(struct mate3_loaded_object *object, size_t size, void *data), void *data)
    __asm__("dl_iterate_phdr");
#endif

#endif
