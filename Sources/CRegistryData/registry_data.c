#include "CRegistryData.h"

size_t mate3_registry_file_count(void) { return 0; }

struct mate3_registry_file mate3_registry_file_at(size_t index) {
  return (struct mate3_registry_file){"", (const unsigned char *)"", 0};
}
