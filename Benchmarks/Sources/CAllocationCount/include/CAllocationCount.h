#pragma once

/// Blocks that the process has asked malloc and its kin for since it started.
unsigned long allocation_count(void);
