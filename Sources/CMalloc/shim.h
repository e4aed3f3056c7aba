#ifndef MATE3_CMALLOC_SHIM_H
#define MATE3_CMALLOC_SHIM_H

#include <stdlib.h>
#ifdef __GLIBC__
/* Not part of Swift's Glibc module. */
#include <malloc.h>
#endif

#endif
