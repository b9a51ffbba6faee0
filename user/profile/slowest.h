/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_SLOWEST_H
#define LTSBPF_PROFILE_SLOWEST_H
/*
 * The processes and imports of a profile in the order in which they are shown. The lists are owned
 * by the caller and as long as those of the profile, which they point into; NULL when memory is
 * out.
 */
#include "profile/profile.h"

/* Those with the most CPU time first, of equal ones the lower id. */
const struct profile_process **slowest_processes(const struct profile *profile);

/*
 * Those with the longest total time first. A parent takes at least as long as what is below it and
 * stands before it: it comes first.
 */
const struct profile_import **slowest_imports(const struct profile *profile);

#endif
